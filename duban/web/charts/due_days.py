"""When it will hurt: how many findings end on each day around today."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    BLUE,
    GREY,
    INK,
    LINE,
    PAPER,
    QUIET,
    RED,
    WIDTH,
    Cell,
    Chart,
    box,
    ledger,
    line,
    svg,
    tag,
    words,
)
from models.day_words import days_label, list_day, short_day
from models.transitions import RUNNING_STATES, State

SPAN = 30
_LEFT, _TOP, _FLOOR, _HEIGHT = 6, 34, 170, 212
_STEP = (WIDTH - 2 * _LEFT) / (2 * SPAN + 1)


def due_days(days: Mapping[date, int], today: date, is_rest_day: Callable[[date], bool]) -> Chart:
    """``days`` says how many findings run until each last day, overdue ones included."""
    shown = [today + timedelta(days=n) for n in range(-SPAN, SPAN + 1)]
    late = sum(days.get(day, 0) for day in shown if day < today)
    coming = sum(days.get(day, 0) for day in shown if day >= today)
    before = sum(n for day, n in days.items() if day < shown[0])
    after = sum(n for day, n in days.items() if day > shown[-1])
    summary = _(
        "Last day within the past {span} days: {late}; today or within the next {span}: "
        "{coming}; earlier: {before}; later: {after}."
    ).format(span=SPAN, late=late, coming=coming, before=before, after=after)
    rows = [
        [
            Cell(list_day(day)),
            Cell(days_label(day, today)),
            Cell(str(days[day]), _list(day, today)),
        ]
        for day in shown
        if days.get(day)
    ]
    first, last = shown[0] - timedelta(days=1), shown[-1] + timedelta(days=1)
    if before:
        href = ledger(State.OVERDUE, due_to=first)
        rows.insert(0, [Cell(_("earlier")), Cell(""), Cell(str(before), href)])
    if after:
        href = ledger(*RUNNING_STATES, due_from=last)
        rows.append([Cell(_("later")), Cell(""), Cell(str(after), href)])
    return Chart(
        title=_("When periods end"),
        summary=summary,
        picture=svg(summary, _HEIGHT, *_drawn(days, shown, today, is_rest_day)),
        caption=_(
            "Findings by last day, without reports that wait for review; empty days left out"
        ),
        head=(_("Last day"), _("Distance"), _("Findings")),
        rows=rows,
    )


def _list(day: date, today: date) -> str:
    if day < today:
        return ledger(State.OVERDUE, due_from=day, due_to=day)
    return ledger(*RUNNING_STATES, due_from=day, due_to=day)


def _drawn(
    days: Mapping[date, int], shown: list[date], today: date, is_rest_day: Callable[[date], bool]
) -> Iterator[Markup]:
    yield tag("defs", tag(
        "pattern",
        tag("rect", width=5, height=5, fill=PAPER)
        + tag("path", d="M0 5L5 0", stroke=GREY, stroke_width=1),
        id="rest", width=5, height=5, patternUnits="userSpaceOnUse",
    ))  # fmt: skip
    most = max((days.get(day, 0) for day in shown), default=0) or 1
    for number, day in enumerate(shown):
        x, n = _LEFT + number * _STEP, days.get(day, 0)
        if is_rest_day(day):
            yield box(x, _FLOOR + 1, _STEP, 9, "url(#rest)")
        if n:
            height = max(3.0, (_FLOOR - _TOP - 16) * n / most)
            title = f"{list_day(day)} · {n}"
            yield box(
                x + 1, _FLOOR - height, _STEP - 2, height, RED if day < today else BLUE, title
            )
            yield words(str(n), x + _STEP / 2, _FLOOR - height - 3, anchor="middle", size=11)
    yield line(_LEFT, _FLOOR, WIDTH - _LEFT, _FLOOR, GREY)
    for n in range(-SPAN, SPAN + 1, 10):
        x = _LEFT + (n + SPAN + 0.5) * _STEP
        anchor = "start" if n == -SPAN else "end" if n == SPAN else "middle"
        x += {"start": -_STEP / 2, "end": _STEP / 2}.get(anchor, 0)
        yield words(short_day(today + timedelta(days=n)), x, _FLOOR + 25, anchor=anchor, size=12,
                    fill=INK if n == 0 else QUIET, bold=n == 0)  # fmt: skip
    now = _LEFT + SPAN * _STEP
    yield line(now, 18, now, _FLOOR + 10, INK, 2)
    yield words(_("overdue"), now - 8, 14, anchor="end", fill=RED, size=12)
    yield words(_("today and to come"), now + 8, 14, fill=BLUE, size=12)
    yield box(_LEFT, _HEIGHT - 9, 14, 8, "url(#rest)", stroke=LINE)
    yield words(_("rest day"), _LEFT + 20, _HEIGHT - 1, fill=QUIET, size=11)
