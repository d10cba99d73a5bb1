"""A night as its workers see it: one instant, one set of rules, and what the ladder says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlmodel import Session

from duban.services.rules import Rules
from models.calendar import civil_date
from models.ladder import (
    Limit,
    RungKind,
    Track,
    come_by,
    latest_reminders,
    waits_for_working_day,
)
from models.night_days import days_come
from models.nightly_run import NightlyRun
from models.organization import ContactRole
from models.outcomes import Reason
from models.queries.contacts import contacts_of_commission
from models.queries.night import Sought
from models.queries.runs import last_whole


@dataclass
class Night:
    """A run at work: its rules, the instant that it is about, and when it writes that down.

    ``run_id`` is none where a night is only foreseen. The calendar is asked what has come later
    than ``since``; where that is none, every open finding is looked at.
    """

    run_id: int | None
    rules: Rules
    as_of: datetime
    since: datetime | None
    now: datetime
    our_roles: frozenset[ContactRole]
    _rungs: dict[tuple[Track, date], list[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The civil day of the night."""
        return civil_date(self.as_of)

    @property
    def tomorrow(self) -> datetime:
        """When the check looks again at what it could not do."""
        return self.as_of + timedelta(days=1)

    def rungs_come(self, track: Track, limit: date) -> list[Mapping[str, Any]]:
        """Rows of ``track_rungs``: what has come, and what of it is held for everybody."""
        found = self._rungs.get((track, limit))
        if found is None:
            found = self._rungs[track, limit] = self._count_rungs(track, limit)
        return found

    def _count_rungs(self, track: Track, limit: date) -> list[Mapping[str, Any]]:
        calendar = self.rules.working_calendar
        rest_day = calendar.is_rest_day(self.today)
        come = come_by(self.rules.ladder, track, limit, self.today, calendar)
        _keep, dropped = latest_reminders(come)
        rows: list[Mapping[str, Any]] = []
        for item in come:
            rung = item.rung
            to_us = rung.counts is Limit.REVIEW
            held = None
            if item in dropped:
                held = Reason.LATER_REMINDER
            elif rest_day and waits_for_working_day(rung):
                held = Reason.REST_DAY
            elif to_us and rung.kind is not RungKind.PROPOSAL and not self.our_roles & {*rung.to}:
                held = Reason.NO_ADDRESS
            rows.append(
                {
                    "track": track, "limit_day": limit, "rung": rung.code, "kind": rung.kind,
                    "level": rung.level, "effective_on": item.effective_on, "held": held,
                    "extension_holds": rung.waits_for_extension,
                    "told_to_us": to_us,
                }
            )  # fmt: skip
        return rows

    @cached_property
    def sought(self) -> Sought:
        """What it looks for."""
        days = None
        if self.since is not None:
            since = civil_date(self.since)
            calendar = self.rules.working_calendar
            days = days_come(self.rules.ladder, since, self.today, calendar)
        return Sought(self.as_of, days)


def last_alike(session: Session, rules: Rules, as_of: datetime) -> NightlyRun | None:
    """The last whole night before ``as_of``, whose work the night of then need not do again.

    None where there was none, or the ladder or the calendar was another.
    """
    last = last_whole(session, as_of)
    return last if last is not None and rules.are_those_of(last) else None


def night_of(session: Session, rules: Rules, run: NightlyRun) -> Night:
    """The night of a run by these rules, with the commission's people as they are now."""
    ours = frozenset(person.role for person in contacts_of_commission(session))
    return Night(run.id, rules, run.as_of, run.since, run.started_at, ours)
