"""Did mail arrive? A bar for each day, of what became of the mails that were to leave."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from markupsafe import Markup

from config.language import _
from duban.web.charts.picture import (
    BLUE,
    GREEN,
    GREY,
    QUIET,
    RED,
    VIOLET,
    WIDTH,
    Cell,
    Chart,
    box,
    line,
    svg,
    words,
)
from models.day_words import list_day, short_day
from models.queries.delivery_days import Became

_AMBER = "#b7791f"
_FILLS = {
    Became.DELIVERED: GREEN, Became.ACCEPTED: BLUE, Became.HELD: VIOLET,
    Became.IN_DOUBT: _AMBER, Became.LOST: RED,
}  # fmt: skip
_TOP, _FLOOR, _HEIGHT, _LEAST = 44, 168, 190, 3.0


def became_label(became: Became) -> str:
    """One part of a bar."""
    return {
        Became.DELIVERED: _("delivered"),
        Became.ACCEPTED: _("taken by the mail server"),
        Became.HELD: _("waits for a person"),
        Became.IN_DOUBT: _("in doubt"),
        Became.LOST: _("refused or returned"),
    }[became]


def deliveries(days: Mapping[date, Counter[Became]]) -> Chart:
    """``days`` as ``models.queries.delivery_days`` counts them."""
    total: Counter[Became] = Counter()
    for counts in days.values():
        total += counts
    said = _(", ").join(f"{became_label(one)} {total[one]}" for one in Became)
    summary = _("Of {n} mails of the last {days} days: {parts}.").format(
        n=total.total(), days=len(days), parts=said
    )
    return Chart(
        title=_("Did mail arrive?"),
        summary=summary,
        picture=svg(summary, _HEIGHT, *_drawn(days)),
        caption=_("Mails by the day of their last attempt and what became of them"),
        head=(_("Day"), *map(became_label, Became)),
        rows=[
            [Cell(list_day(day)), *(Cell(str(counts[one])) for one in Became)]
            for day, counts in days.items()
            if counts.total()
        ],
    )


def _drawn(days: Mapping[date, Counter[Became]]) -> Iterator[Markup]:
    yield from _legend()
    step = WIDTH / len(days)
    most = max((counts.total() for counts in days.values()), default=0) or 1
    for number, (day, counts) in enumerate(days.items()):
        x, y = number * step, float(_FLOOR)
        for one in Became:
            if not counts[one]:
                continue
            height = max(_LEAST, (_FLOOR - _TOP - 16) * counts[one] / most)
            y -= height
            title = f"{list_day(day)} · {became_label(one)} · {counts[one]}"
            yield box(x + 4, y, step - 8, height, _FILLS[one], title)
        middle = x + step / 2
        if counts.total():
            yield words(str(counts.total()), middle, y - 4, anchor="middle", size=11)
        yield words(short_day(day), middle, _FLOOR + 16, anchor="middle", size=10, fill=QUIET)
    yield line(0, _FLOOR, WIDTH, _FLOOR, GREY)


def _legend() -> Iterator[Markup]:
    x = 0.0
    for one in Became:
        name = became_label(one)
        yield box(x, 4, 10, 10, _FILLS[one])
        yield words(name, x + 14, 13, size=11)
        # A Chinese character is as wide as it is high, a letter about half of that.
        x += 30 + sum(11.0 if letter > "\u2e7f" else 5.6 for letter in name)
