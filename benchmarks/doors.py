"""The doors at N: the ledger page as JSON and the dashboard, beside a bare floor in one run.

The floor is Starlette with asyncpg: one prepared statement for the same fifty rows, the same
JSON. Each server is one process with one worker; sixteen connections of a third process keep
asking it for some seconds, floor and product in turn. ``python -m benchmarks.doors [N]``.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import sleep

from rich.console import Console
from rich.table import Table

from benchmarks import postgres
from benchmarks.night_days import TONIGHT, held_at
from benchmarks.places import Place
from benchmarks.product_data import build
from benchmarks.workload import Workload
from config import clock
from config.settings import Settings
from duban.services.accounts import add_account
from duban.services.sign_in import open_session
from duban.services.tokens import make_token
from models.database import open_database
from models.installation import Installation
from models.queries.organizations import commission
from models.rights import AccountRole, TokenScope

FOLDER = Path("var/bench/doors").absolute()
CONNECTIONS, SECONDS, ROUNDS = 16, 8, 3
LEDGER, DASHBOARD = "/api/v1/findings?limit=50", "/dashboard"
OTHERS = f"{LEDGER}&org=u{{n:04}}"
"""Another page each time: so many that no answer can be one that was kept."""


@dataclass(frozen=True)
class Keys:
    """What the load needs to come in: a token for the API, a cookie for the pages."""

    token: str
    cookie: str


def main(arguments: list[str]) -> None:
    """Build the data, measure in turn, print the medians and their ratios."""
    n = int(arguments[0]) if arguments else 1_000_000
    with postgres.server(FOLDER / "postgres") as where:
        place = Place("postgresql", where)
        build(place, "doors", Workload(n, (n // 100,)))
        keys = _keys(place.url("doors"))
        dsn = f"postgresql://postgres@{where}/doors"
        token, cookie = f"Authorization: Bearer {keys.token}", f"Cookie: duban={keys.cookie}"
        with _floor(dsn) as bare, _product(place.url("doors")) as ours:
            asked = {
                "floor": (f"{bare}/page",),
                "ledger page, JSON": (ours + LEDGER, token),
                "a thousand such pages in turn": (ours + OTHERS, token),
                "dashboard": (ours + DASHBOARD, cookie),
            }
            runs = [
                {name: _load(*words) for name, words in asked.items()} for _round in range(ROUNDS)
            ]
    base = median(run["floor"]["per_second"] for run in runs)
    table = Table("", "requests/s", "x floor", "p50 ms", "p99 ms", title=f"{n:,} findings")
    for name in asked:
        rate, p50, p99 = (
            median(run[name][key] for run in runs) for key in ("per_second", "p50_ms", "p99_ms")
        )
        table.add_row(name, f"{rate:.0f}", f"{rate / base:.2f}", f"{p50:.1f}", f"{p99:.1f}")
    Console().print(table)


def _keys(url: str) -> Keys:
    now = clock.now()
    with open_database(url) as database, database.begin() as session:
        # The afternoon before the workload's last night: the nights before it were held.
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, held_at(TONIGHT) - timedelta(hours=10)
        session.add(installation)
        account = add_account(
            session, login="load", name="load", role=AccountRole.CLERK, by="bench", now=now,
            organization=commission(session),
        )  # fmt: skip
        _row, token = make_token(
            session, account, name="load", scopes=[TokenScope.READ], lasts=timedelta(days=1),
            now=now,
        )  # fmt: skip
        cookie = open_session(
            session, account, settings=Settings().web, address="", browser="", now=now
        )
        return Keys(token, cookie)


@contextmanager
def _floor(dsn: str) -> Iterator[str]:
    port = _free_port()
    with _process(sys.executable, "-m", "benchmarks.doors_floor", dsn, str(port)):
        yield _once_open(port)


@contextmanager
def _product(url: str) -> Iterator[str]:
    port = _free_port()
    duban = str(Path(sys.executable).parent / "duban")
    with _process(duban, "--database", url, "serve", "--no-nights", "--port", str(port)):
        yield _once_open(port)


@contextmanager
def _process(*words: str) -> Iterator[None]:
    environment = {**os.environ, "DUBAN_DATA_DIR": str(FOLDER / "data")}
    process = subprocess.Popen(words, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _once_open(port: int) -> str:
    for _attempt in range(300):
        with socket.socket() as opened:
            if opened.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}"
        sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def _load(url: str, *headers: str) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.doors_load", url, str(CONNECTIONS), str(SECONDS)]
    done = subprocess.run([*words, *headers], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
