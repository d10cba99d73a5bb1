"""A notice that no mail has said and none will, because it is true no more, is withdrawn.

It would prove that a rung was told; without it a later night may tell the rung if it becomes
true again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from duban.services.night_lines import Line
from models.escalation import Notice
from models.message import Message
from models.queries.night_mail import other_mails


def withdraw_untold(
    session: Session, message: Message, lines: Iterable[Line], now: datetime
) -> None:
    """Withdraw the notices of ``lines``, which ``message`` does not say, unless another does."""
    lines = list(lines)
    if not lines:
        return
    session.flush()
    others = other_mails(session, message)
    untold = [
        line.notice_id
        for line in lines
        if not any(other.tells(line.finding_id, line.rung) for other in others)
    ]
    if untold:
        session.exec(update(Notice).where(col(Notice.id).in_(untold)).values(withdrawn_at=now))
