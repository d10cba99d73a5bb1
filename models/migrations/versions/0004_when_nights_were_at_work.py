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
    _say_why_rungs_were_held()


def _say_why_rungs_were_held() -> None:
    """``held`` was a list of rungs with one reason for all; now each rung has its own."""
    items = sa.table(
        "run_items", sa.column("id"), sa.column("reason"), sa.column("details", sa.JSON)
    )
    connection = op.get_bind()
    for item in connection.execute(sa.select(items)).all():
        held = item.details.get("held", [])
        if isinstance(held, list):
            details = {**item.details, "held": dict.fromkeys(held, item.reason)}
            connection.execute(
                sa.update(items).where(items.c.id == item.id).values(details=details)
            )


def downgrade() -> None:
    op.add_column("messages", sa.Column("not_after", UTCDateTime(timezone=True), nullable=True))
    op.drop_column("nightly_runs", "started_at")
