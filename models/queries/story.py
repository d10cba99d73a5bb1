"""Everything on record about one finding, in few questions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_
from sqlmodel import Session, col, select

from models.escalation import Escalation, Notice
from models.explanation import CallNote, Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.heard_before import is_lost
from models.message import URGED, Message
from models.nightly_run import NightlyRun, RunFailure
from models.queries.on_record import OnRecord
from models.queries.records import limit_days
from models.queries.runs import runs_done
from models.queries.together import together
from models.submission import Evidence, Submission
from models.transition_log import TransitionRecord


@dataclass(frozen=True)
class Story:
    """What happened to one finding; every list is oldest first.

    ``told`` holds each rung with the mails that told it or will; ``urgings`` the mails by which
    somebody urged by hand; ``runs`` the nights since it was issued; ``unheard`` the night and the
    rung of each notice that was withdrawn because its mails reached nobody.
    """

    record: OnRecord
    told: Sequence[tuple[Notice, Message]]
    runs: Sequence[NightlyRun]
    evidence: Sequence[Evidence] = ()
    explanations: Sequence[Explanation] = ()
    calls: Sequence[CallNote] = ()
    urgings: Sequence[Message] = ()
    unheard: Collection[tuple[int, str]] = ()

    @property
    def history(self) -> Sequence[TransitionRecord]:
        """Every arrow that it took."""
        return self.record.history

    @property
    def reports(self) -> Sequence[Submission]:
        """Every report on it."""
        return self.record.reports

    @property
    def requests(self) -> Sequence[ExtensionRequest]:
        """Every request for more time."""
        return self.record.requests

    @property
    def proposals(self) -> Sequence[Escalation]:
        """Every proposal."""
        return self.record.proposals

    def evidence_of(self, report: Submission) -> list[Evidence]:
        """The files that came with a report."""
        return [one for one in self.evidence if one.submission_id == report.id]


def story_of(session: Session, finding: Finding, now: datetime) -> Story:
    """The story of ``finding`` as of ``now``.

    Evidence that waits with a draft is left out: only the organization sees it.
    """
    own = finding.id
    found = together(
        session,
        {
            TransitionRecord: col(TransitionRecord.finding_id) == own,
            Submission: col(Submission.finding_id) == own,
            ExtensionRequest: col(ExtensionRequest.finding_id) == own,
            Escalation: col(Escalation.finding_id) == own,
            Notice: and_(col(Notice.finding_id) == own, col(Notice.withdrawn_at).is_not(None)),
            RunFailure: col(RunFailure.finding_id) == own,
            Evidence: and_(
                col(Evidence.finding_id) == own, col(Evidence.submission_id).is_not(None)
            ),
            Explanation: col(Explanation.finding_id) == own,
            CallNote: col(CallNote.letter_id) == finding.letter_id,
            # The two columns of its index lead to the mails about acts.
            Message: and_(
                col(Message.run_id).is_(None),
                col(Message.organization_id) == finding.organization_id,
                col(Message.letter_id) == finding.letter_id,
                col(Message.template) == URGED,
            ),
        },
    )
    history = sorted(found[TransitionRecord], key=lambda one: one.version)
    reports = sorted(found[Submission], key=_by_id)
    told = _told(session, finding, history, reports)
    record = OnRecord(
        history=history,
        reports=reports,
        notices=[*{notice.id: notice for notice, _mail in told}.values(), *found[Notice]],
        proposals=sorted(found[Escalation], key=_by_id),
        requests=sorted(found[ExtensionRequest], key=_by_id),
        failures={(one.run_id, one.finding_id) for one in found[RunFailure]},
    )
    urgings = [mail for mail in found[Message] if own in mail.guard.get("findings", ())]
    return Story(
        record,
        [(notice, mail) for notice, mail in told if mail is not None],
        runs_done(session, finding.issued_at or finding.created_at, now),
        evidence=sorted(found[Evidence], key=_by_id),
        explanations=sorted(found[Explanation], key=_by_id),
        calls=sorted(found[CallNote], key=lambda one: (one.called_at, one.id)),
        urgings=sorted(urgings, key=lambda one: (one.queued_at, one.contact_id)),
        unheard=_unheard(session, found[Notice]),
    )


def _unheard(session: Session, withdrawn: Sequence[Notice]) -> set[tuple[int, str]]:
    if not withdrawn:
        return set()
    query = select(Message).where(
        col(Message.run_id).in_({one.run_id for one in withdrawn}),
        Message.organization_id == withdrawn[0].organization_id,
    )
    lost = [mail for mail in session.exec(query) if is_lost(mail)]
    return {
        (one.run_id, one.rung)
        for one in withdrawn
        if any(mail.run_id == one.run_id and mail.tells(one.finding_id, one.rung) for mail in lost)
    }


def _by_id(row: Any) -> int:
    return int(row.id)


def _told(
    session: Session,
    finding: Finding,
    history: Sequence[TransitionRecord],
    reports: Sequence[Submission],
) -> list[tuple[Notice, Message | None]]:
    """Every rung that was told, with each mail of its night that tells it, or with none."""
    query = (
        select(Notice, Message)
        .join(
            Message,
            and_(
                col(Message.run_id) == col(Notice.run_id),
                col(Message.organization_id) == col(Notice.organization_id),
            ),
            isouter=True,
        )
        .where(
            col(Notice.due_on).in_(limit_days([finding], history, reports)),
            Notice.finding_id == finding.id,
            col(Notice.withdrawn_at).is_(None),
        )
        .order_by(
            col(Notice.recorded_at), col(Notice.effective_on), col(Notice.id),
            col(Message.contact_id),
        )
    )  # fmt: skip
    return [
        (notice, mail if mail is not None and mail.tells(finding.id or 0, notice.rung) else None)
        for notice, mail in session.exec(query)
    ]
