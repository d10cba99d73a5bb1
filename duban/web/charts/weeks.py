"""Who, when: open findings by organization and the week in which their last day lies."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    INK,
    LINE,
    PAPER,
    QUIET,
    WIDTH,
    Cell,
    Chart,
    box,
    group,
    ledger,
    line,
    organization_page,
    short,
    svg,
    words,
)
from models.day_words import short_day
from models.organization import Organization
from models.words import organization_label

_NAMES, _TOP, _ROW = 168, 26, 24
_STEPS = ((8, "#a83a1c", PAPER), (5, "#cb6440", PAPER), (3, "#eaa183", INK), (2, "#f5cdb9", INK),
          (1, "#fbe7dd", INK))  # fmt: skip
"""From so many findings on: the ground and the ink of a cell."""
SHOWN, BEFORE, AFTER = 15, 3, 4
"""So many organizations, and weeks before and after the present one."""


def spans(days: Sequence[date]) -> list[tuple[date | None, date | None]]:
    """From which day to which each column counts; the first and the last are open."""
    whole = [(day, day + timedelta(days=6)) for day in days[:-1]]
    return [(None, days[0] - timedelta(days=1)), *whole, (days[-1], None)]


def weeks(
    organizations: Sequence[Organization], counts: Mapping[int, Sequence[int]],
    days: Sequence[date], today: date,
) -> Chart:  # fmt: skip
    """``counts`` and ``days`` as ``models.queries.statistics.open_by_week`` has them."""
    head = [_("earlier"), *(short_day(day) for day in days[:-1]), _("later")]
    rows = [
        [
            Cell(organization_label(one), organization_page(one.code)),
            *(
                Cell(str(n), ledger(org=one.code, due_from=first, due_to=last)) if n else Cell("–")
                for n, (first, last) in zip(counts[one.id or 0], spans(days), strict=True)
            ),
        ]
        for one in organizations
    ]
    this = next(n for n, day in enumerate(days[1:], start=1) if today < day)
    names = [organization_label(one) for one in organizations]
    numbers = [counts[one.id or 0] for one in organizations]
    summary = _(
        "Open findings of the {n} organizations that stand worst: ended before this week: "
        "{before}; ending in it: {week}; ending later: {after}."
    ).format(
        n=len(organizations),
        before=sum(sum(row[:this]) for row in numbers),
        week=sum(row[this] for row in numbers),
        after=sum(sum(row[this + 1 :]) for row in numbers),
    )
    return Chart(
        title=_("Who is due in which week"),
        summary=summary,
        picture=svg(summary, _TOP + _ROW * len(names) + 4, *_drawn(names, numbers, head, this)),
        caption=_("Open findings by the week of their last day; a week is named by its Monday"),
        head=(_("Organization"), *head),
        rows=rows,
        more=Cell(_("All organizations"), "/organizations"),
    )


def _drawn(
    names: Sequence[str], numbers: Sequence[Sequence[int]], head: Sequence[str], this: int
) -> Iterator[Markup]:
    wide = (WIDTH - _NAMES) / len(head)
    heads = [
        words(name, _NAMES + (n + 0.5) * wide, 17, bold=n == this, fill=INK if n == this else "")
        for n, name in enumerate(head)
    ]
    yield group(*heads, text_anchor="middle", font_size=10, fill=QUIET)
    labels, grounds, figures = [], [], []
    for row, (name, counts) in enumerate(zip(names, numbers, strict=True)):
        y = _TOP + row * _ROW
        labels.append(words(short(name, 24), _NAMES - 8, y + 17))
        for column, n in enumerate(counts):
            x = _NAMES + column * wide
            ground, ink = next(((g, i) for least, g, i in _STEPS if n >= least), (PAPER, QUIET))
            title = f"{name} · {head[column]} · {n}"
            grounds.append(box(x + 1, y + 1, wide - 2, _ROW - 2, ground, title))
            fill = "" if ink == INK else ink
            figures.append(words(str(n) if n else "–", x + wide / 2, y + 17, fill=fill))
    yield group(*labels, text_anchor="end")
    yield group(*grounds, stroke=LINE)
    yield group(*figures, text_anchor="middle", pointer_events="none")
    if names:
        x, floor = _NAMES + this * wide, _TOP + len(names) * _ROW
        yield line(x, 22, x, floor, INK, 2)
        yield line(x + wide, 22, x + wide, floor, INK, 2)
