"""Bars beside each other: where findings are, and how old the overdue ones are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    BLUE,
    GREY,
    INK,
    QUIET,
    RED,
    TEAL,
    VIOLET,
    Cell,
    Chart,
    box,
    ledger,
    svg,
    words,
)
from models.transitions import OPEN_STATES, State
from models.words import state_label

_ROW, _BEGIN, _END = 34, 150, 520
AGES = ((1, 7), (8, 15), (16, 30), (31, None))
"""From so many days overdue to so many."""


@dataclass(frozen=True, slots=True)
class Age:
    """``n`` findings that are ``first`` to ``last`` days overdue, and their last days."""

    first: int
    last: int | None
    due_from: date | None
    due_to: date
    n: int


def ages(days: Mapping[date, int], today: date) -> list[Age]:
    """The overdue ones by how long they have been so; ``days`` as in ``due_days``."""
    found = []
    for first, last in AGES:
        due_to = today - timedelta(days=first)
        due_from = None if last is None else today - timedelta(days=last)
        n = sum(n for day, n in days.items() if day <= due_to and (not due_from or day >= due_from))
        found.append(Age(first, last, due_from, due_to, n))
    return found


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    n: int
    fill: str
    href: str


def stages(states: Mapping[State, int]) -> Chart:
    """How many findings are in each stage; our own queue stands among them."""
    colours = {
        State.ISSUED: BLUE, State.ACKNOWLEDGED: TEAL, State.OVERDUE: RED, State.SUBMITTED: VIOLET,
        State.RECTIFIED: GREY,
    }  # fmt: skip
    bars = [_Bar(state_label(state), states.get(state, 0), fill, ledger(state))
            for state, fill in colours.items()]  # fmt: skip
    summary = _("Open: {open}, of which {ours} wait for our review; closed: {closed}.").format(
        open=sum(states.get(state, 0) for state in OPEN_STATES),
        ours=states.get(State.SUBMITTED, 0),
        closed=states.get(State.RECTIFIED, 0),
    )
    return _chart(_("Where findings are"), summary, _("Findings by state"), _("State"), bars)


def ageing(days: Mapping[date, int], today: date) -> Chart:
    """How long the overdue ones have been so; ``days`` as in ``due_days``."""
    bars = []
    for age in ages(days, today):
        name = (
            _("over {n} days").format(n=age.first - 1)
            if age.last is None
            else _("{a}–{b} days").format(a=age.first, b=age.last)
        )
        href = ledger(State.OVERDUE, due_from=age.due_from, due_to=age.due_to)
        bars.append(_Bar(name, age.n, RED, href))
    total, oldest = (
        sum(bar.n for bar in bars),
        min((d for d, n in days.items() if n), default=today),
    )
    if total:
        summary = _("Overdue: {n}; the oldest for {days} days.").format(
            n=total, days=(today - oldest).days
        )
    else:
        summary = _("Nothing is overdue.")
    title = _("How old the overdue ones are")
    return _chart(title, summary, _("Overdue findings by age"), _("Days overdue"), bars)


def _chart(title: str, summary: str, caption: str, head: str, bars: Sequence[_Bar]) -> Chart:
    return Chart(
        title=title,
        summary=summary,
        picture=svg(summary, _ROW * len(bars) + 4, *_drawn(bars)),
        caption=caption,
        head=(head, _("Findings")),
        rows=[[Cell(bar.name), Cell(str(bar.n), bar.href)] for bar in bars],
    )


def _drawn(bars: Sequence[_Bar]) -> Iterator[Markup]:
    most = max((bar.n for bar in bars), default=0) or 1
    for number, bar in enumerate(bars):
        y = number * _ROW + 4
        yield words(bar.name, _BEGIN - 10, y + 19, anchor="end", size=14)
        width = max(3.0, (_END - _BEGIN) * bar.n / most) if bar.n else 0.0
        if bar.n:
            yield box(_BEGIN, y, width, _ROW - 8, bar.fill, f"{bar.name} · {bar.n}")
        ink = INK if bar.n else QUIET
        yield words(str(bar.n), _BEGIN + width + 8, y + 19, size=14, bold=bool(bar.n), fill=ink)
