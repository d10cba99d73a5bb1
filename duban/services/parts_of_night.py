"""Cutting what may be due in a night into parts of one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlmodel import Session

from duban.services.night import Night
from models.nightly_run import NightlyRun
from models.queries.night import parts_of
from models.run_shard import RunShard


@dataclass(frozen=True, slots=True)
class PartOfNight:
    """The findings up to an id: how many, and how many of them were foreseen."""

    upto: int
    n: int
    foreseen: int


def parts_of_night(
    session: Session, night: Night, size: int, settled_by: datetime | None = None
) -> list[PartOfNight]:
    """What may be due in parts of ``size`` findings, by their ids.

    Foreseen is what was settled by ``settled_by``.
    """
    query = parts_of(night.sought, size, settled_by)
    rows = session.connection().execute(query)
    return [PartOfNight(row.upto, int(row.n), int(row.foreseen)) for row in rows]


def add_shards(session: Session, run: NightlyRun, parts: Sequence[PartOfNight]) -> None:
    """Split a run's work: a shard is a part, so that each is one transaction if all goes well."""
    run.shards = len(parts)
    session.add(run)
    ends = [0, *(part.upto for part in parts)]
    session.add_all(
        RunShard(run_id=run.id or 0, number=number, after_id=after, upto_id=upto)
        for number, (after, upto) in enumerate(pairwise(ends))
    )
    session.flush()
