"""Rehearsal (演练模式): everything works on real data, and no mail leaves.

The rule for mail: what was queued before the rehearsal waits until it is over and leaves then;
what is queued during it is written to a folder, or is held back at its end, and never leaves.
What a night told in a rehearsal counts as told and is not told again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from models.errors import RefusedByRule
from models.installation import Installation
from models.message import HELD_UNTIL, REHEARSED, Message, MessageState


@dataclass(frozen=True)
class Rehearsed:
    """How many mails wait for the end of a rehearsal, leave now, or were held back for good."""

    waiting: int = 0
    released: int = 0
    held_back: int = 0


def begin_rehearsal(session: Session, *, by: str, now: datetime) -> Rehearsed:
    """Let no mail leave from now on; those that are queued wait for the end.

    Raises:
        RefusedByRule: a rehearsal is on already, or the database is a demo.
    """
    installation = session.get_one(Installation, 1, with_for_update=True)
    if installation.demo:
        raise RefusedByRule(_("No mail ever leaves a demo; it needs no rehearsal."))
    if installation.rehearsal:
        raise RefusedByRule(_("A rehearsal is on already; nothing was changed."))
    installation.rehearsal = True
    session.add(installation)
    waiting = _update(session, {"next_attempt_at": HELD_UNTIL})
    log_event(session, "rehearsal.on", now=now, by=by, waiting=waiting)
    return Rehearsed(waiting=waiting)


def end_rehearsal(session: Session, *, by: str, now: datetime) -> Rehearsed:
    """Let mail leave again: what waited is due at ``now``, what the rehearsal queued never is.

    A link for one person that was never sent is kept no longer.

    Raises:
        RefusedByRule: no rehearsal is on.
    """
    installation = session.get_one(Installation, 1, with_for_update=True)
    if not installation.rehearsal:
        raise RefusedByRule(_("No rehearsal is on; nothing was changed."))
    installation.rehearsal = False
    session.add(installation)
    own = col(Message.next_attempt_at) != HELD_UNTIL
    _update(session, {"guard": {}}, own, col(Message.forget_text).is_(True))
    held_back = _update(session, {"state": MessageState.CANCELLED, "answer": REHEARSED}, own)
    released = _update(session, {"next_attempt_at": now})
    log_event(session, "rehearsal.off", now=now, by=by, released=released, held_back=held_back)
    return Rehearsed(released=released, held_back=held_back)


def _update(session: Session, values: dict[str, object], *which: ColumnElement[bool]) -> int:
    """Change the queued mails of which all of ``which`` hold; how many there are."""
    change = update(Message).where(col(Message.state) == MessageState.QUEUED, *which)
    return session.connection().execute(change.values(**values)).rowcount
