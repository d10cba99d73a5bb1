"""The rules in force: policy, ladder and calendar, loaded once at an edge."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlmodel import Session

from config.errors import ConfigurationInvalid
from config.language import _
from config.policy import Policy
from config.policy_file import PolicyFile, policy_file
from config.settings import Settings
from models.calendar import Calendar, civil_date, shipped_calendar
from models.deadline_table import deadline_table
from models.deadlines import Deadline, Rule, compute_due, count_from
from models.errors import BadInput, CalendarNotCovered
from models.finding import Finding
from models.ladder import Rung, Standing, ladder_from, reached
from models.nightly_run import NightlyRun
from models.periods import Period
from models.queries.calendars import imported_years
from models.queries.runs import policies
from models.transitions import RUNNING_STATES, State


@dataclass(frozen=True)
class Rules:
    """What decides dates and notices; ``calendar`` refuses uncovered years."""

    settings: Settings
    policy: Policy
    ladder: tuple[Rung, ...]
    calendar: Calendar

    @cached_property
    def working_calendar(self) -> Calendar:
        """The calendar that never refuses: uncovered years by the law's own days."""
        return self.calendar.provisionally()

    @property
    def calendar_version(self) -> str:
        """Which notices the calendar holds."""
        return self.calendar.version_of(self.calendar.covered_years)

    def are_those_of(self, run: NightlyRun) -> bool:
        """Whether a run went by this policy and this calendar."""
        return (run.policy_version, run.calendar_version) == (
            self.policy.version, self.calendar_version,
        )  # fmt: skip

    def with_policy(self, policy: Policy, ladder: tuple[Rung, ...]) -> "Rules":
        """The same rules by another policy and its ladder."""
        return replace(self, policy=policy, ladder=ladder)

    def with_calendar(self, calendar: Calendar) -> "Rules":
        """The same rules by another calendar."""
        return replace(self, calendar=calendar)

    def due_from(
        self, issued_at: datetime, window: Period | None = None, rule: Rule | None = None
    ) -> Deadline:
        """The deadline of something issued at ``issued_at``, by the policy."""
        period = window or Period.parse(self.policy.deadline.window)
        kind = rule or Rule(self.policy.deadline.rule)
        return self._by_policy(lambda calendar: compute_due(issued_at, period, kind, calendar))

    def due_after(self, day_zero: date, period: Period, rule: Rule | None = None) -> Deadline:
        """The deadline ``period`` after a civil day, by the policy."""
        kind = rule or Rule(self.policy.deadline.rule)
        return self._by_policy(lambda calendar: count_from(day_zero, period, kind, calendar))

    def _by_policy(self, compute: Callable[[Calendar], Deadline]) -> Deadline:
        try:
            return compute(self.calendar)
        except CalendarNotCovered:
            if self.policy.deadline.uncovered == "refuse":
                raise
            return compute(self.working_calendar)

    def sign_limit(self, issued_at: datetime) -> date:
        """The last day for the receipt."""
        return self._short_limit(issued_at, self.policy.limits.sign)

    def review_limit(self, submitted_at: datetime) -> date:
        """The last day for the commission's own review."""
        return self._short_limit(submitted_at, self.policy.limits.review)

    def _short_limit(self, start: datetime, period: str) -> date:
        table = deadline_table(Period.parse(period), Rule.NEXT_WORKDAY, self.working_calendar)
        return table.at(start).last_day

    def has_come(self, finding: Finding, now: datetime) -> bool:
        """Whether a day of ``finding`` has come, or comes until tomorrow.

        A night finds by the calendar what has come since the last one, so whoever settles dates
        at ``now`` must note what it may have passed over. The day more is for an act that
        is still being written when the night begins.
        """
        standing = standing_of(finding)
        return standing is not None and self.comes(standing, finding.due_at, now)

    def comes(self, standing: Standing, due_at: datetime | None, now: datetime) -> bool:
        """The same of every finding that stands so and ends at ``due_at``."""
        tomorrow = now + timedelta(days=1)
        runs_out = standing.state in RUNNING_STATES and due_at is not None and due_at <= tomorrow
        calendar = self.working_calendar
        return runs_out or bool(reached(self.ladder, standing, civil_date(tomorrow), calendar))


def standing_of(finding: Finding, state: State | None = None) -> Standing | None:
    """The ladder's view of an open finding; none where there is no deadline yet."""
    if finding.last_day is None or finding.sign_by is None:
        return None
    return Standing(state or finding.state, finding.last_day, finding.sign_by, finding.review_by)


def load_rules(session: Session, settings: Settings) -> Rules:
    """The rules of this installation: its policy file, its imported calendars.

    Raises:
        ConfigurationInvalid: the policy names a period or an offset that cannot be read.
    """
    policy, ladder = policy_of(settings)
    return Rules(
        settings=settings,
        policy=policy,
        ladder=ladder,
        calendar=shipped_calendar().with_years(imported_years(session)),
    )


def policy_of(settings: Settings) -> tuple[Policy, tuple[Rung, ...]]:
    """The policy in force and its ladder.

    Raises:
        ConfigurationInvalid: it cannot be used; the sentence names the key.
    """
    return policy_in(policy_file(settings.policy.file))


def policy_in(file: PolicyFile) -> tuple[Policy, tuple[Rung, ...]]:
    """The policy of a file and its ladder.

    Raises:
        ConfigurationInvalid: it cannot be used; the sentence names the key.
    """
    policy, source = file.policy(), file.path.name
    for key, text in (
        ("deadline.window", policy.deadline.window),
        ("deadline.report", policy.deadline.report),
        ("limits.sign", policy.limits.sign),
        ("limits.review", policy.limits.review),
    ):
        try:
            Period.parse(text)
        except BadInput as error:
            raise ConfigurationInvalid(
                _("{where}: {why}").format(where=f"{source}: “{key}”", why=error.message)
            ) from error
    try:
        return policy, ladder_from(policy)
    except ConfigurationInvalid as error:
        raise ConfigurationInvalid(
            _("{where}: {why}").format(where=source, why=error.message)
        ) from error


def ladder_of_version(session: Session, version: str, rules: Rules) -> tuple[Rung, ...]:
    """The ladder of a policy that nights ran by; the present one where it was not kept."""
    return ladders_of(session, {version}, rules)[version]


def ladders_of(
    session: Session, versions: Collection[str], rules: Rules
) -> dict[str, tuple[Rung, ...]]:
    """The same of several policies, by their versions."""
    others = {version for version in versions if version != rules.policy.version}
    kept = policies(session, others) if others else {}
    return {
        version: ladder_from(Policy(**kept[version])) if version in kept else rules.ladder
        for version in versions
    }
