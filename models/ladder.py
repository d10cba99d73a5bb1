"""Which rungs of the ladder a finding has reached, and when the next one comes.

Pure: a standing, a day and a calendar in, rungs out. What was already done is not
known here; the unique keys of ``notices`` and ``escalations`` decide that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config.errors import ConfigurationInvalid
from config.policy import Policy
from models.calendar import Calendar
from models.deadlines import Rule, count_from
from models.errors import BadInput
from models.organization import ContactRole
from models.periods import Period, Unit, parse_offset
from models.transitions import State


class RungKind(StrEnum):
    """What a rung does."""

    REMINDER = "reminder"
    NOTICE = "notice"
    PROPOSAL = "proposal"


class Limit(StrEnum):
    """Which limit a rung counts from."""

    SIGN = "sign"
    DUE = "due"
    REVIEW = "review"


class Track(StrEnum):
    """Rungs that can be true of a finding at the same time and count from one limit."""

    RECEIPT = "receipt"
    BEFORE_DUE = "before-due"
    AFTER_DUE = "after-due"
    REVIEW = "review"


TRACKS: Mapping[State, tuple[Track, ...]] = {
    State.ISSUED: (Track.BEFORE_DUE, Track.RECEIPT),
    State.ACKNOWLEDGED: (Track.BEFORE_DUE,),
    # A submitted finding waits for us: only our own review limit counts then.
    State.SUBMITTED: (Track.REVIEW,),
    State.OVERDUE: (Track.AFTER_DUE,),
}
"""By effective state, the tracks that a finding is on; closed ones are on none."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder."""

    code: str
    level: int
    kind: RungKind
    counts: Limit
    at: Period
    to: tuple[ContactRole, ...]

    @property
    def before_due(self) -> bool:
        """Whether it warns before the last day is over."""
        return self.counts is Limit.DUE and self.at.count <= 0

    @property
    def track(self) -> Track:
        """The track that it stands on."""
        if self.counts is Limit.DUE:
            return Track.BEFORE_DUE if self.before_due else Track.AFTER_DUE
        return Track.RECEIPT if self.counts is Limit.SIGN else Track.REVIEW

    @property
    def waits_for_extension(self) -> bool:
        """Whether a request for more time that came in time and is not decided holds it back."""
        return self.counts is Limit.DUE and self.level > 0

    def day(self, limit: date, calendar: Calendar) -> date:
        """The civil day on which this rung is reached, for a limit whose last day is ``limit``."""
        if self.at.unit is Unit.WORKING_DAY:
            return calendar.add_working_days(limit, self.at.count)
        if self.at.unit is Unit.MONTH:
            return count_from(limit, self.at, Rule.NATURAL, calendar).last_day
        return date.fromordinal(limit.toordinal() + self.at.count)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ladder needs to know of a finding; ``state`` is the effective one."""

    state: State
    last_day: date
    sign_by: date
    review_by: date | None


@dataclass(frozen=True, slots=True)
class Reached:
    """A rung that has come, the limit it counts from and the day it took effect."""

    rung: Rung
    due_on: date
    effective_on: date


def ladder_from(policy: Policy) -> tuple[Rung, ...]:
    """The policy's rungs, typed.

    Raises:
        ConfigurationInvalid: an ``at`` cannot be read.
    """
    return tuple(
        Rung(
            code=rung.code,
            level=rung.level,
            kind=RungKind(rung.kind),
            counts=Limit(rung.counts),
            at=_offset(rung.code, rung.at),
            to=tuple(ContactRole(role) for role in rung.to),
        )
        for rung in policy.rung
    )


def applies(rung: Rung, standing: Standing) -> bool:
    """Whether ``rung`` can be true of a finding in this state."""
    return rung.track in [track for track, _limit in tracks_of(standing)]


def tracks_of(standing: Standing) -> list[tuple[Track, date]]:
    """The tracks that a finding is on, each with the last day of the limit that it counts from."""
    limits = {
        Track.RECEIPT: standing.sign_by,
        Track.BEFORE_DUE: standing.last_day,
        Track.AFTER_DUE: standing.last_day,
        Track.REVIEW: standing.review_by,
    }
    found = ((track, limits[track]) for track in TRACKS.get(standing.state, ()))
    return [(track, limit) for track, limit in found if limit is not None]


def reached(
    ladder: Iterable[Rung], standing: Standing, today: date, calendar: Calendar
) -> list[Reached]:
    """Every rung that has come by ``today``, in the order of the days they came."""
    come = [
        item
        for track, limit in tracks_of(standing)
        for item in come_by(ladder, track, limit, today, calendar)
    ]
    return sorted(come, key=lambda item: (item.effective_on, item.rung.level))


def waits_for_working_day(rung: Rung) -> bool:
    """Whether a rung keeps off rest days; the automatic urging notice does not."""
    return rung.kind is not RungKind.NOTICE


def latest_reminders(rungs: Iterable[Reached]) -> tuple[list[Reached], list[Reached]]:
    """Split into what is still to be told and the reminders that a later one replaces.

    Of the reminders that count from one limit only the latest is worth sending;
    notices and proposals are legal steps and are never dropped.
    """
    latest: dict[Limit, Reached] = {}
    for item in rungs:
        if item.rung.kind is RungKind.REMINDER:
            latest[item.rung.counts] = item
    keep = [r for r in rungs if r.rung.kind is not RungKind.REMINDER or r in latest.values()]
    return keep, [item for item in rungs if item not in keep]


def come_by(
    ladder: Iterable[Rung], track: Track, limit: date, today: date, calendar: Calendar
) -> list[Reached]:
    """The rungs of one track that have come by ``today``, in the order of the days they came."""
    days = ((rung, rung.day(limit, calendar)) for rung in ladder if rung.track is track)
    come = [Reached(rung, limit, day) for rung, day in days if day <= today]
    return sorted(come, key=lambda item: (item.effective_on, item.rung.level))


def _offset(code: str, text: str) -> Period:
    try:
        return parse_offset(text)
    except BadInput as error:
        raise ConfigurationInvalid(f"{code}: {error.message}") from error
