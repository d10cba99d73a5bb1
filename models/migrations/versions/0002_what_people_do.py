"""What people do: reports, requests, the history of every finding."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nightly_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("as_of", UTCDateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("flow_run_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.Enum("running", "completed", "completed-with-warnings", "stopped", "failed", "missed", name="runstate", native_enum=False, length=32), nullable=False),
        sa.Column("covered_by", sa.Integer(), nullable=True),
        sa.Column("calendar_version", sa.String(length=200), nullable=False),
        sa.Column("policy_version", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("forecast", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=100), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["covered_by"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("business_date", "attempt"),
    )
    op.create_table(
        "extension_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(length=100), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("old_last_day", sa.Date(), nullable=False),
        sa.Column("new_last_day", sa.Date(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_extension_requests_finding_id", "extension_requests", ["finding_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=100), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("decision", sa.Enum("accepted", "returned", name="decision", native_enum=False, length=32), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_submissions_finding_id", "submissions", ["finding_id"], unique=False)
    op.create_table(
        "transition_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event", sa.Enum("issue", "acknowledge", "submit", "accept", "return", "lapse", "extend", "reopen", "withdraw", name="event", native_enum=False, length=32), nullable=False),
        sa.Column("source", sa.Enum("draft", "issued", "acknowledged", "submitted", "overdue", "rectified", "withdrawn", name="state", native_enum=False, length=32), nullable=False),
        sa.Column("target", sa.Enum("draft", "issued", "acknowledged", "submitted", "overdue", "rectified", "withdrawn", name="state", native_enum=False, length=32), nullable=False),
        sa.Column("effective_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("role", sa.Enum("clerk", "organization", "verifier", "supervisor", "system", name="role", native_enum=False, length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"]),
        sa.ForeignKeyConstraint(["run_id"], ["nightly_runs.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("finding_id", "version"),
    )
    op.create_index("ix_transition_log_run_id", "transition_log", ["run_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evidence_submission_id", "evidence", ["submission_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_evidence_submission_id", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("ix_transition_log_run_id", table_name="transition_log")
    op.drop_table("transition_log")
    op.drop_index("ix_submissions_finding_id", table_name="submissions")
    op.drop_table("submissions")
    op.drop_index("ix_extension_requests_finding_id", table_name="extension_requests")
    op.drop_table("extension_requests")
    op.drop_table("nightly_runs")
