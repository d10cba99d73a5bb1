"""A year's holiday notice arrives: provisional dates are settled, later or not at all."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.extend import move_due
from duban.services.rules import Rules
from duban.services.tell_event import tell_moved
from duban.services.transition import Actor
from models.calendar import CalendarYear, parse_calendar_year
from models.check_calendar import faults_of
from models.deadlines import Deadline, Rule, count_from
from models.errors import BadInput, CalendarNotCovered
from models.finding import Finding
from models.installation import CalendarImport
from models.letter import Letter
from models.periods import Period
from models.queries.calendars import imported_years
from models.queries.findings import provisional
from models.queries.submissions import history_of
from models.transitions import OPEN_STATES, State


@dataclass(frozen=True)
class Settled:
    """A provisional finding and the date that the notice gives it; ``moves`` if later."""

    finding: Finding
    before: date
    deadline: Deadline

    @property
    def moves(self) -> bool:
        """Whether the date moves; never earlier than what people were told."""
        return self.deadline.last_day > self.before


@dataclass(frozen=True)
class CalendarPreview:
    """What importing a year would do."""

    year: CalendarYear
    settled: tuple[Settled, ...]


def preview_calendar(session: Session, data: dict[str, object], rules: Rules) -> CalendarPreview:
    """Check a year's file and compute which provisional dates it settles.

    Raises:
        BadInput: the file does not fit, contradicts itself or the law, or is not newer.
    """
    year = parse_calendar_year(data)
    if faults := faults_of(year):
        raise BadInput(
            _("The calendar of {year} cannot be right: {faults}").format(
                year=year.year, faults=" ".join(faults)
            )
        )
    known = rules.calendar.years.get(year.year)
    if known is not None and known.version >= year.version:
        raise BadInput(
            _(
                "{year} is loaded already as version {known}; an amended notice needs a higher "
                "“version”."
            ).format(year=year.year, known=known.version)
        )
    calendar = rules.calendar.with_years([year])
    settled = []
    for finding in provisional(session):
        origin = _origin(session, finding)
        if origin is not None and finding.last_day is not None:
            day_zero, window, rule = origin
            try:
                deadline = count_from(day_zero, window, rule, calendar)
                settled.append(Settled(finding, finding.last_day, deadline))
            except CalendarNotCovered:
                continue  # the period reaches into yet another year without a notice
    return CalendarPreview(year, tuple(settled))


def import_calendar(
    session: Session, data: dict[str, object], *, now: datetime, actor: Actor, rules: Rules
) -> CalendarPreview:
    """Store the year, settle provisional dates, and tell whose date moved."""
    preview = preview_calendar(session, data, rules)
    session.add(
        CalendarImport(
            year=preview.year.year,
            version=preview.year.version,
            data=data,
            imported_at=now,
            imported_by=actor.name,
        )
    )
    session.flush()
    rules = rules.with_calendar(rules.calendar.with_years(imported_years(session)))
    moved: dict[tuple[int, date, date], int] = {}
    for item in preview.settled:
        finding, deadline = item.finding, item.deadline
        was_original = finding.last_day == finding.original_last_day
        if item.moves and finding.state is not State.SUBMITTED:
            move_due(
                session, finding, deadline, now=now, actor=actor, rules=rules,
                reason=_("holiday notice {number}").format(number=preview.year.notice_number),
            )  # fmt: skip
            key = (finding.letter_id or 0, item.before, deadline.last_day)
            moved[key] = moved.get(key, 0) + 1
        _settle(session, item, was_original)
    for (letter_id, old, new), count in moved.items():
        letter = session.get_one(Letter, letter_id)
        tell_moved(session, letter, count, old, new, rules=rules, now=now)
    return preview


def _settle(session: Session, item: Settled, was_original: bool) -> None:
    """The date is no longer provisional; what was promised provisionally moves with it."""
    values: dict[str, object] = {"provisional": False}
    if item.moves and was_original:
        values["original_last_day"] = item.deadline.last_day
        values["original_due_at"] = item.deadline.due_at
    if item.moves and item.finding.state is State.SUBMITTED:
        values |= {"last_day": item.deadline.last_day, "due_at": item.deadline.due_at}
    session.exec(update(Finding).where(col(Finding.id) == item.finding.id).values(**values))


def _origin(session: Session, finding: Finding) -> tuple[date, Period, Rule] | None:
    """From which day, how long and by which rule the current date was counted."""
    if finding.state not in OPEN_STATES:
        return None
    for record in reversed(history_of(session, finding.id or 0)):
        if counted := record.details.get("deadline"):
            return (
                date.fromisoformat(counted["day_zero"]),
                Period.parse(counted["window"]),
                Rule(counted["rule"]),
            )
    return None
