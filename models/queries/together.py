"""Several small questions asked at once: a page about one thing draws on many tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel

Found = dict[type[Any], list[Any]]
"""The rows that were found, by their table."""


def together(session: Session, wanted: Mapping[type[SQLModel], ColumnElement[bool]]) -> Found:
    """The rows of each table that its condition fits, all by one question, in no order.

    A list of numbers stands on the left, and each table is joined to a number of its own. So
    a row of the answer holds one row of one table, and every table is reached by its index.
    """
    numbers = union_all(*(columns(literal(n).label("n")) for n in range(len(wanted)))).subquery()
    query = columns(*wanted).select_from(numbers)
    for n, (table, fits) in enumerate(wanted.items()):
        query = query.join(table, and_(numbers.c.n == n, fits), isouter=True)
    found: Found = {table: [] for table in wanted}
    for row in session.execute(query):
        for table, one in zip(wanted, row, strict=True):
            if one is not None:
                found[table].append(one)
    return found
