"""The parts into which a night's work is split, and how far each is."""

from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.columns import enum_column


class ShardState(StrEnum):
    """How far a shard of a night is."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class RunShard(SQLModel, table=True):
    """The part of a night's work whose findings have these ids.

    A worker holds the row locked for one batch, and the batch, its counts and the place
    where the next one begins are committed together: whoever dies leaves nothing half done.
    What is done ends at ``after_id``, the shard at ``upto_id``, which is included; ``size`` is
    how many findings the next batch takes at most, after one that failed; none means all.
    """

    __tablename__ = "run_shards"

    run_id: int = Field(primary_key=True, foreign_key="nightly_runs.id")
    number: int = Field(primary_key=True)
    state: ShardState = Field(default=ShardState.WAITING, sa_type=enum_column(ShardState))
    size: int | None = None
    after_id: int
    upto_id: int
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    batches: int = 0
    error: str | None = Field(default=None, max_length=200)
