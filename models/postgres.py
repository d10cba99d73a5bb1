"""PostgreSQL: how a connection is set up, which servers are taken, and their refusals."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from config.language import _
from models.errors import Unavailable

OLDEST = 15
_ONE_WRITER = 0x64756261
"""The advisory lock of what must be done by one process at a time."""


def postgres_engine(url: URL, *, busy_seconds: float) -> Engine:
    """An engine whose connections give up waiting for a lock after ``busy_seconds``."""
    settings = {
        "lock_timeout": max(1, round(busy_seconds * 1000)),
        "timezone": "UTC",
        # A machine that vanished holds its locks for a minute and a half, not for two hours.
        "tcp_keepalives_idle": 60,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
        # A batch of a night fits; compiling its statements takes longer than running them.
        "temp_buffers": "32MB",
        "jit": "off",
    }
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    defaults: dict[str, Any] = {
        "application_name": "duban",
        "connect_timeout": "10",
        "keepalives_idle": "60",
        "keepalives_interval": "10",
        "keepalives_count": "3",
    }
    wanted = {name: value for name, value in defaults.items() if name not in url.query}
    given = url.query.get("options", "")
    wanted["options"] = f"{ours} {given if isinstance(given, str) else ' '.join(given)}".strip()
    engine = create_engine(url, pool_pre_ping=True, connect_args=wanted)
    event.listen(engine, "connect", _check_server)
    return engine


def _check_server(connection: Any, _record: Any) -> None:
    version = connection.info.server_version // 10000
    encoding = connection.info.parameter_status("server_encoding")
    if version >= OLDEST and encoding == "UTF8":
        return
    connection.close()
    if version < OLDEST:
        raise Unavailable(
            _("The server is PostgreSQL {version}; at least {oldest} is needed.").format(
                version=version, oldest=OLDEST
            )
        )
    raise Unavailable(
        _(
            "The database keeps texts as {encoding}, which cannot hold every name; create one with "
            "the encoding UTF8."
        ).format(encoding=encoding)
    )


def wait_alone(connection: Connection) -> None:
    """Let nobody else who asks for this be at work until the end of the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_WRITER})


def postgres_sentence(trouble: Any) -> str | None:
    """What the driver's error means and what to do; none where it is not known."""
    state = getattr(trouble, "sqlstate", None)
    if state is None:
        # Other errors without a code are mistakes of the program, such as a wrong placeholder.
        lost = type(trouble).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")
        return _when_connecting(str(trouble)) if lost else None
    sentences = _sentences()
    return sentences.get(state) or sentences.get(state[:2])


def _sentences() -> dict[str, str]:
    gone = _(
        "The database server cannot be reached or broke the connection off; see that it runs and "
        "try again. What was not committed is undone."
    )
    stopped = _("Two acts stood in each other's way; this one was undone: try again.")
    damaged = _("The database is damaged; restore it from a backup.")
    full = _("The database server has no room left; make room and try again.")
    return {
        "08": gone,
        "57P01": gone,
        "57P02": gone,
        "57P03": _("The database server is starting or stopping; try again in a moment."),
        "57P05": gone,
        "25P03": gone,
        "28": _signing_in(),
        "3D": _no_such_database(),
        "55P03": _("The database is locked by another process; wait a moment and try again."),
        "57014": _("The database server stopped a question that took too long; try again."),
        "40": stopped,
        "53100": full,
        "53200": _("The database server is out of memory; try again, or give it more."),
        "53300": _too_many(),
        "53400": full,
        "58": _("The database server's disk failed; look at its log, then try again."),
        "25006": _("The database can only be read; name the server that may be written."),
        "42501": _(
            "The account may not do this in the database; let it own the database, or grant it "
            "the rights."
        ),
        "XX001": damaged,
        "XX002": damaged,
    }


def _when_connecting(words: str) -> str:
    """The client library gives no code while it connects, and servers speak their language."""
    for known, sentence in (
        (("too many", "remaining connection slots", "连接数"), _too_many()),
        (("password", "认证失败", "pg_hba.conf", "role ", "角色"), _signing_in()),
        (("does not exist", "不存在"), _no_such_database()),
        (("starting up", "shutting down", "正在"), _sentences()["57P03"]),
    ):
        if any(word in words for word in known):
            return sentence
    return _sentences()["08"]


def _signing_in() -> str:
    return _(
        "The database server does not let this account in; check the user of database.url and "
        "its password (in the file ~/.pgpass, or where passfile= points)."
    )


def _no_such_database() -> str:
    return _("The server has no such database; create it, or check the setting database.url.")


def _too_many() -> str:
    return _("The database server has too many connections; wait a moment and try again.")


def collided(error: Unavailable) -> bool:
    """Whether two transactions met in a circle, so that repeating one is all there is to do."""
    trouble = getattr(error.__cause__, "orig", None)
    return getattr(trouble, "sqlstate", None) in ("40P01", "40001")
