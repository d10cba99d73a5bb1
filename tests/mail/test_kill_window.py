"""Senders that are killed while mails are on their way lose none and double none.

The mails are counted where they arrive, by a process that nobody kills. Which windows the kills
met, and the seed of a run, stand in what a failure prints.
"""

from pathlib import Path

import pytest

from models.database import Database
from tests.mail.installation import Clock, full_outbox
from tests.mail.kill_runs import kill_senders
from tests.mail.sides import WAYS

KILLS, IN_PART = 500, 5
MAILS, FEW = 3000, 80


@pytest.mark.parametrize("way", WAYS)
def test_killed_senders(
    way: str, database: Database, folder: Path, ticking: Clock, whole: bool
) -> None:
    kills, mails = (KILLS, MAILS) if whole else (IN_PART, FEW)
    proof = WAYS[way][1]
    installation = full_outbox(folder, database, mails)
    run = kill_senders(installation, way, ticking, kills=kills, seed=50)
    found = run.counters
    assert (found.attempted, found.lost, found.unexpected, found.unflagged) == (mails, 0, 0, 0), run
    assert found.ok == found.acknowledged == mails - found.held, run
    assert run.most <= (1 if proof else 2), run
    assert run.kills > (kills // 2 if whole else 0), run
    assert len(run.windows) > 1 or not whole, run
