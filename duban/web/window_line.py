"""The picture of one finding's window: from the day of the letter to the last day, and today."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from config.language import _
from models.day_words import short_day

WIDTH, LEFT, RIGHT, LINE = 720, 20, 700, 56
"""In the picture's own units."""


@dataclass(frozen=True)
class Window:
    """The days of the picture; ``nominal_day`` is where the period ended before it rolled."""

    issued_on: date
    last_day: date
    nominal_day: date
    today: date
    told_on: tuple[date, ...] = ()
    coming_on: tuple[date, ...] = ()
    closed_on: date | None = None


def window_words(window: Window) -> str:
    """The picture in one sentence."""
    parts = {
        "issued": short_day(window.issued_on),
        "due": short_day(window.last_day),
        "told": len(set(window.told_on)),
        "coming": len(set(window.coming_on)),
        "today": short_day(window.today),
    }
    return _(
        "From the letter on {issued} to the last day {due}; days on which people were told: "
        "{told}, still to come: {coming}; today is {today}."
    ).format(**parts)


def window_days(window: Window) -> list[tuple[date, str]]:
    """The days of the picture in their order, and what each is."""
    days = [
        (window.issued_on, _("day of the letter")),
        *((day, _("people were told")) for day in set(window.told_on)),
        *((day, _("a step to come")) for day in set(window.coming_on)),
        (window.last_day, _("last day")),
        (window.today, _("today")),
    ]
    if window.nominal_day != window.last_day:
        days.append((window.nominal_day, _("end of the period, before rest days")))
    if window.closed_on is not None:
        days.append((window.closed_on, _("closed or withdrawn")))
    return sorted(days, key=lambda one: one[0])


def window_line(window: Window) -> Markup:
    """The picture: a line with a tick for each day on which a rung was told or is to come."""
    scale = _Scale(window)
    issued, last = scale.x(window.issued_on), scale.x(window.last_day)
    now = scale.x(min(max(window.today, scale.first), scale.last))
    end = min(window.closed_on or window.today, scale.last)
    shapes = [
        _line(issued, last, "#c3c9d0"),
        _line(issued, min(scale.x(end), last), "#1d5fa8"),
    ]
    if end > window.last_day:
        shapes.append(_line(last, scale.x(end), "#b42318"))
    if window.nominal_day != window.last_day:
        shapes.append(_rolled(scale.x(window.nominal_day), last))
    shapes += [_tick(scale.x(day), "#3d2466") for day in sorted(set(window.told_on))]
    shapes += [_tick(scale.x(day), "#fff") for day in sorted(set(window.coming_on))]
    shapes += [_post(issued, "#1d2125"), _post(last, "#b42318"), _arrow(now)]
    due_words = _("last day {day}").format(day=short_day(window.last_day))
    shapes += [
        _words(issued, 90, _("issued {day}").format(day=short_day(window.issued_on))),
        _words(last, 90 if scale.roomy else 108, due_words),
        _words(now, 18, _("today {day}").format(day=short_day(window.today))),
    ]
    return Markup(
        '<svg viewBox="0 0 {width} 116" role="img" aria-label="{words}" xmlns="http://www.w3.org/2000/svg">'
        '<defs><pattern id="rolled" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path d="M0 6L6 0" stroke="#545b63" stroke-width="1.5"/></pattern></defs>{shapes}</svg>'
    ).format(width=WIDTH, words=window_words(window), shapes=Markup("").join(shapes))


class _Scale:
    """Where a day stands."""

    def __init__(self, window: Window) -> None:
        days = [window.issued_on, window.last_day, *window.told_on, *window.coming_on]
        after = window.closed_on or window.today
        self.first = window.issued_on
        # What is long over needs no long line.
        self.last = max(*days, min(after, date.fromordinal(max(days).toordinal() + 30)))
        self.days = max(1, (self.last - self.first).days)
        self.roomy = self.x(window.last_day) - self.x(window.issued_on) > 220

    def x(self, day: date) -> int:
        """From the left."""
        return LEFT + round((day - self.first).days * (RIGHT - LEFT) / self.days)


def _line(start: int, end: int, colour: str) -> Markup:
    drawn = '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="6"/>'
    return Markup(drawn).format(start, LINE, max(start, end), LINE, colour)


def _rolled(start: int, end: int) -> Markup:
    """Rest days by which the last day moved."""
    return Markup('<rect x="{}" y="{}" width="{}" height="12" fill="url(#rolled)"/>').format(
        start, LINE - 6, end - start
    )


def _tick(x: int, fill: str) -> Markup:
    return Markup(
        '<circle cx="{}" cy="{}" r="5" fill="{}" stroke="#3d2466" stroke-width="2"/>'
    ).format(x, LINE, fill)


def _post(x: int, colour: str) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="3"/>').format(
        x, LINE - 14, x, LINE + 14, colour
    )


def _arrow(x: int) -> Markup:
    return Markup('<path d="M{} 24h14l-7 12z" fill="#1d2125"/>').format(x - 7)


def _words(x: int, y: int, words: str) -> Markup:
    anchor = "start" if x < WIDTH / 6 else "end" if x > WIDTH * 5 / 6 else "middle"
    drawn = '<text x="{}" y="{}" font-size="14" fill="#1d2125" text-anchor="{}">{}</text>'
    return Markup(drawn).format(x, y, anchor, words)
