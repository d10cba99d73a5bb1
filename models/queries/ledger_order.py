"""The orders of the ledger, and what comes after a place in each.

Drafts, which have no day and no number, always come last, in the order of their arrival.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, and_, literal, or_
from sqlmodel import Session, col, select

from models.columns import UTCDateTime
from models.finding import LEDGER_ORDER, Finding
from models.ledger_place import Place
from models.organization import Organization


class Sort(StrEnum):
    """An order; what begins with a minus runs backwards."""

    DUE = "due"
    """The most urgent first: due instant, letter, item. An index is in this order."""
    LATEST = "-due"
    NUMBER = "number"
    """Letter by letter, in the order of their issue."""
    NEWEST = "-number"
    ORGANIZATION = "org"
    """By the organization's code, then the most urgent first."""


class Key(NamedTuple):
    """One column of an order; ``down`` where its largest value comes first."""

    name: str
    column: Any
    down: bool = False


_DUE, _LETTER, _ITEM, _ID = (Key(name, col(getattr(Finding, name))) for name in LEDGER_ORDER)
_CODE = Key("organization_code", col(Organization.code))
_KEYS: Mapping[Sort, tuple[Key, ...]] = {
    Sort.DUE: (_DUE, _LETTER, _ITEM, _ID),
    Sort.LATEST: (_DUE._replace(down=True), _LETTER, _ITEM, _ID),
    Sort.NUMBER: (_LETTER, _ITEM, _ID),
    Sort.NEWEST: (_LETTER._replace(down=True), _ITEM, _ID),
    Sort.ORGANIZATION: (_CODE, _DUE, _LETTER, _ITEM, _ID),
}


def keys_of(sort: Sort, *, drafts: bool = False) -> tuple[Key, ...]:
    """The columns of an order, the first one first."""
    keys = _KEYS[sort]
    return tuple(key for key in keys if key in (_CODE, _ID)) if drafts else keys


def ordered(keys: Sequence[Key], found: Subquery | None = None) -> list[ColumnElement[Any]]:
    """What to order by, in the tables or in what was ``found`` of them."""
    columns = [(key.column if found is None else found.c[key.name], key.down) for key in keys]
    return [column.desc() if down else column for column, down in columns]


def values_at(session: Session, sort: Sort, place: Place) -> dict[str, ColumnElement[Any]]:
    """What stands in the columns of an order at ``place``."""
    found: dict[str, ColumnElement[Any]] = {
        "due_at": literal(place.due_at, UTCDateTime),
        "letter_id": literal(place.letter),
        "item": literal(place.item),
        "id": literal(place.id),
    }
    if _CODE in _KEYS[sort]:
        code = select(Organization.code).join(
            Finding, col(Finding.organization_id) == col(Organization.id)
        )
        found[_CODE.name] = literal(session.exec(code.where(Finding.id == place.id)).first() or "")
    return found


def beyond(keys: Sequence[Key], here: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """Whether a row comes after ``here``."""
    first, *rest = keys
    value = here[first.name]
    step = first.column < value if first.down else first.column > value
    return or_(step, and_(first.column == value, beyond(rest, here))) if rest else step
