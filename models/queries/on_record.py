"""What a look back at some findings draws on, read at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import Session, col

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.nightly_run import NightlyRun, RunFailure, RunUnreached
from models.queries.records import histories, limit_days, notices_told
from models.queries.together import together
from models.submission import Submission
from models.transition_log import TransitionRecord


@dataclass(frozen=True)
class OnRecord:
    """What a look back at some findings needs to know.

    ``failures`` are (run, finding); ``unreached`` are (run, organization, rung) that nobody
    could be told, and none where that was not read.
    """

    history: Sequence[TransitionRecord]
    reports: Sequence[Submission]
    notices: Sequence[Notice]
    proposals: Sequence[Escalation]
    requests: Sequence[ExtensionRequest]
    failures: Collection[tuple[int, int]]
    unreached: Collection[tuple[int, int, str]] | None = None


def on_record(
    session: Session, findings: Sequence[Finding], runs: Iterable[NightlyRun]
) -> OnRecord:
    """All of it about ``findings``, and what ``runs`` failed at or could not tell."""
    ids = [finding.id for finding in findings if finding.id is not None]
    nights = [run.id for run in runs if run.id is not None]
    withdrawn = and_(col(Notice.finding_id).in_(ids), col(Notice.withdrawn_at).is_not(None))
    found = together(
        session,
        {
            Submission: col(Submission.finding_id).in_(ids),
            ExtensionRequest: col(ExtensionRequest.finding_id).in_(ids),
            Escalation: col(Escalation.finding_id).in_(ids),
            Notice: withdrawn,
            RunFailure: and_(
                col(RunFailure.finding_id).in_(ids), col(RunFailure.run_id).in_(nights)
            ),
            RunUnreached: col(RunUnreached.run_id).in_(nights),
        },
    )
    # Of these there are many, and a row for itself is read faster than one among others.
    history, reports = histories(session, ids), sorted(found[Submission], key=_by_id)
    told = notices_told(session, ids, limit_days(findings, history, reports))
    return OnRecord(
        history=history,
        reports=reports,
        notices=[*told, *sorted(found[Notice], key=_by_id)],
        proposals=sorted(found[Escalation], key=_by_id),
        requests=sorted(found[ExtensionRequest], key=_by_id),
        failures={(one.run_id, one.finding_id) for one in found[RunFailure]},
        unreached={(one.run_id, one.organization_id, one.rung) for one in found[RunUnreached]},
    )


def _by_id(row: Escalation | ExtensionRequest | Notice | Submission) -> int:
    return row.id or 0
