"""Who delivers on time: a dot for each organization, among its like only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    BLUE,
    GREY,
    LINE,
    QUIET,
    Cell,
    Chart,
    line,
    organization_page,
    short,
    svg,
    tag,
    words,
)
from models.day_words import year_day
from models.ranking import LEAST, Placed
from models.words import organization_label

_NAMES, _BEGIN, _END, _ROW = 188, 200, 500, 24
MOST_ROWS = 24


def on_time(groups: Mapping[str, Sequence[Placed]], since: date) -> Chart:
    """``groups`` as ``models.ranking.ranked`` has them; the last of each where they are many."""
    drawn = _few(groups)
    everything = [one.on_time for placed in groups.values() for one in placed]
    in_time, n = sum(one.in_time for one in everything), sum(one.n for one in everything)
    summary = _(
        "On time: {in_time} of {n} findings with a last day since {day} that are closed or "
        "whose last day has passed."
    ).format(in_time=in_time, n=n, day=year_day(since))
    rows = [[Cell(organization_label(one.organization), organization_page(one.organization.code)),
             Cell(name or _("no group")), Cell(one.on_time.words), Cell(one.on_time.percent),
             Cell(place_words(one))]
            for name, placed in drawn.items() for one in placed]  # fmt: skip
    marks = list(_drawn(drawn))
    height = 20 + _ROW * len(list(_lines(drawn)))
    return Chart(
        title=_("Who delivers on time")
        if _size(drawn) == _size(groups)
        else _("Who delivers on time: the last places of each group"),
        summary=summary,
        picture=svg(summary, height, *marks),
        caption=_("On-time share by organization, ranked within its group"),
        head=(_("Organization"), _("Group"), _("On time"), _("Share"), _("Place")),
        rows=rows,
        more=Cell(_("All organizations"), "/organizations"),
    )


def _size(groups: Mapping[str, Sequence[Placed]]) -> int:
    return sum(map(len, groups.values()))


def place_words(placed: Placed) -> str:
    """The place among its like, or why there is none."""
    if placed.place is not None:
        return str(placed.place)
    if not placed.on_time.n:
        return "–"
    if placed.on_time.n < LEAST:
        return _("sample too small, not ranked")
    return _("no group to compare with")


def _few(groups: Mapping[str, Sequence[Placed]]) -> dict[str, Sequence[Placed]]:
    """What fits: of each group as many, those with a place before those without."""
    room = max(3, MOST_ROWS // max(1, len(groups)))
    found: dict[str, Sequence[Placed]] = {}
    for name, placed in groups.items():
        best_last = [one for one in placed if one.place is not None][-room:]
        rest = [one for one in placed if one.place is None][: room - len(best_last)]
        if _size(found) < MOST_ROWS:
            found[name] = [*best_last, *rest]
    return found


def _lines(groups: Mapping[str, Sequence[Placed]]) -> Iterator[str | Placed]:
    """The lines of the picture from above: headings and organizations."""
    for name, placed in groups.items():
        yield name or _("no group")
        ranked = [one for one in placed if one.place is not None]
        yield from ranked
        small = [one for one in placed if one.place is None]
        if small and name:
            yield _("sample too small, not ranked")
        yield from small


def _drawn(groups: Mapping[str, Sequence[Placed]]) -> Iterator[Markup]:
    for share in (0, 50, 100):
        x = _BEGIN + (_END - _BEGIN) * share / 100
        yield words(f"{share}%", x, 12, anchor="middle", size=11, fill=QUIET)
    headings = [name or _("no group") for name in groups]
    for number, one in enumerate(_lines(groups)):
        y = 20 + number * _ROW
        if not isinstance(one, Placed):
            if one in headings:
                yield words(one, 0, y + 17, bold=True)
            else:
                yield words(one, 12, y + 17, fill=QUIET, size=12)
            continue
        name = organization_label(one.organization)
        place = f"{one.place}. " if one.place is not None else ""
        yield words(short(place + name, 27), _NAMES, y + 17, anchor="end")
        yield line(_BEGIN, y + 12, _END, y + 12, LINE)
        yield words(one.on_time.words, _END + 16, y + 17, bold=one.place is not None)
        if one.on_time.n:
            x = _BEGIN + (_END - _BEGIN) * one.on_time.in_time / one.on_time.n
            ranked = one.place is not None
            yield tag("circle", tag("title", f"{name} · {one.on_time.words}"), cx=x, cy=y + 12, r=6,
                      fill=BLUE if ranked else "none", stroke=BLUE if ranked else GREY,
                      stroke_width=2)  # fmt: skip
    yield line(_END, 16, _END, 20 + _ROW * len(list(_lines(groups))), LINE)
