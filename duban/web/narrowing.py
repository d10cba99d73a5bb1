"""What narrows the ledger, in words: its address, the chips above the rows, the tabs."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from config.language import _
from models.queries.ask import NAMES, filled
from models.queries.ledger_order import Sort
from models.queries.views import SeenView
from models.transitions import OPEN_STATES, State
from models.words import level_label, state_label

ORDERS = tuple(Sort)
Given = Mapping[str, Sequence[str]]
"""The parts of the ledger's grammar, as texts."""


class Chip(NamedTuple):
    """One filter that was chosen, and the address without it."""

    words: str
    without: str


class Heading(NamedTuple):
    """A column's name that sorts: where it leads, and how the rows are sorted by it now."""

    address: str
    sorted: str = ""


class Tab(NamedTuple):
    """A filter under a name; ``own`` marks a saved one."""

    words: str
    address: str
    here: bool
    own: bool = False


def address(given: Given) -> str:
    """The address of the ledger that is narrowed so."""
    return _with("/ledger", question(given))


def question(given: Given) -> str:
    """What stands after the question mark, in one order, so that equal ones read alike."""
    return urlencode([(name, value) for name in NAMES for value in given.get(name, ())])


def given_by(query: str) -> dict[str, list[str]]:
    """The parts that an address holds; what is not of the grammar is left out."""
    return filled(parse_qsl(query))


def chips(given: Given, organization: Callable[[str], str]) -> list[Chip]:
    """A chip for each filter; ``organization`` names one by what was typed."""
    found = []
    for name in NAMES:
        values = given.get(name, ())
        for value in values:
            left = {**given, name: [one for one in values if one != value]}
            found.append(Chip(_words(name, value, organization), address(left)))
    return found


def tabs(given: Given, views: Sequence[SeenView]) -> list[Tab]:
    """The filters that are asked for daily, then the saved ones."""
    here = question(given)
    running = (State.ISSUED, State.ACKNOWLEDGED)
    found: list[tuple[str, dict[str, list[str]]]] = [
        (_("All open"), {}),
        (_("Awaiting receipt"), {"state": [State.ISSUED]}),
        (_("Due within 7 days"), {"state": [*running], "due_within": ["7"]}),
        (_("Overdue"), {"state": [State.OVERDUE]}),
        (_("Awaiting review"), {"state": [State.SUBMITTED]}),
        (_("Closed"), {"state": [State.RECTIFIED]}),
    ]
    return [
        *(Tab(words, address(parts), question(parts) == here) for words, parts in found),
        *(Tab(one.view.name, one.address, one.view.query == here, own=True) for one in views),
    ]


def heading(given: Given, column: str) -> Heading:
    """The heading of ``column``, an order's name without its minus; it turns what is so already."""
    now = (given.get("sort") or ["due"])[-1]
    turned = f"-{column}" if now == column and f"-{column}" in set(Sort) else column
    there = address({**given, "sort": [] if turned == Sort.DUE else [turned]})
    if now.removeprefix("-") != column:
        return Heading(there)
    return Heading(there, "descending" if now.startswith("-") else "ascending")


def order_words(given: Given) -> str:
    """In which order the rows stand."""
    now = (given.get("sort") or [""])[-1]
    return {
        Sort.LATEST: _("the latest last day first"),
        Sort.NUMBER: _("letter by letter"),
        Sort.NEWEST: _("the newest letter first"),
        Sort.ORGANIZATION: _("organization by organization"),
    }.get(Sort(now) if now in set(Sort) else Sort.DUE, _("the most urgent first"))


def ticked(given: Given) -> set[str]:
    """The states whose boxes are ticked; ``open`` and ``all`` tick several."""
    several: dict[str, Sequence[str]] = {"open": OPEN_STATES, "all": tuple(State)}
    return {str(one) for name in given.get("state", ()) for one in several.get(name, (name,))}


def within_words(days: str) -> str:
    """So many days from today, today included."""
    return _("Due today") if days == "0" else _("Due within {n} days").format(n=days)


def state_words(name: str) -> str:
    """A state, or one of the two names for several."""
    if name in set(State):
        return state_label(State(name))
    return {"open": _("All open"), "all": _("All states")}.get(name, name)


def _words(name: str, value: str, organization: Callable[[str], str]) -> str:
    if name == "state":
        return state_words(value)
    if name == "due_within":
        return within_words(value)
    if name == "escalated":
        return _("Escalated")
    if name in ("extended", "explained"):
        return {
            "extended": {"yes": _("More time granted"), "asked": _("More time asked for")},
            "explained": {"yes": _("Delay explained"), "no": _("Delay not explained")},
        }[name].get(value, value)
    if name == "sort":
        return _("Order: {value}").format(value=order_words({name: [value]}))
    if name == "rung" and value.isascii() and value.isdigit():
        value = level_label(int(value))
    if name == "org":
        value = organization(value)
    return {
        "org": _("Organization: {value}"),
        "group": _("Group: {value}"),
        "letter": _("Letter: {value}"),
        "due_from": _("Due from {value}"),
        "due_to": _("Due until {value}"),
        "rung": _("Level: {value}"),
        "overdue_from": _("Overdue since {value} or later"),
        "overdue_to": _("Overdue since {value} or earlier"),
        "text": _("Text: {value}"),
        "category": _("Category: {value}"),
        "source": _("Source: {value}"),
        "meeting": _("Meeting: {value}"),
        "person": _("In charge: {value}"),
    }[name].format(value=value)


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
