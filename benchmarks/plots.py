"""Plots as SVG: straight lines on two logarithmic axes, drawn by hand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from pathlib import Path

from benchmarks.report import count, duration

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 86, 210, 52, 60
COLOURS = ("#0b61a4", "#c1440e", "#3b7d3a", "#7a4fa3", "#8a6d1a", "#5f6b73")
FONT = "font-family='sans-serif'"


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, seconds) under a name; ``dashed`` for what is only there to compare."""

    name: str
    points: tuple[tuple[float, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class _Axis:
    """Decades that hold all values, laid over a span of pixels."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "_Axis":
        low, high = floor(log10(min(values))), ceil(log10(max(values)))
        return cls(low, high if high > low else low + 1, start, end)

    def at(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> Iterator[tuple[float, bool]]:
        """Values to mark, and whether they are whole decades."""
        for decade in range(int(self.low), int(self.high) + 1):
            yield 10.0**decade, True
            if decade < self.high:
                yield from ((digit * 10.0**decade, False) for digit in range(2, 10))


def draw(path: Path, title: str, x_label: str, series: Sequence[Series]) -> None:
    """Write one plot of ``series``; the vertical axis is time.

    Raises:
        ValueError: there is nothing to draw.
    """
    drawn = [one for one in series if one.points]
    xs = [x for one in drawn for x, _y in one.points]
    ys = [y for one in drawn for _x, y in one.points]
    if not xs:
        raise ValueError("no points")
    across = _Axis.over(xs, LEFT, WIDTH - RIGHT)
    upward = _Axis.over(ys, HEIGHT - BOTTOM, TOP)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}'"
        f" viewBox='0 0 {WIDTH} {HEIGHT}'>",
        f"<rect width='{WIDTH}' height='{HEIGHT}' fill='white'/>",
        _text(LEFT, 28, title, size=16, weight="bold"),
        *_grid(across, upward),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, x_label, anchor="middle"),
        *_lines(drawn, across, upward),
        "</svg>",
    ]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _grid(across: _Axis, upward: _Axis) -> Iterator[str]:
    for value, whole in across.ticks():
        x = across.at(value)
        yield _line(x, TOP, x, HEIGHT - BOTTOM, "#bbb" if whole else "#eee")
        if whole:
            yield _text(x, HEIGHT - BOTTOM + 20, count(round(value)), anchor="middle")
    for value, whole in upward.ticks():
        y = upward.at(value)
        yield _line(LEFT, y, WIDTH - RIGHT, y, "#bbb" if whole else "#eee")
        if whole:
            yield _text(LEFT - 8, y + 4, duration(value * 1.000001), anchor="end")


def _lines(series: Sequence[Series], across: _Axis, upward: _Axis) -> Iterator[str]:
    for place, one in enumerate(series):
        colour = COLOURS[place % len(COLOURS)]
        spots = [(across.at(x), upward.at(y)) for x, y in sorted(one.points)]
        dash = " stroke-dasharray='6 4'" if one.dashed else ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        yield (
            f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2.2'{dash}/>"
        )
        for x, y in spots:
            yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.6' fill='{colour}'/>"
        y = TOP + 14 + 22 * place
        left = WIDTH - RIGHT + 16
        yield (
            f"<line x1='{left}' y1='{y - 4}' x2='{left + 26}' y2='{y - 4}' stroke='{colour}'"
            f" stroke-width='2.2'{dash}/>"
        )
        yield _text(left + 34, y, one.name)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}'/>"


def _text(
    x: float, y: float, words: str, *, size: int = 13, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' font-weight='{weight}'"
        f" text-anchor='{anchor}' fill='#222'>{escape(words)}</text>"
    )
