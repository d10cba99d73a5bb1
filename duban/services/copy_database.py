"""Taking an installation to another database: all of it, compared row by row, or nothing."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Column, Insert, RowMapping, Table, bindparam, func, insert, update
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from config.language import _
from models.address import file_of, parts_of
from models.database import Database, make_engine, revision_of, translated_errors
from models.errors import BadInput, RefusedByRule, Unavailable
from models.queries.whole_tables import batches_of, count_rows, mail_on_its_way, night_at_work
from models.schema import create_tables, make_room
from models.tables import metadata

_MODULUS = 2**256


@dataclass(frozen=True)
class CopiedTable:
    """A table that is the same in both databases: how many rows, and what they add up to."""

    name: str
    rows: int
    digest: str


def copy_database(
    source: Database,
    to: str,
    *,
    on_start: Callable[[int], None] = lambda _steps: None,
    on_rows: Callable[[str, int], None] = lambda _table, _rows: None,
) -> list[CopiedTable]:
    """Copy every row of ``source`` to the empty database at the address ``to``.

    The source is read as of one moment and left as it is. The target is written, read again
    and compared in one transaction, so whatever interrupts it leaves no tables there.
    ``on_start`` hears how many rows will be written and compared, ``on_rows`` each batch.

    Raises:
        RefusedByRule: the target is not empty, or a night or a mail is at work in the source.
        BadInput: a value cannot be stored there.
        Unavailable: a database cannot be used, or the copy is not equal.
    """
    with source.read() as original, _empty(to) as target:
        _refuse_while_at_work(original)
        on_start(2 * sum(count_rows(original, table) for table in metadata.sorted_tables))
        with target.begin(alone=True) as copy:
            create_tables(copy.connection())
            written = [_copy(original, copy, table, on_rows) for table in metadata.sorted_tables]
            found = [_read(copy, table, on_rows) for table in metadata.sorted_tables]
            for ours, theirs in zip(written, found, strict=True):
                if ours != theirs:
                    raise Unavailable(
                        _(
                            "The table {table} came out different; nothing was kept. See that "
                            "every value of it is of its column's kind."
                        ).format(table=ours.name)
                    )
    return written


@contextmanager
def _empty(to: str) -> Iterator[Database]:
    file = file_of(to)
    is_new = file is not None and not file.exists()
    make_room(to)
    done = False
    try:
        with Database(make_engine(to)) as target:
            if revision_of(target) is not None:
                raise RefusedByRule(
                    _("The database to copy to is not empty; nothing was changed. Name another.")
                )
            yield target
        done = True
    finally:
        if file is not None and is_new and not done:
            for part in parts_of(file):
                part.unlink(missing_ok=True)


def _refuse_while_at_work(session: Session) -> None:
    night = night_at_work(session)
    if night is not None:
        raise RefusedByRule(
            _("The check of {night} is at work; wait until it is done, then copy.").format(
                night=night.business_date
            )
        )
    mail = mail_on_its_way(session)
    if mail is not None:
        raise RefusedByRule(
            _("The mail {id} is being sent; wait until it is done, then copy.").format(
                id=mail.id[:8]
            )
        )


def _copy(
    original: Session, copy: Session, table: Table, on_rows: Callable[[str, int], None]
) -> CopiedTable:
    """Write a table's rows; those that name rows of the same table are told of them at the end."""
    connection = copy.connection()
    themselves = [key.parent for key in table.foreign_keys if key.column.table is table]
    statement = _insert(table)
    sums = _Sums()
    with _naming(table), closing(batches_of(original, table)) as batches:
        for rows in batches:
            sums.add(rows)
            apart = {column.name: None for column in themselves}
            connection.execute(statement, [_bound({**row, **apart}) for row in rows])
            on_rows(table.name, len(rows))
    for column in themselves:
        _link(original, copy, table, column)
    if connection.dialect.name == "postgresql":
        _go_on_counting(copy, table)
    return sums.of(table)


def _read(session: Session, table: Table, on_rows: Callable[[str, int], None]) -> CopiedTable:
    sums = _Sums()
    with closing(batches_of(session, table)) as batches:
        for rows in batches:
            sums.add(rows)
            on_rows(table.name, len(rows))
    return sums.of(table)


def _insert(table: Table) -> Insert:
    """An empty JSON value stays empty where its column may be: ``null`` is a value too."""

    def kind(column: Column[Any]) -> Any:
        plain = not isinstance(column.type, JSON) or not column.nullable
        return column.type if plain else JSON(none_as_null=True)

    return insert(table).values(
        {column.name: bindparam(f"new_{column.name}", type_=kind(column)) for column in table.c}
    )


def _bound(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in row.items()}


def _link(original: Session, copy: Session, table: Table, column: Column[Any]) -> None:
    keys = list(table.primary_key.columns)
    statement = (
        update(table)
        .where(*(key == bindparam(f"old_{key.name}", type_=key.type) for key in keys))
        .values({column.name: bindparam("link", type_=column.type)})
    )
    with closing(batches_of(original, table)) as batches:
        for rows in batches:
            links = [
                {"link": row[column.name], **{f"old_{key.name}": row[key.name] for key in keys}}
                for row in rows
                if row[column.name] is not None
            ]
            if links:
                copy.connection().execute(statement, links)


def _go_on_counting(session: Session, table: Table) -> None:
    """Let the server's own numbers begin after those that came along."""
    for column in table.primary_key.columns:
        if column is not table.autoincrement_column:
            continue
        last = func.max(column)
        series = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        number = func.setval(series, func.coalesce(last, 1), last.is_not(None))
        session.connection().execute(columns(number).select_from(table))


@contextmanager
def _naming(table: Table) -> Iterator[None]:
    """Say of which table a row is that the target refuses."""
    try:
        with translated_errors():
            yield
    except BadInput as error:
        raise BadInput(
            _("The table {table} cannot be copied. {why}").format(
                table=table.name, why=error.message
            )
        ) from error
    except IntegrityError as error:
        raise BadInput(
            _(
                "The table {table} cannot be copied: it holds a row twice, or one that belongs to "
                "nothing."
            ).format(table=table.name)
        ) from error


class _Sums:
    """What rows add up to in any order: databases do not sort texts alike."""

    def __init__(self) -> None:
        self.rows = self.total = 0

    def add(self, rows: Sequence[RowMapping]) -> None:
        self.rows += len(rows)
        for row in rows:
            told = json.dumps([_plain(value) for value in row.values()], sort_keys=True)
            self.total += int.from_bytes(sha256(told.encode()).digest())

    def of(self, table: Table) -> CopiedTable:
        return CopiedTable(table.name, self.rows, f"{self.total % _MODULUS:064x}")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value
