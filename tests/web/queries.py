"""How many questions a page asks its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from duban.web.kept import Kept


@contextmanager
def counting(*, kept: bool = False) -> Iterator[list[str]]:
    """The statements that are sent to any database while the block lasts.

    As of a first visit: without ``kept``, nothing is taken from what was found before.
    """
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    of = Kept.of
    if not kept:
        Kept.of = lambda self, key, make: make()  # type: ignore[method-assign]  # and back below
    try:
        yield found
    finally:
        Kept.of = of  # type: ignore[method-assign]  # as it was
        event.remove(Engine, "before_cursor_execute", note)
