"""A year's holiday notice arrives, new or amended: dates are settled, later or not at all."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from config.language import _
from duban.services.plan_redating import Recounting, RedatingPlan, plan_redating
from duban.services.redate import redate, settle_letters
from duban.services.redate_many import redate_many
from duban.services.rules import Rules
from duban.services.tell_event import tell_moved
from duban.services.transition import Actor
from models.calendar import CalendarYear, parse_calendar_year
from models.check_calendar import faults_of
from models.errors import BadInput
from models.installation import CalendarImport
from models.letter import Letter
from models.queries.calendars import imported_years

LISTED = 200


@dataclass(frozen=True)
class CalendarPreview:
    """What importing a year would do: the open findings that it settles, moves or questions."""

    year: CalendarYear
    plan: RedatingPlan


def preview_calendar(
    session: Session, data: dict[str, object], rules: Rules, *, limit: int = LISTED
) -> CalendarPreview:
    """Check a year's file, count the open dates that it touches anew, list the first of them.

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
    recounting = Recounting(rules.calendar, rules.calendar.with_years([year]))
    return CalendarPreview(year, plan_redating(session, date(year.year, 1, 1), recounting, limit))


def import_calendar(
    session: Session,
    data: dict[str, object],
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    limit: int = LISTED,
) -> CalendarPreview:
    """Store the year, settle and move dates, and tell whose date moved."""
    preview = preview_calendar(session, data, rules, limit=limit)
    notice, plan = preview.year.notice_number, preview.plan
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
    letters, moved = plan.letters_settled(), plan.moves()
    redate_many(session, plan, notice, now=now, actor=actor, rules=rules)
    for item in plan.recounting.one_by_one(session, plan.apart):
        if not item.dates.settles:
            continue
        redate(session, item, notice, now=now, actor=actor, rules=rules)
        letter_id = item.finding.letter_id or 0
        letters.add(letter_id)
        if item.dates.moves:
            key = (letter_id, item.dates.before, item.dates.present.last_day)
            moved[key] = moved.get(key, 0) + 1
    settle_letters(session, letters, rules.calendar, notice)
    for (letter_id, old, new), count in sorted(moved.items()):
        letter = session.get_one(Letter, letter_id)
        tell_moved(session, letter, count, old, new, rules=rules, now=now)
    return preview
