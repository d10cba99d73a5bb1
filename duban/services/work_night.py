"""Working at a night: whoever is free takes a batch of a shard that nobody holds.

Nothing is kept outside the database, so any number of workers may join, leave or die: a
batch, what it did and the place where the next one begins are committed together.
"""

from collections import Counter
from dataclasses import dataclass
from time import sleep

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.services.carry_out_batch import carry_out_batch
from duban.services.decide_batch import decide_batch
from duban.services.night import Night, night_of
from duban.services.rules import load_rules
from models.database import Database
from models.errors import RefusedByRule, Unavailable
from models.nightly_run import NightlyRun, RunFailure
from models.outcomes import Outcome
from models.postgres import collided
from models.queries.night import Part, first_due
from models.queries.shards import free_shard, shard_of, waiting_shards
from models.run_shard import RunShard, ShardState

FAILURES_A_SHARD = 100
"""After so many findings that could not be checked it is not the findings."""

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Division:
    """Into how many shards a night is split, and how many findings a transaction takes."""

    shards: int
    batch: int


@dataclass(frozen=True)
class _Held:
    """The shard of the batch at hand, known outside its transaction."""

    remainder: int
    size: int


def work_night(database: Database, run_id: int, settings: Settings) -> int:
    """Work at a run until nothing of it is left, by this worker or others; batches done here.

    Raises:
        RefusedByRule: this worker has another policy than the run.
        Unavailable: the database cannot be reached.
    """
    with database.read() as session:
        night, division = _join(session, run_id, settings)
    batches = 0
    while True:
        held: list[_Held] = []
        try:
            with database.begin() as session:
                worked = _batch(session, night, run_id, division, held)
        except Unavailable as error:
            if not collided(error):
                raise
            continue
        except Exception as error:
            if not held:
                raise
            with database.begin() as session:
                _narrow(session, night, run_id, division, held[0], error)
            continue
        batches += worked
        if not worked and not _left(database, run_id):
            return batches


def _join(session: Session, run_id: int, settings: Settings) -> tuple[Night, Division]:
    run = session.get_one(NightlyRun, run_id)
    rules = load_rules(session, settings)
    if run.policy_version != rules.policy.version:
        raise RefusedByRule(
            _("This worker's policy is not that of run {id}; let it read the same file.").format(
                id=run_id
            )
        )
    night = night_of(session, rules, as_of=run.as_of, now=run.started_at, run_id=run_id)
    return night, Division(run.shards, settings.nights.batch)


def _left(database: Database, run_id: int) -> bool:
    """Whether others still hold shards; waits a moment if so."""
    with database.read() as session:
        waiting = waiting_shards(session, run_id)
    if waiting:
        sleep(POLL_SECONDS)
    return waiting > 0


def _batch(
    session: Session, night: Night, run_id: int, division: Division, held: list[_Held]
) -> bool:
    """One batch of one shard; false where no shard is free."""
    shard = free_shard(session, run_id)
    if shard is None:
        return False
    held.append(_Held(shard.remainder, shard.size))
    after = None if shard.after_at is None else (shard.after_at, shard.after_id)
    part = Part(shard.remainder, division.shards, shard.size, after)
    decided = decide_batch(session, night, part)
    if decided is None:
        # What others had locked for a moment lies behind: look once more from the beginning.
        shard.state = ShardState.DONE if after is None else ShardState.WAITING
        shard.after_at, shard.after_id = None, 0
    else:
        done = Counter(shard.counts) + carry_out_batch(session, night, run_id)
        shard.counts = dict(done)
        shard.after_at, shard.after_id = decided.place
        shard.batches += 1
        shard.size = min(shard.size * 2, division.batch)
        rest = part._replace(size=1, after=None)
        if decided.findings < part.size and _first(session, night, rest) is None:
            shard.state = ShardState.DONE
    session.add(shard)
    return True


def _first(session: Session, night: Night, part: Part) -> int | None:
    return first_due(session, night.as_of, night.run_id, part)


def _narrow(
    session: Session,
    night: Night,
    run_id: int,
    division: Division,
    held: _Held,
    error: Exception,
) -> None:
    """After a batch that failed: half of it next time, and alone a finding is set aside."""
    shard = shard_of(session, run_id, held.remainder)
    if held.size > 1:
        shard.size = held.size // 2
    else:
        after = None if shard.after_at is None else (shard.after_at, shard.after_id)
        found = _first(session, night, Part(held.remainder, division.shards, 1, after))
        done = Counter(shard.counts)
        if found is None or done[Outcome.FAILED] >= FAILURES_A_SHARD:
            shard.state, shard.error = ShardState.FAILED, type(error).__name__
        else:
            session.add(RunFailure(run_id=run_id, finding_id=found, error=type(error).__name__))
            done[Outcome.FAILED] += 1
            shard.counts = dict(done)
    session.add(shard)


def add_shards(session: Session, run: NightlyRun, division: Division) -> None:
    """Split a run's work by organization; ``run.shards`` says into how many parts."""
    run.shards = division.shards
    session.add(run)
    session.add_all(
        RunShard(run_id=run.id or 0, remainder=remainder, size=division.batch)
        for remainder in range(division.shards)
    )
    session.flush()
