"""Whether the notice before a proposal was heard: the next rung depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.message import NOBODY_THERE, NOT_ARRIVED, Message, MessageState


class Hearing(StrEnum):
    """How far a notice came; ``nobody`` is the worst that is known, ``untold`` that none was."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    NOBODY = "nobody"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class HeardBefore:
    """How far the notice before a proposal came, since when, and why no further.

    ``why`` is the answer of a mail server where one is known.
    """

    hearing: Hearing
    at: datetime | None = None
    why: str = ""

    @property
    def unheard(self) -> bool:
        """Whether a person must say that they told the organization by other means."""
        return self.hearing is Hearing.NOBODY


def heard_by_mails(mails: Sequence[Message]) -> HeardBefore:
    """How far a notice came that these mails told, in the state of the mail that it left in."""
    delivered = [
        one.delivered_at or one.accepted_at for one in mails if one.state is MessageState.DELIVERED
    ]
    if delivered:
        return HeardBefore(Hearing.DELIVERED, min(filter(None, delivered), default=None))
    accepted = [one.accepted_at for one in mails if one.state is MessageState.ACCEPTED]
    if accepted:
        return HeardBefore(Hearing.ACCEPTED, min(filter(None, accepted), default=None))
    lost = [one for one in mails if is_lost(one)]
    if any(one.state is not MessageState.CANCELLED for one in mails if one not in lost):
        return HeardBefore(Hearing.WAITING)
    if not lost:
        return HeardBefore(Hearing.UNTOLD)
    last = max(lost, key=lambda one: (one.bounced_at or one.attempted_at or one.queued_at, one.id))
    why = "" if last.answer == NOBODY_THERE else last.answer or ""
    first = min(one.bounced_at or one.attempted_at or one.queued_at for one in lost)
    return HeardBefore(Hearing.NOBODY, first, why)


def is_lost(mail: Message) -> bool:
    """Whether a mail is known to have reached nobody."""
    nobody = mail.state is MessageState.CANCELLED and mail.answer == NOBODY_THERE
    return mail.state in NOT_ARRIVED or nobody
