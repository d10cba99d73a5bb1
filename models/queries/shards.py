"""Named reads of the shards of a night; most of them take hold of what they find."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.run_shard import RunShard, ShardState


def free_shard(session: Session, run_id: int) -> RunShard | None:
    """The shard of a run that waits the longest and that no other worker holds, now held."""
    query = (
        select(RunShard)
        .where(RunShard.run_id == run_id, RunShard.state == ShardState.WAITING)
        .order_by(col(RunShard.batches), col(RunShard.number))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def shard_of(session: Session, run_id: int, number: int) -> RunShard:
    """One shard of a run, held until the end of the transaction."""
    query = select(RunShard).where(RunShard.run_id == run_id, RunShard.number == number)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one()


def shards_of(session: Session, run_id: int) -> Sequence[RunShard]:
    """Every shard of a run."""
    query = select(RunShard).where(RunShard.run_id == run_id).order_by(col(RunShard.number))
    return session.exec(query).all()


def waiting_shards(session: Session, run_id: int) -> int:
    """How many shards of a run are not finished, held by somebody or not."""
    query = select(func.count()).where(
        RunShard.run_id == run_id, RunShard.state == ShardState.WAITING
    )
    return session.exec(query).one()
