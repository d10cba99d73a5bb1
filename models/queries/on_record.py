"""What a look back at some findings draws on, read at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.nightly_run import NightlyRun
from models.queries import records
from models.queries.runs import failures_among
from models.submission import Submission
from models.transition_log import TransitionRecord


@dataclass(frozen=True)
class OnRecord:
    """What a look back at some findings needs to know; ``failures`` are (run, finding)."""

    history: Sequence[TransitionRecord]
    reports: Sequence[Submission]
    notices: Sequence[Notice]
    proposals: Sequence[Escalation]
    requests: Sequence[ExtensionRequest]
    failures: Collection[tuple[int, int]]


def on_record(
    session: Session, findings: Sequence[Finding], runs: Iterable[NightlyRun]
) -> OnRecord:
    """All of it about ``findings``, and what ``runs`` failed at."""
    ids = [finding.id for finding in findings if finding.id is not None]
    history, told = records.histories(session, ids), records.reports(session, ids)
    days = records.limit_days(findings, history, told)
    return OnRecord(
        history=history,
        reports=told,
        notices=[
            *records.notices_told(session, ids, days),
            *records.notices_withdrawn(session, ids),
        ],
        proposals=records.proposals(session, ids),
        requests=records.requests(session, ids),
        failures=failures_among(session, [run.id for run in runs if run.id is not None], ids),
    )
