"""Whether a mail that came back says that its address is wrong, and not only the moment."""

import re

_STATUS = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
"""An enhanced status code (RFC 3463): class, subject, detail."""
_PASSING = re.compile(
    r"^blocked\b|\bspam content\b|\bpackage quota\b|\b(mailbox|quota)\b.{0,40}\b(full|exceeded)\b|"
    r"\bover ?quota\b|^4\d\d\b",
    re.ASCII | re.IGNORECASE,
)
_SUBJECTS = ("0", "1", "2", "4")
"""Of an address, a mailbox or its server; the others are about systems, protocols and policy."""
_EXCEPT = {("1", "7"), ("1", "8"), ("2", "2"), ("2", "3")}
"""The sender's own address; a full mailbox; a mail that is too long."""


def blames_address(reason: str | None) -> bool:
    """Whether mail to this address would come back again.

    A full mailbox, a refusal by policy and a server that was away for days are not the address's
    fault. Where nothing is known, it is.
    """
    said = reason or ""
    if _PASSING.search(said) is not None:
        return False
    if (status := _STATUS.search(said)) is None:
        return True
    kind, subject, detail = status.groups()
    return kind == "5" and subject in _SUBJECTS and (subject, detail) not in _EXCEPT
