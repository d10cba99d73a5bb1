"""Comparing organizations: only with their like, only where there is enough to compare."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.organization import Organization

LEAST = 5
"""With fewer findings to judge by, an organization has no place."""


NOTHING = "–"
"""Instead of a share of nothing, which is neither 0 % nor 100 %."""


def percent(part: int, n: int) -> str:
    """``91.7%``; a dash where there is nothing to divide by."""
    return f"{100 * part / n:.1f}%" if n else NOTHING


def share_words(part: int, n: int) -> str:
    """``11/12 (91.7%)``; a dash where there is nothing to divide by."""
    return f"{part}/{n} ({percent(part, n)})" if n else NOTHING


@dataclass(frozen=True, slots=True)
class OnTime:
    """What became of the findings of a period: its base is ``n``, its numerator ``in_time``.

    The base is what is closed and what is open though its last day has passed.
    """

    in_time: int = 0
    closed_late: int = 0
    still_open: int = 0

    @property
    def n(self) -> int:
        """The denominator."""
        return self.in_time + self.closed_late + self.still_open

    def __add__(self, other: "OnTime") -> "OnTime":
        return OnTime(
            self.in_time + other.in_time,
            self.closed_late + other.closed_late,
            self.still_open + other.still_open,
        )

    @property
    def words(self) -> str:
        """``11/12``; a dash where there is nothing to judge by."""
        return f"{self.in_time}/{self.n}" if self.n else NOTHING

    @property
    def percent(self) -> str:
        """``91.7%``; a dash where there is nothing to judge by."""
        return percent(self.in_time, self.n)


@dataclass(frozen=True, slots=True)
class Placed:
    """An organization among its like; ``place`` is none where the sample is too small."""

    organization: Organization
    on_time: OnTime
    place: int | None


def ranked(rows: Iterable[tuple[Organization, OnTime]]) -> dict[str, list[Placed]]:
    """By ranking group, the best first, then those without a place.

    Equal shares have the same place, and the next has the place that it would have without
    ties (1, 1, 3). Organizations of no group come last, under an empty name, and have no place.
    """
    groups: dict[str, list[tuple[Organization, OnTime]]] = {}
    for organization, on_time in rows:
        groups.setdefault(organization.ranking_group or "", []).append((organization, on_time))
    names = sorted(groups, key=lambda name: (not name, name))
    return {name: list(_placed(groups[name], compared=bool(name))) for name in names}


def _placed(rows: list[tuple[Organization, OnTime]], *, compared: bool) -> Iterable[Placed]:
    enough = [row for row in rows if compared and row[1].n >= LEAST]
    enough.sort(key=lambda row: (-row[1].in_time / row[1].n, row[0].path))
    place, last = 0, None
    for number, (organization, on_time) in enumerate(enough, start=1):
        # Shares are equal as fractions, whatever a division would round.
        if last is None or on_time.in_time * last.n != last.in_time * on_time.n:
            place, last = number, on_time
        yield Placed(organization, on_time, place)
    chosen = {organization.id for organization, _on_time in enough}
    for organization, on_time in sorted(rows, key=lambda row: (-row[1].n, row[0].path)):
        if organization.id not in chosen:
            yield Placed(organization, on_time, None)
