"""A receipt that bears its own proof: a digest and a signature that need no network to check.

The last three lines of a sealed text are its seal. The digest is of every line above its own; the
signature is of every line above its own, the digest with them; the key is the one to check it
by. What is hashed and signed is UTF-8 with one line feed after each line and no byte order mark,
so that a copy may have the line ends of any system.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from config.language import _
from duban.services.secret_words import HouseKey
from models.errors import BadInput

_SEAL = re.compile(
    r"SHA-256: (?P<digest>[0-9a-f]{64})\nEd25519: (?P<signature>[0-9a-f]{128})\n"
    r"Key: (?P<key>[0-9a-f]{64})\n*\Z"
)
_MARK = b"\xef\xbb\xbf"


class Fault(StrEnum):
    """What is wrong with a sealed text, the first thing that is."""

    LINES = "lines"
    """The lines are not those that the digest was made of."""
    SIGNATURE = "signature"
    """The signature was not made by that key over these lines."""
    KEY = "key"
    """Lines, signature and key fit each other, but it is somebody else's key."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the lines above the seal, and the key that the text itself names."""

    lines: tuple[str, ...]
    key: str
    fault: Fault | None


def receipt_key(house_key: HouseKey) -> str:
    """The public key of this installation's receipts: 64 hexadecimal digits."""
    return _private(house_key).public_key().public_bytes_raw().hex()


def seal_receipt(lines: list[str], house_key: HouseKey) -> bytes:
    """``lines`` with their seal under them, as a file for any system: UTF-8 with its mark, CRLF."""
    above = _as_hashed(lines)
    proven = f"{above}SHA-256: {sha256(above.encode()).hexdigest()}\n"
    signature = _private(house_key).sign(proven.encode()).hex()
    sealed = f"{proven}Ed25519: {signature}\nKey: {receipt_key(house_key)}\n"
    # The mark tells older Windows that it is UTF-8.
    return _MARK + sealed.replace("\n", "\r\n").encode()


def check_receipt(data: bytes, key: str | None = None) -> Checked:
    """Whether ``data`` is a receipt as it was issued, by ``key`` where one is given.

    Raises:
        BadInput: it is not UTF-8 text, or no seal ends it; or ``key`` is no key.
    """
    if key is not None and re.fullmatch("[0-9a-f]{64}", key) is None:
        raise BadInput(
            _("A receipt key has 64 hexadecimal digits; “duban receipt key” shows it."), field="key"
        )
    try:
        text = data.removeprefix(_MARK).decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _no_receipt() from None
    found = _SEAL.search(text)
    if found is None or not text[: found.start()].endswith("\n"):
        raise _no_receipt()
    above, named = text[: found.start()], found["key"]
    fault = None
    if sha256(above.encode()).hexdigest() != found["digest"]:
        fault = Fault.LINES
    elif not _is_signed(text[: found.start("signature")], found["signature"], named):
        fault = Fault.SIGNATURE
    elif key is not None and key != named:
        fault = Fault.KEY
    return Checked(tuple(above.split("\n")[:-1]), named, fault)


def _is_signed(until_signature: str, signature: str, key: str) -> bool:
    proven = until_signature.removesuffix("Ed25519: ")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), proven.encode())
    except InvalidSignature:
        return False
    return True


def _as_hashed(lines: list[str]) -> str:
    """One line feed after each line; a line end within one would be read as two."""
    return "".join(" ".join(line.splitlines()) + "\n" for line in lines)


def _private(house_key: HouseKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(house_key.derived("receipts"))


def _no_receipt() -> BadInput:
    return BadInput(
        _("This is no receipt with a seal, or its end is missing; a receipt is checked whole.")
    )
