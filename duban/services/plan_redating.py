"""What a holiday notice would do to open due dates: counted in sets, listed as far as asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlmodel import Session

from duban.services.redate import Link, Recounted, Redated, recount, redated
from models.calendar import Calendar, civil_date
from models.deadlines import Rule
from models.finding import Finding
from models.periods import Period
from models.queries.findings import in_letter_order
from models.queries.redating import PAGE, Dated, Share, counted_apart, findings_of, shares

Moves = dict[tuple[int, date, date], int]
"""How many findings move, by letter, old last day and new one."""


@dataclass(frozen=True)
class Recounting:
    """Two calendars, and what the second makes of dates that the first gave."""

    before: Calendar
    after: Calendar

    @cached_property
    def _known(self) -> dict[Dated, Recounted]:
        return {}

    def of(self, dates: Dated) -> Recounted:
        """Worked out once, however many findings share the dates."""
        if dates not in self._known:
            link = Link(
                civil_date(dates.issued_at),
                Period.parse(dates.window),
                Rule(dates.rule),
                dates.original_last_day,
            )
            self._known[dates] = recount(
                [link],
                original_last_day=dates.original_last_day,
                last_day=dates.last_day,
                provisional=dates.provisional,
                calendar=self.after,
                before=self.before,
            )
        return self._known[dates]

    def one_by_one(self, session: Session, ids: Sequence[int]) -> Iterator[Redated]:
        """The findings with these ids that are concerned, a page at a time in memory."""
        for start in range(0, len(ids), PAGE):
            page = in_letter_order(session, ids[start : start + PAGE])
            for finding in sorted(page, key=_place):
                item = redated(session, finding, self.after, self.before)
                if item is not None and item.dates.concerned:
                    yield item


@dataclass(frozen=True)
class RedatingPlan:
    """The shares of letters that are concerned, and the ids of findings that were extended."""

    first_day: date
    recounting: Recounting
    shares: tuple[Share, ...]
    apart: tuple[int, ...]
    listed: tuple[Redated, ...]
    """The first of them by organization and letter, as many as were asked for."""
    count: int
    moving: int

    def letters_settled(self) -> set[int]:
        """Letters with a finding in the shares that there is something to record of."""
        return {s.letter_id for s in self.shares if self.recounting.of(s.dates).settles}

    def moves(self) -> Moves:
        """What moves of the shares."""
        found: Moves = {}
        for share in self.shares:
            dates = self.recounting.of(share.dates)
            if dates.moves:
                key = (share.letter_id, dates.before, dates.present.last_day)
                found[key] = found.get(key, 0) + share.n
        return found


def plan_redating(
    session: Session, first_day: date, recounting: Recounting, limit: int
) -> RedatingPlan:
    """Count every open date from ``first_day`` on anew; list the first ``limit`` concerned."""
    concerned = tuple(
        share for share in shares(session, first_day) if recounting.of(share.dates).concerned
    )
    apart: list[int] = []
    listed: list[Redated] = []
    moving = sum(share.n for share in concerned if recounting.of(share.dates).moves)
    for item in recounting.one_by_one(session, counted_apart(session, first_day)):
        apart.append(item.finding.id or 0)
        moving += item.dates.moves
        if len(listed) < limit:
            listed.append(item)
    listed += _first(session, first_day, recounting, concerned, limit)
    return RedatingPlan(
        first_day=first_day,
        recounting=recounting,
        shares=concerned,
        apart=tuple(apart),
        listed=tuple(sorted(listed, key=lambda item: _place(item.finding))[:limit]),
        count=sum(share.n for share in concerned) + len(apart),
        moving=moving,
    )


def _first(
    session: Session, day: date, recounting: Recounting, concerned: Iterable[Share], limit: int
) -> Iterator[Redated]:
    """The first ``limit`` findings of the shares, or more."""
    letters: dict[int, None] = {}
    reached = 0
    for share in concerned:
        if reached >= limit:
            break
        letters[share.letter_id] = None
        reached += share.n
    for finding, dates in findings_of(session, list(letters), day):
        found = recounting.of(dates)
        if found.concerned:
            yield Redated(finding, found)


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.organization_id, finding.letter_id or 0, finding.item or 0
