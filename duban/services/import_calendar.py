"""A year's holiday notice arrives, new or amended: dates are settled, later or not at all."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from config.language import _
from duban.services.redate import Redated, redate, redated, settle_letter
from duban.services.rules import Rules
from duban.services.tell_event import tell_moved
from duban.services.transition import Actor
from models.calendar import CalendarYear, parse_calendar_year
from models.check_calendar import faults_of
from models.errors import BadInput
from models.installation import CalendarImport
from models.letter import Letter
from models.queries.calendars import imported_years
from models.queries.findings import due_from


@dataclass(frozen=True)
class CalendarPreview:
    """What importing a year would do: every open finding that it settles, moves or questions."""

    year: CalendarYear
    findings: tuple[Redated, ...]


def preview_calendar(session: Session, data: dict[str, object], rules: Rules) -> CalendarPreview:
    """Check a year's file and count the open dates that it touches anew.

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
    counted = (
        redated(session, finding, calendar, rules.calendar)
        for finding in due_from(session, date(year.year, 1, 1))
    )
    return CalendarPreview(
        year,
        tuple(item for item in counted if item and (item.settles or item.now_rest_day)),
    )


def import_calendar(
    session: Session, data: dict[str, object], *, now: datetime, actor: Actor, rules: Rules
) -> CalendarPreview:
    """Store the year, settle and move dates, and tell whose date moved."""
    preview = preview_calendar(session, data, rules)
    notice = preview.year.notice_number
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
    letters: set[int] = set()
    moved: dict[tuple[int, date, date], int] = {}
    for item in preview.findings:
        if not item.settles:
            continue
        letter_id = item.finding.letter_id or 0
        redate(session, item, notice, now=now, actor=actor, rules=rules)
        letters.add(letter_id)
        if item.moves:
            key = (letter_id, item.before, item.present.last_day)
            moved[key] = moved.get(key, 0) + 1
    for letter_id in sorted(letters):
        settle_letter(session, session.get_one(Letter, letter_id), rules.calendar, notice)
    for (letter_id, old, new), count in moved.items():
        letter = session.get_one(Letter, letter_id)
        tell_moved(session, letter, count, old, new, rules=rules, now=now)
    return preview
