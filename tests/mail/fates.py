"""What became of the mails of an outbox, and what arrived of them."""

from tests.mail.installation import Installation
from tests.mail.receiving import Receiver

Fate = tuple[str, int, int, int]
"""A mail's state, its attempts, its blind copies, and how many arrived."""


def fates(installation: Installation, receiver: Receiver) -> list[Fate]:
    """What became of the mails, in order."""
    copies = receiver.truth.copies()
    return [
        (one.state.value, one.attempts, one.blind_copies, copies.get(one.id, 0))
        for _number, one in sorted(installation.mails().items())
    ]
