"""Saved views by mail on chosen days."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("view_mails",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("since", UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["view_id"], ["saved_views.id"]),
        sa.PrimaryKeyConstraint("account_id", "view_id"),
    )


def downgrade() -> None:
    op.drop_table("view_mails")
