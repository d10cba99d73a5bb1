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
from duban.services.carry_out_batch import Overtaken, carry_out_batch
from duban.services.decide_batch import decide_batch, end_of_batch
from duban.services.look_again import look_again
from duban.services.night import Night, night_of
from duban.services.rules import load_rules
from models.database import Database
from models.errors import RefusedByRule, Unavailable
from models.nightly_run import NightlyRun, RunFailure
from models.outcomes import Outcome
from models.postgres import collided
from models.queries.night import Part, number_due
from models.queries.shards import free_shard, shard_of, waiting_shards
from models.run_shard import ShardState

FAILURES_A_SHARD = 100
"""After so many findings that could not be checked it is not the findings."""

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class _Held:
    """The shard of the batch at hand, known outside its transaction."""

    number: int
    size: int | None


def work_night(database: Database, run_id: int, settings: Settings) -> int:
    """Work at a run until nothing of it is left, by this worker or others; batches done here.

    Raises:
        RefusedByRule: this worker has another policy than the run.
        Unavailable: the database cannot be reached.
    """
    with database.read() as session:
        night = _join(session, run_id, settings)
    batches = 0
    while True:
        held: list[_Held] = []
        try:
            with database.begin() as session:
                worked = _batch(session, night, run_id, settings.nights.batch, held)
        except Overtaken:
            continue
        except Unavailable as error:
            if not collided(error):
                raise
            continue
        except Exception as error:
            if not held:
                raise
            with database.begin() as session:
                _narrow(session, night, run_id, held[0], error)
            continue
        batches += worked
        if not worked and not _left(database, run_id):
            return batches


def _join(session: Session, run_id: int, settings: Settings) -> Night:
    run = session.get_one(NightlyRun, run_id)
    rules = load_rules(session, settings)
    if run.policy_version != rules.policy.version:
        raise RefusedByRule(
            _("This worker's policy is not that of run {id}; let it read the same file.").format(
                id=run_id
            )
        )
    return night_of(session, rules, run)


def _left(database: Database, run_id: int) -> bool:
    """Whether others still hold shards; waits a moment if so."""
    with database.read() as session:
        waiting = waiting_shards(session, run_id)
    if waiting:
        sleep(POLL_SECONDS)
    return waiting > 0


def _batch(session: Session, night: Night, run_id: int, largest: int, held: list[_Held]) -> bool:
    """One batch of one shard; false where no shard is free."""
    shard = free_shard(session, run_id)
    if shard is None:
        return False
    held.append(_Held(shard.number, shard.size))
    part = Part(shard.after_id, shard.upto_id, shard.size)
    found = decide_batch(session, night, part)
    if part.size is None or found < part.size:
        shard.state, shard.after_id = ShardState.DONE, shard.upto_id
    else:
        shard.after_id = end_of_batch(session)
    if found:
        done = carry_out_batch(session, night, run_id)
        shard.counts = dict(Counter(shard.counts) + done)
        shard.batches += 1
        wider = 2 * part.size if part.size else largest
        shard.size = wider if wider < largest else None
    session.add(shard)
    return True


def _narrow(
    session: Session,
    night: Night,
    run_id: int,
    held: _Held,
    error: Exception,
) -> None:
    """After a batch that failed: half of it next time, and alone a finding is set aside."""
    shard = shard_of(session, run_id, held.number)
    n, found = number_due(session, night.sought, run_id, Part(shard.after_id, shard.upto_id))
    size = held.size or n
    if size > 1:
        shard.size = size // 2
    else:
        done = Counter(shard.counts)
        if found is None or done[Outcome.FAILED] >= FAILURES_A_SHARD:
            shard.state, shard.error = ShardState.FAILED, type(error).__name__
        else:
            session.add(RunFailure(run_id=run_id, finding_id=found, error=type(error).__name__))
            look_again(session, found, at=night.as_of, now=night.now)
            done[Outcome.FAILED] += 1
            shard.counts = dict(done)
    session.add(shard)
