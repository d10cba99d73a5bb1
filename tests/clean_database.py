"""Emptying a PostgreSQL database, which is ten times as fast as making another one."""

from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg import sql

LONGEST_WAIT = 0.5
"""Seconds for connections that were closed to be gone."""
ROOM = 4 * 8192
"""So many bytes an index may keep; where a test filled one further, plans would be others."""

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
"""
_SHAPE = """
    SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
        SELECT format('%s %s %s %s %s', oid, relname, relkind, relacl, reloptions)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT format('%s %s %s %s %s', attrelid, attnum, attname, atttypid, attnotnull)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT format('%s %s %s', oid, conname, convalidated) FROM pg_constraint
        UNION ALL
        SELECT format('%s %s', oid, tgenabled) FROM pg_trigger
        UNION ALL
        SELECT format('%s %s', oid, proname) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT format('%s %s %s', datallowconn, datconnlimit, datacl)
        FROM pg_database WHERE datname = current_database()
        UNION ALL
        SELECT format('%s %s', setrole, setconfig) FROM pg_db_role_setting
        UNION ALL
        SELECT format('%s', count(*)) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT version_num FROM alembic_version
    ) AS shape (line)
"""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SEQUENCES = """
    SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE last_value IS NOT NULL
"""
_LARGEST_INDEX = """
    SELECT max(pg_relation_size(oid)) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'
"""
_AS_IF_NEVER_USED = """
    UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples <> -1
"""


def shape_of(url: str) -> str:
    """What a database is like apart from its rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        return str(_one(connection, _SHAPE))


def emptied(url: str, shape: str) -> bool:
    """Make a database as it was when it was new; false where a test left more than rows in it.

    Somebody may be connected still; tables, settings and statistics may be others, or it was
    filled with very much.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            if not _alone(connection):
                return False
            if _one(connection, _LARGEST_INDEX) > ROOM:
                return False
            _empty(connection)
        return shape_of(url) == shape
    except psycopg.Error:
        return False


def _alone(connection: "psycopg.Connection[Any]") -> bool:
    until = monotonic() + LONGEST_WAIT
    while _one(connection, _OTHERS):
        if monotonic() > until:
            return False
        sleep(0.005)
    return True


def _empty(connection: "psycopg.Connection[Any]") -> None:
    names = [sql.Identifier(name) for (name,) in connection.execute(_TABLES)]
    holds = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    asked = sql.SQL(" UNION ALL ").join(
        holds.format(sql.Literal(name.as_string()), name) for name in names
    )
    used = [sql.SQL(name) for (name,) in connection.execute(asked)]
    connection.execute("SET session_replication_role = replica")  # rows go in any order
    for name in used:
        connection.execute(sql.SQL("DELETE FROM {}").format(name))
    connection.execute(_SEQUENCES)
    if used:
        # Else the places of old rows would be used again, and rows come in another order.
        connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(used)))
    connection.execute(_AS_IF_NEVER_USED)


def _one(connection: "psycopg.Connection[Any]", question: str) -> Any:
    row = connection.execute(question).fetchone()
    return row[0] if row else None
