"""Answers that are kept while they are right."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class _Place:
    """Room for one answer; whoever comes while it is made waits for it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answers: list[Any] = []


class Kept:
    """At most so many answers; those that nobody asked for the longest go first.

    What makes an answer right stands in its key, the database's mark above all: what no longer
    is right is never asked for again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under ``key``, made by one of those who ask for it at once."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            if len(self._places) > self._most:
                self._places.popitem(last=False)
        with place.lock:
            if not place.answers:
                place.answers.append(make())
            found: T = place.answers[0]
            return found
