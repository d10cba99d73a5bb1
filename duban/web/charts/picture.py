"""A picture with its sentence and its numbers; drawn here as SVG, in no script and no style.

Colours and sizes are presentation attributes, which the content security policy lets through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

INK, QUIET, LINE, PAPER = "#1d2125", "#545b63", "#d5d9de", "#ffffff"
RED, BLUE, GREEN, GREY, VIOLET, TEAL = (
    "#b42318",
    "#1d5fa8",
    "#1b7a43",
    "#667085",
    "#3d2466",
    "#0a6b6b",
)
WIDTH, SIZE = 600, 13
"""Every picture is so many units wide, and its letters so large; on the page one unit is about
one pixel."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number or name of a table; ``href`` leads to what was counted."""

    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """``picture`` is an SVG; ``rows`` are the same numbers, under ``head``, called ``caption``.

    The first cell of each row names it. ``more`` leads to what did not fit.
    """

    title: str
    summary: str
    picture: Markup
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    more: Cell | None = None


def svg(label: str, height: float, *parts: Markup) -> Markup:
    """A picture of ``WIDTH`` by ``height``, which a reader of the screen hears as ``label``."""
    return tag(
        "svg", Markup("").join(parts), viewBox=f"0 0 {WIDTH} {height:g}", width=WIDTH,
        height=height, role="img", aria_label=label, fill=INK, font_size=SIZE,
    )  # fmt: skip


def group(*parts: Markup, **attributes: str | float) -> Markup:
    """Parts that share attributes; what all of them say would make a page heavy."""
    return tag("g", Markup("").join(parts), **attributes)


def tag(name: str, content: str | Markup = "", **attributes: str | float) -> Markup:
    """An element; underscores in the names of attributes become hyphens."""
    written = "".join(
        f' {key.replace("_", "-")}="{value:.5g}"'
        if isinstance(value, float | int)
        else f' {key.replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{escape(content)}</{name}>")


def words(
    text: str, x: float, y: float, *, anchor: str = "", fill: str = "", size: float = 0,
    bold: bool = False,
) -> Markup:  # fmt: skip
    """A line of text on its baseline; ``anchor`` is middle or end.

    What is left out is as in the group or picture around it.
    """
    said: dict[str, str | float] = {"text_anchor": anchor, "fill": fill, "font_size": size}
    if bold:
        said["font_weight"] = 600
    return tag("text", text, x=x, y=y, **{name: value for name, value in said.items() if value})


def box(
    x: float, y: float, width: float, height: float, fill: str, title: str = "", **more: str | float
) -> Markup:
    """A filled rectangle; ``title`` is shown where a pointer rests on it."""
    content = tag("title", title) if title else ""
    return tag("rect", content, x=x, y=y, width=width, height=height, fill=fill, **more)


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, width: float = 1
) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width)


def short(name: str, room: float) -> str:
    """``name``, cut where it is wider than ``room``; a Chinese character is two letters wide."""
    used = 0.0
    for at, letter in enumerate(name):
        used += 2 if ord(letter) > 0x2E7F else 1.1
        if used > room:
            return name[: max(1, at - 1)] + "…"
    return name


def organization_page(code: str) -> str:
    """The address of an organization."""
    return f"/organizations/{quote(code, safe='')}"


def ledger(*states: str, **names: object) -> str:
    """The address of the ledger narrowed to ``states`` and what ``names`` say."""
    pairs = [("state", str(state)) for state in states]
    pairs += [(name, str(value)) for name, value in names.items() if value is not None]
    return "/ledger" + (f"?{urlencode(pairs)}" if pairs else "")
