"""What answers and bodies are made of."""

import re
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Item = TypeVar("Item")

_PLAIN = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_INK = r"[^\s\x00-\x1f\x7f]"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONGEST_TEXT = 20_000
LARGEST = 2**31 - 1


class Shape(BaseModel):
    """An answer; what it does not name it does not hold."""

    model_config = ConfigDict(extra="forbid")


class Body(BaseModel):
    """What an act is told; a name that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class Listing(Shape, Generic[Item]):
    """One page of a list.

    ``next`` is the cursor of the next page; there is none after the last. ``prev`` is always
    null: pages are walked forwards. ``total_estimate`` is about how many there are, null where
    nobody has counted.
    """

    items: list[Item]
    next: str | None
    prev: None
    total_estimate: int | None


class Trouble(Shape):
    """One thing that is wrong.

    ``pointer`` is ``/name`` for a field of the body, ``?name`` for a parameter, ``{name}`` for a
    part of the path.
    """

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457; ``code`` is the stable name, ``detail`` a sentence in the asked language."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/stale-version"])
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(examples=["stale-version"])
    request_id: str
    errors: list[Trouble] = Field(default_factory=list)


Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        pattern=f"^{_PLAIN}*{_INK}{_PLAIN}*$",
        examples=["已集中学习四次，覆盖全体干部。"],
    ),
]
"""What people will read; it must say something."""

ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[
    str, Field(min_length=1, max_length=200, pattern=rf"^[^\x00-\x1f\x7f]*{_INK}[^\x00-\x1f\x7f]*$")
]
"""A name; it must say something."""
MaybeLine = Annotated[str, Field(max_length=200, pattern=ONE_LINE)] | None
"""A name that may be empty or left out."""

PeriodText = Annotated[
    str,
    Field(pattern=r"^(P[1-9]\d{0,2}[MWDY]|[1-9]\d{0,2}(wd|d))$", examples=["P1M", "10wd"]),
]
"""P1M (one month), P15D (15 days), 10wd (10 working days)."""


def _written_as_a_day(value: Any) -> Any:
    """Refuse what is taken for a date elsewhere, such as a number of seconds."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticCustomError("date_form", "a day")
    if not isinstance(value, str | date | None):
        raise PydanticCustomError("date_form", "a day")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day), Field(examples=["2024-01-26"])]
"""A civil day, written like 2024-01-26."""

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="“next” of the page before.", examples=[None]),
]


def row_number(text: str) -> int:
    """A row's number; 0, which no row has, for what is none."""
    fits = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if fits and int(text) <= LARGEST else 0


def without_requirements(schema: dict[str, Any]) -> None:
    """Let a schema also fit a part of its shape, for ``fields=``."""
    schema["required"] = ["reference"]
