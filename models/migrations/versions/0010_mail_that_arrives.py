"""Mail that arrives once: what is heard of it, whom it does not reach; cells that imports change."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = sa.text("state IN ('queued', 'sending', 'in-doubt')")


def upgrade() -> None:
    for column in (
        sa.Column("delivered_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("blind_copies", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("joined_id", sa.String(length=32), nullable=True),
    ):
        op.add_column("messages", column)
    op.drop_index("ix_messages_state_next", "messages")
    op.create_index("ix_messages_state_next", "messages", ["state", "next_attempt_at", "id"])
    op.create_index(
        "ix_messages_unsettled", "messages", ["contact_id"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
    op.add_column("contacts", sa.Column("undeliverable_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("contacts", sa.Column("undeliverable_why", sa.String(length=500), nullable=True))
    op.create_table("delivery_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=True),
        sa.Column("heard", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("received_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_delivery_events_message_id"), "delivery_events", ["message_id"])
    op.create_index(op.f("ix_delivery_events_received_at"), "delivery_events", ["received_at"])
    op.create_table("cell_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_cell_changes_batch_id"), "cell_changes", ["batch_id"])


def downgrade() -> None:
    op.drop_table("cell_changes")
    op.drop_table("delivery_events")
    op.drop_column("contacts", "undeliverable_why")
    op.drop_column("contacts", "undeliverable_at")
    op.drop_index("ix_messages_unsettled", "messages")
    op.drop_index("ix_messages_state_next", "messages")
    op.create_index("ix_messages_state_next", "messages", ["state", "next_attempt_at"])
    for name in ("joined_id", "blind_copies", "bounced_at", "delivered_at"):
        op.drop_column("messages", name)
