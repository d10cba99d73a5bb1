"""Why a finding stands where it stands: every rung told or not told, and the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from duban.services.plan_night import Reason
from duban.services.rules import Rules, standing_of
from models.calendar import civil_date, start_of_day
from models.finding import Finding
from models.ladder import Limit, Rung, RungKind, applies
from models.nightly_run import RunItem
from models.queries.runs import items_of_finding, last_done
from models.queries.submissions import (
    escalations_of,
    history_of,
    last_submission,
    notices_of,
)
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES, State, has_lapsed


class Fate(StrEnum):
    """What became of one rung."""

    TOLD = "told"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    DROPPED = "dropped"
    NOT_TOLD = "not-told"
    UPCOMING = "upcoming"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True)
class RungStory:
    """One rung: the day it came or comes, what became of it, to whom, and why not."""

    code: str
    day: date
    fate: Fate
    to: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def explain_ladder(
    session: Session, finding: Finding, *, now: datetime, rules: Rules
) -> list[RungStory]:
    """Every rung for the finding's present dates, in the order of their days."""
    if finding.id is None or finding.last_day is None or finding.sign_by is None:
        return []
    reader = _Reader(session, finding, finding.id, now, rules)
    stories = [story for rung in rules.ladder if (story := reader.story(rung)) is not None]
    return sorted(stories, key=lambda story: story.day)


class _Reader:
    """Everything that is known of one finding's notices, read once."""

    def __init__(
        self, session: Session, finding: Finding, finding_id: int, now: datetime, rules: Rules
    ) -> None:
        self.finding, self.now, self.rules = finding, now, rules
        self.notices = notices_of(session, finding_id)
        self.proposals = {(e.due_on, e.rung): e for e in escalations_of(session, finding_id)}
        self.history = history_of(session, finding_id)
        self.items = items_of_finding(session, finding_id)
        self.submission = last_submission(session, finding_id)
        self.last_run = last_done(session)

    def story(self, rung: Rung) -> RungStory | None:
        limit = self._limit(rung)
        if limit is None:
            return None
        day = rung.day(limit, self.rules.working_calendar)
        told = [
            (message.to_name, message.state.value)
            for notice, message in self.notices
            if notice.rung == rung.code and notice.due_on == limit
        ]
        if told:
            return RungStory(rung.code, day, Fate.TOLD, tuple(told))
        if proposal := self.proposals.get((limit, rung.code)):
            who = ((proposal.decided_by, "") if proposal.decided_by else None,)
            return RungStory(
                rung.code, proposal.effective_on, Fate(proposal.state.value),
                tuple(one for one in who if one), proposal.reason or "",
            )  # fmt: skip
        if day > civil_date(self.now):
            fate = Fate.UPCOMING if self._may_come(rung) else Fate.NOT_NEEDED
            return RungStory(rung.code, day, fate)
        return RungStory(rung.code, day, Fate.NOT_TOLD, reason=self._why_not(rung, day))

    def _limit(self, rung: Rung) -> date | None:
        match rung.counts:
            case Limit.SIGN:
                return self.finding.sign_by
            case Limit.DUE:
                return self.finding.last_day
            case Limit.REVIEW:
                return self.submission.review_by if self.submission else None

    def _may_come(self, rung: Rung) -> bool:
        standing = standing_of(self.finding)
        if standing is None or self.finding.state not in OPEN_STATES:
            return False
        if rung.counts is Limit.DUE and not rung.before_due:
            return self.finding.state is not State.SUBMITTED
        return applies(rung, standing)

    def _why_not(self, rung: Rung, day: date) -> str:
        """The recorded reason, else what the history says of that day."""
        if recorded := self._recorded(rung):
            return recorded
        state = state_on(self.history, start_of_day(day))
        if state is None:
            return "not-yet-issued"
        if rung.counts is Limit.SIGN and state is not State.ISSUED:
            return "receipt-was-there"
        if rung.counts is Limit.REVIEW:
            return "reviewed-in-time"
        if state is State.SUBMITTED:
            return "report-was-there"
        if state in (State.RECTIFIED, State.WITHDRAWN):
            return "closed-by-then"
        if self.last_run is None or self.last_run.business_date < day:
            return "check-has-not-run"
        if rung.kind is RungKind.REMINDER and has_lapsed(
            self.finding.state, self.finding.due_at, self.now
        ):
            return "too-late-to-remind"
        return "not-in-that-state"

    def _recorded(self, rung: Rung) -> str:
        for item in reversed(self.items):
            if rung.code in item.details.get("collapsed", ()):
                return "later-reminder-instead"
            if rung.code in _held(item):
                return item.reason or ""
        return ""


def state_on(history: Sequence[TransitionRecord], instant: datetime) -> State | None:
    """The state in force at an instant; none before the letter was issued."""
    state = None
    for record in history:
        if record.effective_at <= instant:
            state = record.target
    return state


def _held(item: RunItem) -> list[str]:
    if item.reason in (Reason.REST_DAY, Reason.EXTENSION_PENDING, Reason.NO_ADDRESS):
        held: list[str] = item.details.get("held", [])
        return held
    return []
