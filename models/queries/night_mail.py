"""Named reads behind the mails of a night."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.escalation import Notice
from models.finding import Finding
from models.message import Message, MessageState
from models.nightly_run import NightlyRun
from models.tables import table_of


def notices_heard(
    session: Session, run_id: int, organization_id: int, rungs: Collection[str]
) -> Sequence[Any]:
    """What a run told an organization by these rungs, beside each finding as it is now."""
    notice, finding = table_of(Notice).c, table_of(Finding).c
    query = (
        select(
            notice.id, notice.finding_id, notice.rung, notice.due_on, finding.state,
            finding.due_at, finding.last_day, finding.sign_by, finding.review_by,
            finding.acknowledged_at, finding.letter_id,
        )
        .join_from(table_of(Notice), table_of(Finding), finding.id == notice.finding_id)
        .where(
            notice.run_id == run_id,
            notice.organization_id == organization_id,
            notice.rung.in_(rungs),
            notice.withdrawn_at.is_(None),
        )
        .order_by(finding.letter_id, finding.item, notice.id)
    )  # fmt: skip
    return session.connection().execute(query).all()


def other_mails(session: Session, message: Message) -> Sequence[Message]:
    """The other mails of the same night and organization that were or will be sent, themselves
    or in another one."""
    query = select(Message).where(
        col(Message.run_id) == message.run_id,
        col(Message.organization_id) == message.organization_id,
        col(Message.id) != message.id,
        or_(col(Message.state) != MessageState.CANCELLED, col(Message.joined_id).is_not(None)),
    )
    return session.scalars(query).all()


def policy_version_of_run(session: Session, run_id: int) -> str:
    """By which policy a night ran."""
    return session.get_one(NightlyRun, run_id).policy_version
