"""Named reads of submissions, extension requests and histories of one finding."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.escalation import Escalation, EscalationState, Notice
from models.extension import ExtensionRequest
from models.message import Message
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord


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


def notices_of(session: Session, finding_id: int) -> Sequence[tuple[Notice, Message]]:
    """Every rung that was told, with the mail that told it, oldest first."""
    query = (
        select(Notice, Message)
        .join(Message, col(Notice.message_id) == col(Message.id))
        .where(Notice.finding_id == finding_id)
        .order_by(col(Notice.id))
    )
    return session.exec(query).all()


def escalations_of(session: Session, finding_id: int) -> Sequence[Escalation]:
    """Every proposal on a finding, lowest level first."""
    query = select(Escalation).where(Escalation.finding_id == finding_id)
    return session.exec(query.order_by(col(Escalation.id))).all()


def escalations(session: Session, state: EscalationState | None = None) -> Sequence[Escalation]:
    """Proposals in a state, oldest first."""
    query = select(Escalation).order_by(col(Escalation.id))
    if state is not None:
        query = query.where(Escalation.state == state)
    return session.exec(query).all()


def extensions(session: Session) -> Sequence[ExtensionRequest]:
    """Every request for more time, decided or not, oldest first."""
    return session.exec(select(ExtensionRequest).order_by(col(ExtensionRequest.id))).all()
