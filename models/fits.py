"""What no database of ours can store, refused in the same words on both."""

from functools import cache
from typing import Any

from sqlalchemy import Enum, String
from sqlalchemy.orm import Mapper, Session, object_mapper
from sqlalchemy.types import TypeDecorator

from config.language import _
from models.errors import BadInput

_NUL = "\0"


def refuse_unfit(session: Session, _context: Any, _instances: Any) -> None:
    """Before a flush: texts must fit their columns, as PostgreSQL demands and SQLite does not.

    Raises:
        BadInput: one is too long, or holds a character that cannot be stored.
    """
    for changed in (*session.new, *session.dirty):
        for name, limit in _texts(object_mapper(changed)):
            value = changed.__dict__.get(name)
            if isinstance(value, str):
                _refuse(value, limit)


def _refuse(value: str, limit: int | None) -> None:
    if limit is not None and len(value) > limit:
        raise BadInput(
            _("“{text}…” is too long; at most {limit} characters are possible.").format(
                text=value[:30], limit=limit
            )
        )
    if _NUL in value:
        raise BadInput(
            _("“{text}” holds a character that cannot be stored (NUL).").format(
                text=value.replace(_NUL, "␀")[:30]
            )
        )


@cache
def _texts(mapper: Mapper[Any]) -> tuple[tuple[str, int | None], ...]:
    found = []
    for attribute in mapper.column_attrs:
        stored = attribute.columns[0].type
        if isinstance(stored, TypeDecorator):
            stored = stored.impl_instance
        if isinstance(stored, String) and not isinstance(stored, Enum):
            found.append((attribute.key, stored.length))
    return tuple(found)
