"""A notice that only mails told which did not arrive is withdrawn: nobody heard it.

The ladder tells the rung again in the first night in which somebody can be told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from duban.services.look_again import look_again_at_all
from models.escalation import Notice
from models.finding import Finding
from models.message import Message
from models.queries.findings import is_open
from models.queries.passing_on import mails_that_may_have_told, notices_withdrawn_of


def withdraw_unheard(
    session: Session, message: Message, notices: Sequence[Notice], now: datetime
) -> None:
    """Withdraw those of ``notices``, which ``message`` told, that no other mail may have told."""
    others = mails_that_may_have_told(session, message) if notices else ()
    untold = [one for one in notices if not any(tells_any(mail, [one]) for mail in others)]
    if not untold:
        return
    ids = [one.id for one in untold]
    session.exec(update(Notice).where(col(Notice.id).in_(ids)).values(withdrawn_at=now))
    again = select(Finding.id).where(
        col(Finding.id).in_({one.finding_id for one in untold}), is_open()
    )
    look_again_at_all(session, again, at=now, now=now)


def restore_notices(session: Session, message: Message) -> None:
    """Let the notices count again that ``message`` told, now that it is sent once more.

    What is true no more is withdrawn again when it leaves; what was told anew since stays told.
    """
    for one in notices_withdrawn_of(session, message):
        one.withdrawn_at = None
        session.add(one)
    session.flush()


def tells_any(mail: Message, notices: Iterable[Notice]) -> bool:
    """Whether a mail of a night told one of these notices, or may yet."""
    return any(mail.tells(one.finding_id, one.rung) for one in notices)
