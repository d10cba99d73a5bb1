"""Nights in sets: one notice for each rung, shards, and only what cannot be derived is kept."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = UTCDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "run_shards",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("remainder", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("waiting", "done", "failed", name="shardstate", native_enum=False, length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("after_at", INSTANT, nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "remainder"),
    )
    op.create_table(
        "run_failures",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "finding_id"),
    )
    op.create_index("ix_run_failures_finding_id", "run_failures", ["finding_id"], unique=False)
    op.create_table(
        "run_unreached",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("run_id", "organization_id", "rung"),
    )
    op.add_column("findings", sa.Column("action_set_at", INSTANT, nullable=True))
    op.execute("UPDATE findings SET action_set_at = created_at WHERE next_action_at IS NOT NULL")
    op.drop_index("ix_findings_next_action_open", table_name="findings")
    _index_next_action("next_action_at", "id", "organization_id")
    for name in ("contact_id", "letter_id", "organization_id", "run_id"):
        op.drop_index(f"ix_messages_{name}", table_name="messages")
    op.create_index("ix_messages_run_organization", "messages", ["run_id", "organization_id"], unique=False)
    op.drop_index("ix_escalations_organization_id", table_name="escalations")
    op.create_index("ix_escalations_run_id", "escalations", ["run_id"], unique=False)
    # What a night writes it has just read and holds: checking each once more is half of a notice's time.
    _without_keys("transition_log", "run_id")
    _without_keys("escalations", "run_id", "organization_id")
    pending = sa.text("granted IS NULL")
    op.create_index("ix_extension_requests_pending", "extension_requests", ["finding_id"], unique=False, sqlite_where=pending, postgresql_where=pending)
    op.execute("CREATE TABLE notices_before AS SELECT * FROM notices")
    op.drop_table("notices")
    _create_notices()
    _keep_what_nights_said()
    op.execute("DROP TABLE notices_before")
    _without_keys("messages", "run_id", "organization_id")
    op.drop_table("run_items")
    op.drop_column("nightly_runs", "forecast")
    op.add_column("nightly_runs", sa.Column("shards", sa.Integer(), nullable=False, server_default="1"))


def _without_keys(table: str, *columns: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        with op.batch_alter_table(table, naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"}) as batch:
            for column in columns:
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
        return
    for key in sa.inspect(connection).get_foreign_keys(table):
        if key["constrained_columns"][0] in columns:
            op.drop_constraint(key["name"], table, type_="foreignkey")


def _index_next_action(*columns: str) -> None:
    op.create_index(
        "ix_findings_next_action_open", "findings", list(columns), unique=False,
        sqlite_where=sa.text("next_action_at IS NOT NULL"),
        postgresql_where=sa.text("next_action_at IS NOT NULL"),
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    told, withdrawn = sa.text("withdrawn_at IS NULL"), sa.text("withdrawn_at IS NOT NULL")
    op.create_index("uq_notices_told", "notices", ["due_on", "finding_id", "rung"], unique=True, sqlite_where=told, postgresql_where=told)
    op.create_index("ix_notices_withdrawn", "notices", ["finding_id"], unique=False, sqlite_where=withdrawn, postgresql_where=withdrawn)
    op.create_index("ix_notices_run_organization", "notices", ["run_id", "organization_id"], unique=False)


def _keep_what_nights_said() -> None:
    """Notices to several people become one; what was told in vain, held or failed keeps its place."""
    op.execute(
        "INSERT INTO notices (finding_id, organization_id, due_on, rung, run_id, effective_on, recorded_at) "
        "SELECT n.finding_id, f.organization_id, n.due_on, n.rung, min(n.run_id), min(n.effective_on), min(n.recorded_at) "
        "FROM notices_before n JOIN findings f ON f.id = n.finding_id WHERE n.run_id IS NOT NULL "
        "GROUP BY n.finding_id, f.organization_id, n.due_on, n.rung"
    )
    connection = op.get_bind()
    items = sa.table("run_items", *map(sa.column, ("run_id", "finding_id", "outcome", "reason")), sa.column("details", sa.JSON))
    findings = sa.table("findings", *map(sa.column, ("id", "organization_id")), sa.column("last_day", sa.Date))
    runs = sa.table("nightly_runs", sa.column("id"), sa.column("as_of", INSTANT))
    notices = sa.table(
        "notices", *map(sa.column, ("finding_id", "organization_id", "rung", "run_id")), sa.column("due_on", sa.Date),
        sa.column("effective_on", sa.Date), sa.column("recorded_at", INSTANT), sa.column("withdrawn_at", INSTANT),
    )
    failures = sa.table("run_failures", *map(sa.column, ("run_id", "finding_id", "error")))
    unreached = sa.table("run_unreached", *map(sa.column, ("run_id", "organization_id", "rung")))
    told = {tuple(row) for row in connection.execute(sa.select(notices.c.run_id, notices.c.finding_id, notices.c.rung))}
    told |= {tuple(row) for row in connection.execute(sa.text("SELECT run_id, finding_id, rung FROM escalations"))}
    held = set()
    query = (
        sa.select(items, findings.c.organization_id, findings.c.last_day, runs.c.as_of)
        .join_from(items, findings, findings.c.id == items.c.finding_id)
        .join(runs, runs.c.id == items.c.run_id)
    )
    for item in connection.execute(query).all():
        if item.outcome == "failed":
            connection.execute(sa.insert(failures).values(run_id=item.run_id, finding_id=item.finding_id, error=item.reason or "error"))
        held |= {(item.run_id, item.organization_id, rung) for rung, why in item.details.get("held", {}).items() if why == "no-working-address"}
        for rung in item.details.get("rungs", ()):
            if (item.run_id, item.finding_id, rung) not in told:
                connection.execute(
                    sa.insert(notices).values(
                        finding_id=item.finding_id, organization_id=item.organization_id, due_on=item.last_day, rung=rung,
                        run_id=item.run_id, effective_on=item.last_day, recorded_at=item.as_of, withdrawn_at=item.as_of,
                    )
                )
    for run_id, organization_id, rung in sorted(held):
        connection.execute(sa.insert(unreached).values(run_id=run_id, organization_id=organization_id, rung=rung))
    messages = sa.table("messages", *map(sa.column, ("id", "state", "template")), sa.column("guard", sa.JSON))
    for mail in connection.execute(sa.select(messages).where(messages.c.template.in_(("digest", "review-late")))).all():
        guard = {"rungs": sorted({line[1] for line in mail.guard.get("lines", ())})}
        if mail.state not in ("queued", "sending"):
            guard["lines"] = mail.guard.get("lines", [])
        connection.execute(sa.update(messages).where(messages.c.id == mail.id).values(guard=guard))


def downgrade() -> None:
    """The tables as they were; what nights told, held back or failed at is lost."""
    op.drop_column("nightly_runs", "shards")
    op.add_column("nightly_runs", sa.Column("forecast", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "run_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run_id", "finding_id"),
    )
    op.create_index("ix_run_items_finding_id", "run_items", ["finding_id"], unique=False)
    op.drop_table("notices")
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("finding_id", "due_on", "rung", "contact_id"),
    )
    op.create_index("ix_notices_message_id", "notices", ["message_id"], unique=False)
    op.create_index("ix_notices_run_id", "notices", ["run_id"], unique=False)
    op.drop_index("ix_extension_requests_pending", table_name="extension_requests")
    op.drop_index("ix_escalations_run_id", table_name="escalations")
    op.create_index("ix_escalations_organization_id", "escalations", ["organization_id"], unique=False)
    op.drop_index("ix_messages_run_organization", table_name="messages")
    for name in ("contact_id", "letter_id", "organization_id", "run_id"):
        op.create_index(f"ix_messages_{name}", "messages", [name], unique=False)
    op.drop_index("ix_findings_next_action_open", table_name="findings")
    _index_next_action("next_action_at")
    op.drop_column("findings", "action_set_at")
    for name in ("run_unreached", "run_failures", "run_shards", "policy_versions"):
        op.drop_table(name)
