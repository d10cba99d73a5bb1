"""A month's figures as plain values."""

from typing import Any

from models.month_figures import Days, MonthFigures
from models.ranking import OnTime
from models.transitions import Event


def month_shape(figures: MonthFigures) -> dict[str, Any]:
    """The month ``2024-01`` as of an instant, with a row for each organization."""
    total = figures.total
    return {
        "month": str(figures.month),
        "as_of": figures.as_of,
        "open": total.open,
        "overdue": total.overdue,
        "organizations_overdue": total.late,
        "in_review": total.in_review,
        "review_late": figures.review_late,
        "letters_issued": figures.letters,
        "findings_issued": figures.findings,
        "submitted": figures.acts.get(Event.SUBMIT, 0),
        "returned": figures.acts.get(Event.RETURN, 0),
        "closed": figures.acts.get(Event.ACCEPT, 0),
        "extended": figures.acts.get(Event.EXTEND, 0),
        "approved_steps": {str(level): n for level, n in sorted(figures.approved.items())},
        "on_time_by_original": on_time_shape(total.by_original),
        "on_time_by_present": on_time_shape(total.by_present),
        "their_days": days_shape(figures.theirs),
        "our_days": days_shape(figures.ours),
        "count": len(figures.organizations),
        "organizations": [
            {
                "code": one.organization.code,
                "name": one.organization.name,
                "open": one.open,
                "overdue": one.overdue,
                "days_late": one.days_late,
                "in_review": one.in_review,
                "returned": one.returned,
                "on_time_by_original": on_time_shape(one.by_original),
                "on_time_by_present": on_time_shape(one.by_present),
            }
            for one in figures.organizations
        ],
    }


def on_time_shape(one: OnTime) -> dict[str, int]:
    """Numerator and denominator, and what the rest is."""
    return {
        "in_time": one.in_time, "n": one.n, "closed_late": one.closed_late,
        "still_open": one.still_open,
    }  # fmt: skip


def days_shape(days: Days) -> dict[str, int | float | None]:
    """A median and of how many."""
    return {"median": days.median, "n": days.n}
