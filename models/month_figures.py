"""The figures of one month, for those who lead: who is late, how punctual, whose days it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import NamedTuple

from models.month import Month
from models.organization import Organization
from models.ranking import OnTime
from models.transitions import Event


class Days(NamedTuple):
    """The median of ``n`` stretches in whole civil days; none where there is nothing to judge."""

    n: int
    median: float | None

    @classmethod
    def of(cls, days: Sequence[int]) -> "Days":
        """Of these stretches."""
        return cls(len(days), float(median(days)) if days else None)


@dataclass(frozen=True, slots=True)
class OfOne:
    """One organization: what stands with it, and what became of what ran out in the month.

    ``days_late`` is how many days its oldest overdue finding is late; 0 where none is.
    ``returned`` are reports of the month that went back. ``by_original`` counts what ran out in
    the month by the date first promised, ``by_present`` by today's.
    """

    organization: Organization
    open: int
    overdue: int
    days_late: int
    in_review: int
    returned: int
    by_original: OnTime
    by_present: OnTime


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month as of an instant; ``organizations`` the worst first.

    ``acts`` counts what people did in the month, ``approved`` the steps that a supervisor approved,
    by level. ``theirs`` are the days from an issue or a return to the report, ``ours`` those from
    a report to the decision: each of the reports or decisions of the month.
    ``review_late`` are reports whose own day for the review is over.
    """

    month: Month
    as_of: datetime
    organizations: Sequence[OfOne]
    letters: int
    findings: int
    acts: Mapping[Event, int]
    approved: Mapping[int, int]
    theirs: Days
    ours: Days
    review_late: int

    @property
    def total(self) -> "Total":
        """The sums over all organizations."""
        return Total.of(self.organizations)


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of all organizations; ``late`` is how many of them have something overdue."""

    open: int
    overdue: int
    late: int
    in_review: int
    by_original: OnTime
    by_present: OnTime

    @classmethod
    def of(cls, organizations: Sequence[OfOne]) -> "Total":
        """The sums over these."""
        return cls(
            open=sum(one.open for one in organizations),
            overdue=sum(one.overdue for one in organizations),
            late=sum(one.overdue > 0 for one in organizations),
            in_review=sum(one.in_review for one in organizations),
            by_original=sum((one.by_original for one in organizations), OnTime()),
            by_present=sum((one.by_present for one in organizations), OnTime()),
        )
