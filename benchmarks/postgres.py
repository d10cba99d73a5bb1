"""A PostgreSQL server of our own: durable as in production, gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    # A vacuum that begins by itself would fall into one measurement and not into the next.
    "autovacuum": "off",
}
"""fsync, synchronous_commit and full_page_writes stay as PostgreSQL has them: on."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a new server in ``folder`` on a free port; yields ``host:port``.

    Raises:
        FileNotFoundError: PostgreSQL's programs are not on this machine.
    """
    bin_ = _programs()
    owner = _owner()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    data, log = folder / "data", folder / "log"
    _run([bin_ / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
          "--locale=C.UTF-8"], owner)  # fmt: skip
    port = _free_port()
    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    _run([bin_ / "pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-p {port} {options}", "start"],
         owner)  # fmt: skip
    try:
        yield f"127.0.0.1:{port}"
    finally:
        _run([bin_ / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``: on the path, or where distributions put them."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    for root in (Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt")):
        candidates += sorted(root.glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file():
            return folder
    raise FileNotFoundError("initdb")


def _owner() -> dict[str, Any]:
    """The user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise FileNotFoundError("a user that is not root")


def _run(words: list[Any], owner: dict[str, Any]) -> None:
    done = subprocess.run(
        list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, cwd="/", **owner,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
