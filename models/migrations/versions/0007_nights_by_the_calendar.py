"""Nights find what is due by the calendar: phases, what to look at again, counts by due day."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = UTCDateTime(timezone=True)
STATES = sa.Enum("draft", "issued", "acknowledged", "submitted", "overdue", "rectified", "withdrawn", name="state", native_enum=False, length=32)
ORDER = ("due_at", "letter_id", "item", "id")
NIGHT = ("id", "settled_at")
CLOSED = "('draft', 'rectified', 'withdrawn')"
INDEXES = {
    "last_day": (("last_day", *NIGHT), "phase IN ('issued', 'acknowledged')"),
    "sign_by": (("sign_by", *NIGHT, "last_day"), "phase = 'issued'"),
    "review_by": (("review_by", *NIGHT), "review_by IS NOT NULL"),
    "ledger": (("phase", *ORDER, "organization_id"), None),
    "organization_open": (("organization_id", *ORDER), f"phase NOT IN {CLOSED}"),
    "organization_other": (("organization_id", "phase", *ORDER), f"phase IN {CLOSED}"),
    "provisional": (("last_day",), f"provisional AND phase NOT IN {CLOSED}"),
}
BEFORE = {
    "next_action_open": (("next_action_at", "id", "organization_id"), "next_action_at IS NOT NULL"),
    "review_by": (("review_by",), "review_by IS NOT NULL"),
    "ledger": (("state", *ORDER, "organization_id"), None),
    "organization_open": (("organization_id", *ORDER), "issued_at IS NOT NULL AND rectified_at IS NULL AND withdrawn_at IS NULL"),
    "organization_other": (("organization_id", "state", *ORDER), f"state IN {CLOSED}"),
    "provisional": (("last_day",), f"provisional AND state NOT IN {CLOSED}"),
}
OF_FINDING = ("notices", "escalations", "transition_log")
PARTIAL = {
    "notices": (("uq_notices_told", ("due_on", "finding_id", "rung"), "withdrawn_at IS NULL"), ("ix_notices_withdrawn", ("finding_id",), "withdrawn_at IS NOT NULL")),
    "escalations": (),
    "transition_log": (("ix_transition_log_acts", ("effective_at",), "event <> 'lapse'"),),
}


def upgrade() -> None:
    op.create_table(
        "look_again",
        sa.Column("finding_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("finding_id"),
        sqlite_with_rowid=False,
    )
    _keep_what_the_calendar_does_not_say()
    op.create_table(
        "due_counts",
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("last_day"),
        sqlite_with_rowid=False,
    )
    op.add_column("nightly_runs", sa.Column("since", INSTANT, nullable=True))
    op.drop_table("run_shards")
    _create_shards(
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("upto_id", sa.Integer(), nullable=False),
    )
    for name in BEFORE:
        op.drop_index(f"ix_findings_{name}", table_name="findings")
    op.add_column("findings", sa.Column("phase", STATES, nullable=False, server_default="draft"))
    op.execute("ALTER TABLE findings RENAME COLUMN action_set_at TO settled_at")
    op.drop_column("findings", "next_action_at")
    op.execute(
        "UPDATE findings SET phase = CASE WHEN state <> 'overdue' THEN state "
        "WHEN acknowledged_at IS NULL THEN 'issued' ELSE 'acknowledged' END"
    )
    op.execute(
        "INSERT INTO due_counts (last_day, n) SELECT last_day, count(*) FROM findings "
        "WHERE phase IN ('issued', 'acknowledged') AND last_day IS NOT NULL GROUP BY last_day"
    )
    _index(INDEXES)
    # A night reads and writes what it has just read: a key checked once more is half of its time.
    for table in OF_FINDING:
        _change_keys(table, keyed=False)
    if op.get_bind().dialect.name == "postgresql":
        # Room for the new version of every row beside the old one, since the findings of a letter
        # stand together and lapse together: then no index is written.
        op.execute("ALTER TABLE findings SET (fillfactor = 50)")
        op.execute("ALTER TABLE finding_counts SET (fillfactor = 50)")


def _keep_what_the_calendar_does_not_say() -> None:
    """What was held back, failed, or came by an act stands before the night after the last one."""
    connection = op.get_bind()
    runs = sa.table("nightly_runs", sa.column("as_of", INSTANT))
    findings = sa.table("findings", *map(sa.column, ("id",)), sa.column("next_action_at", INSTANT), sa.column("action_set_at", INSTANT))
    again = sa.table("look_again", sa.column("finding_id"), sa.column("at", INSTANT), sa.column("set_at", INSTANT))
    last = connection.execute(sa.select(sa.func.max(runs.c.as_of))).scalar()
    if last is not None:
        at = findings.c.next_action_at
        rows = sa.select(findings.c.id, at, sa.func.coalesce(findings.c.action_set_at, at)).where(at <= last + timedelta(days=1))
        connection.execute(sa.insert(again).from_select(["finding_id", "at", "set_at"], rows))


def _create_shards(*own: sa.Column) -> None:
    op.create_table(
        "run_shards",
        sa.Column("run_id", sa.Integer(), nullable=False),
        *own,
        sa.Column("state", sa.Enum("waiting", "done", "failed", name="shardstate", native_enum=False, length=32), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("run_id", own[0].name),
    )


def _index(indexes: dict[str, tuple[tuple[str, ...], str | None]]) -> None:
    for name, (columns, of) in indexes.items():
        where = None if of is None else sa.text(of)
        op.create_index(f"ix_findings_{name}", "findings", list(columns), unique=False, sqlite_where=where, postgresql_where=where)


def _change_keys(table: str, *, keyed: bool) -> None:
    connection = op.get_bind()
    name = f"fk_{table}_finding_id"
    if connection.dialect.name == "sqlite":
        for index, _columns, _of in PARTIAL[table]:
            op.drop_index(index, table_name=table)
        with op.batch_alter_table(table, naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}) as batch:
            if keyed:
                batch.create_foreign_key(name, "findings", ["finding_id"], ["id"])
            else:
                batch.drop_constraint(name, type_="foreignkey")
        for index, columns, of in PARTIAL[table]:
            op.create_index(index, table, list(columns), unique=index.startswith("uq_"), sqlite_where=sa.text(of))
        return
    if keyed:
        op.create_foreign_key(None, table, "findings", ["finding_id"], ["id"])
        return
    for key in sa.inspect(connection).get_foreign_keys(table):
        if key["constrained_columns"] == ["finding_id"]:
            op.drop_constraint(key["name"], table, type_="foreignkey")


def downgrade() -> None:
    """As it was; every open finding is looked at by the next night."""
    for table in OF_FINDING:
        _change_keys(table, keyed=True)
    for name in INDEXES:
        op.drop_index(f"ix_findings_{name}", table_name="findings")
    op.add_column("findings", sa.Column("next_action_at", INSTANT, nullable=True))
    op.execute("ALTER TABLE findings RENAME COLUMN settled_at TO action_set_at")
    op.execute(f"UPDATE findings SET next_action_at = created_at WHERE phase NOT IN {CLOSED}")
    op.drop_column("findings", "phase")
    _index(BEFORE)
    op.drop_table("run_shards")
    _create_shards(
        sa.Column("remainder", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("after_at", INSTANT, nullable=True),
    )
    op.drop_column("nightly_runs", "since")
    op.drop_table("due_counts")
    op.drop_table("look_again")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE findings RESET (fillfactor)")
        op.execute("ALTER TABLE finding_counts RESET (fillfactor)")
