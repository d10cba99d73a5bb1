"""Reads of the calendars that were imported into this installation."""

from sqlmodel import Session, select

from models.calendar import CalendarYear, parse_calendar_year
from models.installation import CalendarImport


def imported_years(session: Session) -> list[CalendarYear]:
    """Every imported year, older versions first."""
    rows = session.exec(select(CalendarImport).order_by(CalendarImport.version)).all()  # type: ignore[arg-type]  # sqlmodel types columns as their values
    return [parse_calendar_year(row.data) for row in rows]
