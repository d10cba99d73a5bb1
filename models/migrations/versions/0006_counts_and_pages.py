"""Counts beside the findings, pages by index, and whether a proposal stands."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ORDER = ("due_at", "letter_id", "item", "id")
PROVISIONAL = sa.text("provisional AND state NOT IN ('draft', 'rectified', 'withdrawn')")
FOLLOWED = sa.text("issued_at IS NOT NULL AND rectified_at IS NULL AND withdrawn_at IS NULL")
NOT_ISSUED = sa.text("issued_at IS NULL")
NOT_OPEN = sa.text("state IN ('draft', 'rectified', 'withdrawn')")
AWAITING_REVIEW = sa.text("review_by IS NOT NULL")
NOT_A_LAPSE = sa.text("event <> 'lapse'")


def upgrade() -> None:
    # A new column that may not be empty needs a default for the rows that are there.
    op.add_column("findings", sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE findings SET escalated = true WHERE id IN "
        "(SELECT finding_id FROM escalations WHERE state IN ('proposed', 'approved'))"
    )
    op.add_column("findings", sa.Column("withdrawn_at", UTCDateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE findings SET withdrawn_at = (SELECT max(effective_at) FROM transition_log "
        "WHERE finding_id = findings.id AND event = 'withdraw') WHERE state = 'withdrawn'"
    )
    op.create_table(
        "finding_counts",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("draft", "issued", "acknowledged", "submitted", "overdue", "rectified", "withdrawn", name="state", native_enum=False, length=32), nullable=False),
        sa.Column("received", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        sa.PrimaryKeyConstraint("organization_id", "state", "received", "provisional", "escalated"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO finding_counts (organization_id, state, received, provisional, escalated, n) "
        "SELECT organization_id, state, acknowledged_at IS NOT NULL, provisional, escalated, count(*) "
        "FROM findings GROUP BY 1, 2, 3, 4, 5"
    )
    for name in ("overdue_at", "organization_due", "state_due"):
        op.drop_index(f"ix_findings_{name}", table_name="findings")
    op.drop_index("ix_findings_batch_id", table_name="findings")
    op.create_index("ix_findings_batch_id", "findings", ["batch_id"], unique=False, sqlite_where=NOT_ISSUED, postgresql_where=NOT_ISSUED)
    op.create_index("ix_findings_ledger", "findings", ["state", *ORDER, "organization_id"], unique=False)
    op.create_index("ix_findings_organization_open", "findings", ["organization_id", *ORDER], unique=False, sqlite_where=FOLLOWED, postgresql_where=FOLLOWED)
    op.create_index("ix_findings_organization_other", "findings", ["organization_id", "state", *ORDER], unique=False, sqlite_where=NOT_OPEN, postgresql_where=NOT_OPEN)
    op.create_index("ix_findings_provisional", "findings", ["last_day"], unique=False, sqlite_where=PROVISIONAL, postgresql_where=PROVISIONAL)
    op.create_index("ix_findings_review_by", "findings", ["review_by"], unique=False, sqlite_where=AWAITING_REVIEW, postgresql_where=AWAITING_REVIEW)
    op.create_index("ix_transition_log_acts", "transition_log", ["effective_at"], unique=False, sqlite_where=NOT_A_LAPSE, postgresql_where=NOT_A_LAPSE)


def downgrade() -> None:
    op.drop_index("ix_transition_log_acts", table_name="transition_log")
    for name in ("review_by", "provisional", "organization_other", "organization_open", "ledger"):
        op.drop_index(f"ix_findings_{name}", table_name="findings")
    op.drop_index("ix_findings_batch_id", table_name="findings")
    op.create_index("ix_findings_batch_id", "findings", ["batch_id"], unique=False)
    op.create_index("ix_findings_state_due", "findings", ["state", "due_at"], unique=False)
    op.create_index("ix_findings_organization_due", "findings", ["organization_id", "due_at"], unique=False)
    op.create_index("ix_findings_overdue_at", "findings", ["overdue_at"], unique=False)
    op.drop_table("finding_counts")
    op.drop_column("findings", "withdrawn_at")
    op.drop_column("findings", "escalated")
