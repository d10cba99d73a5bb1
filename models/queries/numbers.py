"""Rows by the number that people give."""

from typing import TypeVar

from sqlmodel import Session, SQLModel

T = TypeVar("T", bound=SQLModel)

LARGEST = 2**63 - 1
"""No database has a larger number; asking for one would be an error of the driver."""


def by_number(session: Session, kind: type[T], number: int) -> T | None:
    """The row of ``kind`` with this number; none where there is none or can be none."""
    return session.get(kind, number) if abs(number) <= LARGEST else None
