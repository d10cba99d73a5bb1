"""One workload for the floor, the peers and the product.

N findings of 1,000 organizations; ``nights[b]`` of them are due in night ``b``. The nights of
the floor and the peers are an hour apart and every step of the ladder is at least a day from the
next; those of the product lie on days on which no other finding has a step. So nothing that was
handled comes due again and one database gives several independent nights. Half of what is due
becomes overdue, a tenth stands at each of five other steps. Of the rest 30 % are closed.

Which finding belongs to which night is a bijection on the ids (``rank``), so what is due lies
scattered over the whole table.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

Backend = Literal["sqlite", "postgresql"]

ORGANIZATIONS = 1_000
SCATTER = 2_654_435_761  # a prime, so that id -> id * SCATTER % N is a bijection
LAPSE_STEP = 3
STEPS = 6
REST = -1
"""The night of a finding that is due in none."""


@dataclass(frozen=True, slots=True)
class Workload:
    """How many findings, and how many are due in each night; ``all_lapse`` puts every one
    that is due at the step where it becomes overdue."""

    n: int
    nights: tuple[int, ...]
    all_lapse: bool = False

    def __post_init__(self) -> None:
        if sum(self.nights) > self.n:
            raise ValueError(f"{sum(self.nights)} due of {self.n}")

    def shares(self, ids: str) -> str:
        """SQL: for each id of ``ids`` its organization, night, step and two small hashes.

        Columns: id, organization (1..), night (or ``REST``), step (0..5; of the rest, one that
        it might stand at, 6 for the closed), h (a hash of the id), ``r`` (0..99).
        """
        bounds = list(accumulate(self.nights))
        cases = " ".join(f"WHEN rank < {bound} THEN {b}" for b, bound in enumerate(bounds))
        night = f"CASE WHEN rank >= {bounds[-1]} THEN {REST} {cases} END"
        other = "CASE die WHEN 5 THEN 0 WHEN 6 THEN 1 WHEN 7 THEN 2 WHEN 8 THEN 4 WHEN 9 THEN 5"
        due = str(LAPSE_STEP) if self.all_lapse else f"{other} ELSE {LAPSE_STEP} END"
        return f"""
            SELECT id, organization, night, h, r,
                CASE WHEN night >= 0 THEN {due}
                     WHEN r < 30 THEN {STEPS} WHEN r < 50 THEN 4 WHEN r < 75 THEN 0 ELSE 2
                END AS step
            FROM (
                SELECT id, h, 1 + h % {ORGANIZATIONS} AS organization, {night} AS night,
                    h / 1000 % 10 AS die, h / 10000 % 100 AS r
                FROM (
                    SELECT id, id * {SCATTER} % {self.n} AS rank, id * 48271 % 2147483647 AS h
                    FROM ({ids}) AS ids
                ) AS hashed
            ) AS placed"""


def ids_up_to(n: int, backend: Backend) -> str:
    """SQL: one row for each id from 1 to ``n``."""
    if backend == "postgresql":
        return f"SELECT generate_series(1::bigint, {n}) AS id"
    return (
        f"WITH RECURSIVE counted(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM counted"
        f" WHERE id < {n}) SELECT id FROM counted"
    )
