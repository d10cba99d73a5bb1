"""Why a finding stands where it stands: every rung told or not told, and the reason.

What was told stands in the notices and proposals. Why a rung was not told is what the
checks saw that could have told it (``look_back.py``), else the state by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from duban.services.look_back import LookBack
from duban.services.rules import Rules, standing_of
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import Limit, Rung, RungKind, applies, waits_for_working_day
from models.message import NO_LONGER_TRUE
from models.nightly_run import NightlyRun
from models.outcomes import Reason
from models.queries.story import Story, story_of
from models.transition_log import TransitionRecord, standing
from models.transitions import OPEN_STATES, Event, State, has_lapsed

REACHED_NOBODY = "reached-nobody"
"""Why a rung does not count as told: its mails did not arrive, and nobody was left to tell."""


class Fate(StrEnum):
    """What became of one rung."""

    TOLD = "told"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    DROPPED = "dropped"
    RESCINDED = "rescinded"
    NOT_TOLD = "not-told"
    UPCOMING = "upcoming"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True)
class RungStory:
    """One rung: the day it came or comes, what became of it, to whom, and why not.

    ``day`` is a working day where the rung keeps off rest days; ``counted_day`` is the
    day that the ladder counts to.
    """

    code: str
    day: date
    counted_day: date
    fate: Fate
    to: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def explain_ladder(
    session: Session, finding: Finding, *, now: datetime, rules: Rules, story: Story | None = None
) -> list[RungStory]:
    """Every rung for the finding's present dates, in the order of their days.

    ``story`` spares the reading to who has read it.
    """
    if finding.id is None or finding.last_day is None or finding.sign_by is None:
        return []
    reader = _Reader(session, finding, story or story_of(session, finding, now), now, rules)
    stories = [told for rung in rules.ladder if (told := reader.story(rung)) is not None]
    return sorted(stories, key=lambda told: told.day)


class _Reader:
    """Everything that is known of one finding's notices, read once."""

    def __init__(
        self, session: Session, finding: Finding, story: Story, now: datetime, rules: Rules
    ) -> None:
        self.finding, self.now, self.rules = finding, now, rules
        lapsed = has_lapsed(finding.state, finding.due_at, now)
        self.state = State.OVERDUE if lapsed else finding.state
        self.told = story.told
        self.proposals = {(e.due_on, e.rung): e for e in story.proposals}
        self.history = story.history
        self.submission = story.reports[-1] if story.reports else None
        self.runs = story.runs
        self.unheard = story.unheard
        self.look = LookBack(session, [finding], self.runs, rules, story.record)

    def story(self, rung: Rung) -> RungStory | None:
        limit = self._limit(rung)
        if limit is None:
            return None
        calendar = self.rules.working_calendar
        counted = rung.day(limit, calendar)
        day = calendar.next_working_day(counted) if waits_for_working_day(rung) else counted
        # People who share an address are told by one mail.
        told = {
            message.id: (message.to_name, message.state.value)
            for notice, message in self.told
            if notice.rung == rung.code and notice.due_on == limit
        }
        if told:
            return RungStory(rung.code, day, counted, Fate.TOLD, tuple(told.values()))
        if proposal := self.proposals.get((limit, rung.code)):
            who = ((proposal.decided_by, ""),) if proposal.decided_by else ()
            return RungStory(
                rung.code, day, counted, Fate(proposal.state.value), who, proposal.reason or ""
            )
        return self._not_told(rung, day, counted)

    def _not_told(self, rung: Rung, day: date, counted: date) -> RungStory:
        since, today = self._set_at(rung), civil_date(self.now)
        calendar = self.rules.working_calendar
        nights = [
            run for run in self.runs if run.started_at >= since and civil_date(run.as_of) >= day
        ]
        could = nights
        if waits_for_working_day(rung):
            could = [run for run in nights if not calendar.is_rest_day(civil_date(run.as_of))]
        # If its own day was missed and only rest days were checked since, it is put off again.
        coming = calendar.next_working_day(today) if nights and not could else day
        if not could and coming >= today:
            if self._may_come(rung):
                if rung.before_due and coming > (self.finding.last_day or coming):
                    return RungStory(
                        rung.code, day, counted, Fate.NOT_NEEDED, (), "too-late-to-remind"
                    )
                reason = Reason.REST_DAY if coming != counted else ""
                return RungStory(rung.code, coming, counted, Fate.UPCOMING, (), reason)
            if not nights:
                return RungStory(rung.code, day, counted, Fate.NOT_NEEDED)
        reason = self._recorded(rung, since) or self._why_not(rung, day, nights, could)
        return RungStory(rung.code, day, counted, Fate.NOT_TOLD, (), reason)

    def _limit(self, rung: Rung) -> date | None:
        match rung.counts:
            case Limit.SIGN:
                return self.finding.sign_by
            case Limit.DUE:
                return self.finding.last_day
            case Limit.REVIEW:
                return self.submission.review_by if self.submission else None

    def _set_at(self, rung: Rung) -> datetime:
        """Since when the present limit is on record; what nights did before tells of another."""
        if rung.counts is Limit.REVIEW:
            return max(r.recorded_at for r in self.history if r.event is Event.SUBMIT)
        since, last_day = self.history[0].recorded_at, None
        for record in self.history if rung.counts is Limit.DUE else ():
            counted = record.details.get("deadline")
            if counted and counted["last_day"] != last_day:
                since, last_day = record.recorded_at, counted["last_day"]
        return since

    def _may_come(self, rung: Rung) -> bool:
        standing = standing_of(self.finding, self.state)
        if standing is None or self.state not in OPEN_STATES:
            return False
        if rung.counts is Limit.DUE and not rung.before_due:
            return self.state is not State.SUBMITTED
        return applies(rung, standing)

    def _recorded(self, rung: Rung, since: datetime) -> str:
        """What the newest night saw that could not tell the rung, or told it in vain."""
        for run in reversed(self.runs):
            if run.started_at < since:
                break
            saw = self.look.saw(self.finding, run)
            if saw is None:
                continue
            if rung.code in saw.in_vain:
                unheard = (run.id, rung.code) in self.unheard
                return REACHED_NOBODY if unheard else NO_LONGER_TRUE
            if saw.failed:
                return Reason.ERROR
            reason = saw.held.get(rung.code)
            # The rung's own day is a working day and has passed: that night is not the reason.
            if reason is not None and reason is not Reason.REST_DAY:
                return reason
        return ""

    def _why_not(
        self, rung: Rung, day: date, nights: Sequence[NightlyRun], could: Sequence[NightlyRun]
    ) -> str:
        """What the first check that could have told the rung saw; what is now, if none could."""
        if rung.counts is Limit.REVIEW and self.submission and self.submission.decided_at:
            decided_on = civil_date(self.submission.decided_at)
            return (
                "reviewed-in-time" if decided_on <= self.submission.review_by else "reviewed-late"
            )
        last_day = self.finding.last_day or day
        seen = _seen_by(self.history, could[0]) if could else self.history
        received = any(r.event in (Event.ACKNOWLEDGE, Event.SUBMIT) for r in standing(seen))
        if nights and rung.counts is Limit.SIGN and received:
            return "receipt-was-there"
        over = seen[-1].target is State.OVERDUE or (not could and self.state is State.OVERDUE)
        if over and rung.kind is RungKind.REMINDER:
            return "too-late-to-remind" if day > last_day else "no-check-before-the-end"
        if not nights:
            return "check-has-not-run"
        state = seen[-1].target
        if state in (State.RECTIFIED, State.WITHDRAWN):
            return "closed-by-then"
        if state is State.SUBMITTED and rung.counts is not Limit.REVIEW:
            return "report-was-there"
        return "not-in-that-state"


def _seen_by(history: Sequence[TransitionRecord], run: NightlyRun) -> list[TransitionRecord]:
    """What was on record when ``run`` was at work, its own lapse included."""
    return [record for record in history if record.recorded_at <= run.started_at]
