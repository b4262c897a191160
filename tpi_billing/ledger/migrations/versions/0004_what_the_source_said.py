"""What the source said: every version of a row, changes after billing, rows that were rejected."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "import_rows",
        sa.Column("content_sha256", sa.String(length=64), nullable=False, server_default=""),
    )
    op.add_column("sessions", sa.Column("pending", sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "sessions_pending",
        "sessions",
        ["data_centre"],
        sqlite_where=sa.text("pending != ''"),
        postgresql_where=sa.text("pending != ''"),
    )
    op.create_table(
        "rejected_rows",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("service_date", sa.String(length=10), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"]),
        sa.PrimaryKeyConstraint("import_id", "row_number"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Ledgers of an earlier version were made without it.
        op.execute(
            "CREATE TRIGGER IF NOT EXISTS journal_refuses_replace BEFORE INSERT ON journal "
            "WHEN EXISTS (SELECT 1 FROM journal WHERE entry = NEW.entry) "
            "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        )
