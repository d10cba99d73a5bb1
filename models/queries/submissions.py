"""Named reads of submissions, extension requests and histories of one finding."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.escalation import Escalation, EscalationState, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.message import Message
from models.queries.records import histories, limit_days, notices_told, reports
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord
from models.transitions import Event


def last_submission(session: Session, finding_id: int) -> Submission | None:
    """The newest report on a finding."""
    query = select(Submission).where(Submission.finding_id == finding_id)
    return session.exec(query.order_by(col(Submission.id).desc()).limit(1)).first()


def submissions_of(session: Session, finding_id: int) -> Sequence[Submission]:
    """Every report on a finding, oldest first."""
    query = select(Submission).where(Submission.finding_id == finding_id)
    return session.exec(query.order_by(col(Submission.id))).all()


def evidence_of(session: Session, submission_id: int) -> Sequence[Evidence]:
    """The evidence of one report."""
    query = select(Evidence).where(Evidence.submission_id == submission_id)
    return session.exec(query.order_by(col(Evidence.id))).all()


def extensions_of(session: Session, finding_id: int) -> Sequence[ExtensionRequest]:
    """Every request for more time, oldest first."""
    query = select(ExtensionRequest).where(ExtensionRequest.finding_id == finding_id)
    return session.exec(query.order_by(col(ExtensionRequest.id))).all()


def pending_extensions(session: Session) -> Sequence[ExtensionRequest]:
    """Requests that nobody has decided, oldest first."""
    query = select(ExtensionRequest).where(col(ExtensionRequest.granted).is_(None))
    return session.exec(query.order_by(col(ExtensionRequest.id))).all()


def history_of(session: Session, finding_id: int) -> Sequence[TransitionRecord]:
    """Every arrow a finding took, oldest first."""
    query = select(TransitionRecord).where(TransitionRecord.finding_id == finding_id)
    return session.exec(query.order_by(col(TransitionRecord.version))).all()


def notices_of(session: Session, finding_id: int) -> list[tuple[Notice, Message]]:
    """Every rung that was told, with each mail that told it or will, oldest first."""
    ids = (finding_id,)
    finding = session.get_one(Finding, finding_id)
    days = limit_days([finding], histories(session, ids), reports(session, ids))
    found = notices_told(session, ids, days)
    runs = {notice.run_id for notice in found}
    mails = session.exec(
        select(Message)
        .where(
            col(Message.run_id).in_(runs),
            col(Message.organization_id).in_({notice.organization_id for notice in found}),
        )
        .order_by(col(Message.contact_id))
    ).all()
    return [
        (notice, mail)
        for notice in found
        for mail in mails
        if mail.run_id == notice.run_id and mail.tells(finding_id, notice.rung)
    ]


def rungs_told(session: Session, finding: Finding) -> set[str]:
    """The rungs that were told of a finding for its present last day."""
    query = select(Notice.rung).where(
        Notice.due_on == finding.last_day,
        Notice.finding_id == finding.id,
        col(Notice.withdrawn_at).is_(None),
    )
    return set(session.exec(query))


def escalations_of(session: Session, finding_id: int) -> Sequence[Escalation]:
    """Every proposal on a finding, lowest level first."""
    query = select(Escalation).where(Escalation.finding_id == finding_id)
    return session.exec(query.order_by(col(Escalation.id))).all()


def has_standing_proposal(session: Session, finding_id: int) -> bool:
    """Whether a proposal on a finding is neither declined nor dropped."""
    query = select(Escalation.id).where(
        Escalation.finding_id == finding_id,
        col(Escalation.state).in_((EscalationState.PROPOSED, EscalationState.APPROVED)),
    )
    return session.exec(query.limit(1)).first() is not None


def escalations(session: Session, state: EscalationState | None = None) -> Sequence[Escalation]:
    """Proposals in a state, oldest first."""
    query = select(Escalation).order_by(col(Escalation.id))
    if state is not None:
        query = query.where(Escalation.state == state)
    return session.exec(query).all()


def requests_revoked(session: Session, finding_ids: Collection[int]) -> set[int]:
    """The numbers of the granted requests on these findings that were taken back since."""
    query = select(TransitionRecord.details).where(
        col(TransitionRecord.finding_id).in_(finding_ids), TransitionRecord.event == Event.REVOKE
    )
    return {details["request"] for details in session.exec(query)}


def extensions(session: Session) -> Sequence[ExtensionRequest]:
    """Every request for more time, decided or not, oldest first."""
    return session.exec(select(ExtensionRequest).order_by(col(ExtensionRequest.id))).all()
