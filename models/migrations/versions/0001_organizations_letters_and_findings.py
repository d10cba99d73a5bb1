"""Organizations, letters and findings."""

import sqlalchemy as sa
from alembic import op

from models.columns import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("imported_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("year", "version"),
    )
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("applied_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(length=100), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("nights_from", sa.Date(), nullable=False),
        sa.Column("demo_now", UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table("letter_counters", sa.Column("year", sa.Integer(), nullable=False), sa.Column("last", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("year"))
    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.Enum("commission", "committee", "group", "working-committee", "other", name="organizationkind", native_enum=False, length=32), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("ranking_group", sa.String(length=100), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["organizations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_organizations_parent_id", "organizations", ["parent_id"], unique=False)
    op.create_index("ix_organizations_path", "organizations", ["path"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.Enum("contact", "head", "leader-in-charge", "clerk", "supervisor", name="contactrole", native_enum=False, length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contacts_organization_id", "contacts", ["organization_id"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("issued_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=100), nullable=False),
        sa.Column("window", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("calendar_version", sa.String(length=100), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=False),
        sa.Column("report_due_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("sign_by", sa.Date(), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("year", "sequence"),
    )
    op.create_index("ix_letters_organization_id", "letters", ["organization_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=200), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("raised_by", sa.String(), nullable=True),
        sa.Column("requirement", sa.String(), nullable=True),
        sa.Column("measures", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("co_organizations", sa.String(), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("ledger_due", sa.String(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Enum("draft", "issued", "acknowledged", "submitted", "overdue", "rectified", "withdrawn", name="state", native_enum=False, length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("rectified_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("sign_by", sa.Date(), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("original_last_day", sa.Date(), nullable=True),
        sa.Column("original_due_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("due_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("on_time_original", sa.Boolean(), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("next_action_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"]),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"]),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_findings_batch_id", "findings", ["batch_id"], unique=False)
    op.create_index("ix_findings_letter_id", "findings", ["letter_id"], unique=False)
    op.create_index(
        "ix_findings_next_action_open", "findings", ["next_action_at"], unique=False, sqlite_where=sa.text("next_action_at IS NOT NULL"), postgresql_where=sa.text("next_action_at IS NOT NULL")
    )
    op.create_index("ix_findings_organization_due", "findings", ["organization_id", "due_at"], unique=False)
    op.create_index("ix_findings_overdue_at", "findings", ["overdue_at"], unique=False)
    op.create_index("ix_findings_state_due", "findings", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_findings_state_due", table_name="findings")
    op.drop_index("ix_findings_overdue_at", table_name="findings")
    op.drop_index("ix_findings_organization_due", table_name="findings")
    op.drop_index("ix_findings_next_action_open", table_name="findings", sqlite_where=sa.text("next_action_at IS NOT NULL"), postgresql_where=sa.text("next_action_at IS NOT NULL"))
    op.drop_index("ix_findings_letter_id", table_name="findings")
    op.drop_index("ix_findings_batch_id", table_name="findings")
    op.drop_table("findings")
    op.drop_index("ix_letters_organization_id", table_name="letters")
    op.drop_table("letters")
    op.drop_index("ix_contacts_organization_id", table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_organizations_path", table_name="organizations")
    op.drop_index("ix_organizations_parent_id", table_name="organizations")
    op.drop_table("organizations")
    op.drop_table("letter_counters")
    op.drop_table("installation")
    op.drop_table("import_batches")
    op.drop_table("calendar_imports")
