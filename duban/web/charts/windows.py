"""The windows of an organization's open findings under each other, on one scale of days."""

from collections.abc import Iterator, Sequence
from datetime import date

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    BLUE,
    GREEN,
    INK,
    QUIET,
    RED,
    VIOLET,
    WIDTH,
    Cell,
    Chart,
    line,
    svg,
    tag,
    words,
)
from models.calendar import civil_date
from models.date_label import DateLabel
from models.day_words import list_day, short_day
from models.queries.findings import Row
from models.transitions import State
from models.words import state_label

_BEGIN, _END, _TOP, _ROW = 96, WIDTH - 60, 28, 24


def windows(rows: Sequence[Row], labels: Sequence[DateLabel | None], today: date) -> Chart:
    """A line from the day of the letter to the last day for each of ``rows``, which are open."""
    dated = [(row, label) for row, label in zip(rows, labels, strict=True) if row.finding.last_day]
    late = sum(row.state is State.OVERDUE for row, _label in dated)
    summary = _("Open findings shown: {n}; overdue: {late}.").format(n=len(dated), late=late)
    table = []
    for row, label in dated:
        began, ends = _ends(row)
        table.append([
            Cell(row.reference, f"/findings/{row.reference}"), Cell(list_day(began)),
            Cell(list_day(ends)), Cell(state_label(row.state)), Cell(label.words if label else "–"),
        ])  # fmt: skip
    return Chart(
        title=_("Windows of the open findings"),
        summary=summary,
        picture=svg(summary, _TOP + _ROW * len(dated) + 6, *_drawn([r for r, _l in dated], today)),
        caption=_("Open findings from the day of the letter to the last day"),
        head=(_("Finding"), _("Letter of"), _("Last day"), _("State"), _("Due")),
        rows=table,
    )


def _ends(row: Row) -> tuple[date, date]:
    finding = row.finding
    ends = finding.last_day or date.min
    return (civil_date(finding.issued_at) if finding.issued_at else ends), ends


def _drawn(rows: Sequence[Row], today: date) -> Iterator[Markup]:
    if not rows:
        return
    first = min(today, *(_ends(row)[0] for row in rows))
    last = max(today, *(_ends(row)[1] for row in rows))
    span = max(1, (last - first).days)

    def place(day: date) -> float:
        return _BEGIN + (_END - _BEGIN) * (day - first).days / span

    floor = _TOP + _ROW * len(rows)
    now = place(today)
    yield line(now, 18, now, floor, INK, 2)
    middle = "start" if now < _BEGIN + 60 else "end" if now > _END - 40 else "middle"
    yield words(
        _("today {day}").format(day=short_day(today)), now, 13, anchor=middle, size=12, bold=True
    )
    colours = {State.OVERDUE: RED, State.SUBMITTED: VIOLET}
    for number, row in enumerate(rows):
        began, ends = _ends(row)
        y, stroke = _TOP + number * _ROW + 12, colours.get(row.state, GREEN)
        yield words(row.reference, _BEGIN - 10, y + 5, anchor="end")
        yield line(place(began), y, place(ends), y, stroke, 4)
        if ends < today and row.state is State.OVERDUE:
            dashed = tag("line", x1=place(ends), y1=y, x2=now, y2=y, stroke=stroke, stroke_width=2,
                         stroke_dasharray="4 4")  # fmt: skip
            yield dashed
        original = row.finding.original_last_day
        if original is not None and original != ends:
            yield line(place(original), y - 6, place(original), y + 6, BLUE, 2)
        yield tag("circle", tag("title", list_day(ends)), cx=place(ends), cy=y, r=5, fill=stroke)
        right = place(max(ends, today) if row.state is State.OVERDUE else ends)
        yield words(short_day(ends), min(right + 9, WIDTH - 52), y + 5, size=12, fill=QUIET)
