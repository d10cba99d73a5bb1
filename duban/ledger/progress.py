"""Saying how far a long piece of work has come."""

from collections.abc import Callable

Told = Callable[[int, int], None]
"""Is told now and then how many rows are done, and of how many."""

EVERY = 1_000
"""So many rows lie between two tellings."""


def nobody(_done: int, _of: int) -> None:
    """Where nobody waits."""
