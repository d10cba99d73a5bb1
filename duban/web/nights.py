"""How nights look on a page: the strip of the last thirty, and the lines of an account."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from duban.services.account_run import Entry
from models.calendar import civil_date
from models.message import Message
from models.nightly_run import NightlyRun, RunState
from models.outcomes import Outcome
from models.queries.findings import Row, rows_by_id
from models.queries.outbox import mails_of_night
from models.queries.runs import runs_of_nights

NIGHTS = 30
SUM = ("changed", "noticed", "none", "held", "failed")
"""The five outcomes, which together are every open finding."""

_BEST_FIRST = (RunState.COMPLETED, RunState.WARNINGS, RunState.MISSED, RunState.RUNNING,
               RunState.STOPPED, RunState.FAILED)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StripNight:
    """One night of the strip: the attempt that says how it went; none where nobody made one."""

    night: date
    run: NightlyRun | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One finding in the account of a night, with the mails that told of it."""

    entry: Entry
    row: Row
    mails: Sequence[Message]

    @property
    def acted(self) -> bool:
        """Whether the night did something with it."""
        return self.entry.outcome in (Outcome.CHANGED, Outcome.NOTICED)


def strip(
    session: Session, now: datetime, *, nights_from: date, tonight: datetime
) -> list[StripNight]:
    """The last nights whose time has come, oldest first; ``tonight`` is the time of today's."""
    last = civil_date(now) if now >= tonight else civil_date(now) - timedelta(days=1)
    first = max(nights_from, last - timedelta(days=NIGHTS - 1))
    attempts: dict[date, list[NightlyRun]] = defaultdict(list)
    for run in runs_of_nights(session, first, last):
        attempts[run.business_date].append(run)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [StripNight(day, _telling(attempts[day])) for day in days]


def _telling(attempts: Sequence[NightlyRun]) -> NightlyRun | None:
    """The attempt with the best end; of equals the one that did the most."""
    best = sorted(attempts, key=lambda run: (_BEST_FIRST.index(run.state), -_acts(run)))
    return best[0] if best else None


def _acts(run: NightlyRun) -> int:
    return run.counts.get("changed", 0) + run.counts.get("noticed", 0)


def lines_of(
    session: Session, run: NightlyRun, entries: Sequence[Entry], now: datetime
) -> list[AccountLine]:
    """The entries with what they are about and the mails of the night that told of each."""
    rows = rows_by_id(session, [entry.finding.id or 0 for entry in entries], now)
    told = {entry.finding.organization_id for entry in entries if entry.rungs}
    mails: dict[int, list[Message]] = defaultdict(list)
    if told:
        for mail in mails_of_night(session, run.id or 0, told):
            mails[mail.organization_id].append(mail)
    return [
        AccountLine(
            entry,
            rows[entry.finding.id or 0],
            [
                mail
                for mail in mails[entry.finding.organization_id]
                if any(mail.tells(entry.finding.id or 0, rung) for rung in entry.rungs)
            ],
        )
        for entry in entries
    ]


def sums(counts: Mapping[str, int]) -> dict[str, int]:
    """Every figure of the sum line; of a night that did nothing they are zero."""
    names = ("open", *SUM, "messages", "proposals")
    return {name: counts.get(name, 0) for name in names}


def adds_up(counts: Mapping[str, int], lines: Sequence[AccountLine] | None) -> bool:
    """Whether the sum holds; and, given the whole account, whether each part is as counted."""
    if counts.get("open", 0) != sum(counts.get(name, 0) for name in SUM):
        return False
    if lines is None:
        return True
    found = Counter(line.entry.outcome.value for line in lines)
    return all(found[name] == counts.get(name, 0) for name in SUM)
