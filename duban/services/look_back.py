"""What a night of the past saw of a finding: derived from what is on record about it.

A run writes only what it does. Why it did nothing follows from the finding's history, the
calendar and the policy of that night; two facts that do not follow are kept: whom it could
not reach, and what it failed at.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from sqlmodel import Session

from duban.services.rules import Rules, ladders_of
from models.calendar import civil_date, start_of_day
from models.finding import Finding
from models.ladder import (
    Reached,
    Rung,
    Standing,
    latest_reminders,
    reached,
    waits_for_working_day,
)
from models.nightly_run import NightlyRun
from models.outcomes import Reason
from models.queries.on_record import OnRecord, on_record
from models.queries.runs import unreached_in
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES, Event, State, has_lapsed


@dataclass(frozen=True)
class Saw:
    """A finding as a night saw it; ``state`` includes that night's own lapse.

    ``told`` holds the rungs that it told or proposed, ``in_vain`` those of them that were
    true no more when the mail left, ``held`` the reason for each that had come and was not told.
    """

    state: State
    lapsed: bool
    told: tuple[str, ...]
    proposes: bool
    in_vain: frozenset[str]
    held: Mapping[str, Reason]
    failed: bool


class LookBack:
    """What is on record about some findings and nights; read once where it is not ``known``."""

    def __init__(
        self,
        session: Session,
        findings: Sequence[Finding],
        runs: Sequence[NightlyRun],
        rules: Rules,
        known: OnRecord | None = None,
    ) -> None:
        known = known or on_record(session, findings, runs)
        self.rules = rules
        self.history, self.reports = _by_finding(known.history), _by_finding(known.reports)
        self.notices = _by_finding(known.notices)
        self.proposals = _by_finding(known.proposals)
        self.requests = _by_finding(known.requests)
        self.failures = known.failures
        nights = [run.id for run in runs if run.id is not None]
        read = known.unreached
        self.unreached = unreached_in(session, nights) if read is None else read
        self.ladders = ladders_of(session, {run.policy_version for run in runs}, rules)

    def saw(self, finding: Finding, run: NightlyRun) -> Saw | None:
        """None where the finding was not open that night."""
        finding_id, run_id = finding.id or 0, run.id or 0
        seen = [one for one in self.history[finding_id] if one.recorded_at <= run.started_at]
        if not seen or seen[-1].target not in OPEN_STATES:
            return None
        told = [one for one in self.notices[finding_id] if one.run_id == run_id]
        proposed = [one for one in self.proposals[finding_id] if one.run_id == run_id]
        ladder = self.ladders[run.policy_version]
        codes = {one.rung for one in told} | {one.rung for one in proposed}
        known = [rung.code for rung in ladder if rung.code in codes]
        return Saw(
            state=seen[-1].target,
            lapsed=any(one.run_id == run_id and one.event is Event.LAPSE for one in seen),
            told=(*known, *sorted(codes - {*known})),
            proposes=bool(proposed),
            in_vain=frozenset(one.rung for one in told if one.withdrawn_at is not None),
            held=self._held(finding, run, ladder, seen, codes),
            failed=(run_id, finding_id) in self.failures,
        )

    def _held(
        self,
        finding: Finding,
        run: NightlyRun,
        ladder: Sequence[Rung],
        seen: Sequence[TransitionRecord],
        told: Collection[str],
    ) -> dict[str, Reason]:
        standing = self._standing(finding, run, seen)
        if standing is None:
            return {}
        calendar = self.rules.working_calendar
        come = reached(ladder, standing, civil_date(run.as_of), calendar)
        _keep, dropped = latest_reminders(come)
        held = {}
        for item in come:
            done = item.rung.code in told or self._done_before(finding.id or 0, item, run)
            reason = None if done else self._reason(finding, item, run, item in dropped)
            if reason is not None:
                held[item.rung.code] = reason
        return held

    def _standing(
        self, finding: Finding, run: NightlyRun, seen: Sequence[TransitionRecord]
    ) -> Standing | None:
        last_day = next(
            (
                date.fromisoformat(record.details["deadline"]["last_day"])
                for record in reversed(seen)
                if "deadline" in record.details
            ),
            None,
        )
        if last_day is None or finding.sign_by is None:
            return None
        state = seen[-1].target
        if has_lapsed(state, start_of_day(date.fromordinal(last_day.toordinal() + 1)), run.as_of):
            state = State.OVERDUE
        review_by = None
        if state is State.SUBMITTED:
            before = [r for r in self.reports[finding.id or 0] if r.submitted_at <= run.started_at]
            review_by = before[-1].review_by if before else None
        return Standing(state, last_day, finding.sign_by, review_by)

    def _done_before(self, finding_id: int, item: Reached, run: NightlyRun) -> bool:
        told = any(
            one.rung == item.rung.code
            and one.due_on == item.due_on
            and one.recorded_at <= run.started_at
            and (one.withdrawn_at is None or one.withdrawn_at > run.started_at)
            for one in self.notices[finding_id]
        )
        return told or any(
            one.rung == item.rung.code
            and one.due_on == item.due_on
            and one.proposed_at <= run.started_at
            for one in self.proposals[finding_id]
        )

    def _reason(
        self, finding: Finding, item: Reached, run: NightlyRun, replaced: bool
    ) -> Reason | None:
        rung, night = item.rung, civil_date(run.as_of)
        if replaced:
            return Reason.LATER_REMINDER
        if waits_for_working_day(rung) and self.rules.working_calendar.is_rest_day(night):
            return Reason.REST_DAY
        if rung.waits_for_extension and self._pending(finding.id or 0, run):
            return Reason.EXTENSION_PENDING
        if (run.id, finding.organization_id, rung.code) in self.unreached:
            return Reason.NO_ADDRESS
        return None

    def _pending(self, finding_id: int, run: NightlyRun) -> bool:
        return any(
            not one.late
            and one.requested_at <= run.started_at
            and (one.decided_at is None or one.decided_at > run.started_at)
            for one in self.requests[finding_id]
        )


class _OfFinding(Protocol):
    finding_id: int


T = TypeVar("T", bound=_OfFinding)


def _by_finding(rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[row.finding_id].append(row)
    return found
