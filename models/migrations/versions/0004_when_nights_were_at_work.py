"""When a night was at work, beside the instant it was about; mails know themselves what is true."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A new column that may not be empty needs a default for the rows that are there.
    op.add_column("nightly_runs", sa.Column("started_at", UTCDateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00"))
    op.execute("UPDATE nightly_runs SET started_at = as_of")
    op.drop_column("messages", "not_after")


def downgrade() -> None:
    op.add_column("messages", sa.Column("not_after", UTCDateTime(timezone=True), nullable=True))
    op.drop_column("nightly_runs", "started_at")
