"""Named reads behind the mails of a night."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.escalation import Notice
from models.finding import Finding
from models.message import Message
from models.nightly_run import NightlyRun
from models.queries.passing_on import mails_that_may_have_told
from models.tables import table_of


def notices_of_run(
    session: Session, run_id: int, organization_ids: Collection[int]
) -> Sequence[Any]:
    """What a run told these organizations, beside each finding as it is now."""
    notice, finding = table_of(Notice).c, table_of(Finding).c
    query = (
        select(
            notice.id, notice.finding_id, notice.organization_id, notice.rung, notice.due_on,
            finding.state,
            finding.due_at, finding.last_day, finding.sign_by, finding.review_by,
            finding.acknowledged_at, finding.letter_id,
        )
        .join_from(table_of(Notice), table_of(Finding), finding.id == notice.finding_id)
        .where(
            notice.run_id == run_id,
            notice.organization_id.in_(organization_ids),
            notice.withdrawn_at.is_(None),
        )
        .order_by(finding.letter_id, finding.item, notice.id)
    )  # fmt: skip
    return session.connection().execute(query).all()


def other_mails(session: Session, message: Message) -> Sequence[Message]:
    """The other mails of the same night and organization that arrived or may, themselves or in
    another one."""
    found = mails_that_may_have_told(session, message)
    return [one for one in found if one.id != message.id]


def policy_version_of_run(session: Session, run_id: int) -> str:
    """By which policy a night ran."""
    return session.get_one(NightlyRun, run_id).policy_version
