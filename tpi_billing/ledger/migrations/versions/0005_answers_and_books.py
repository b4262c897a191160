"""MSP's answers: files and lines, what people asked of claims since, the books of each month."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _create_answers()
    _widen_claims()


def _create_answers() -> None:
    op.create_table(
        "closings",
        sa.Column("closing_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("closing_id"),
    )
    op.create_index("closings_by_month", "closings", ["data_centre", "month"], unique=False)
    op.create_table(
        "remittance_files",
        sa.Column("file_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pickup_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.String(length=20), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("fragment", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("file_id"),
        sa.UniqueConstraint("data_centre", "sha256", name="one_remittance_file"),
    )
    op.create_table(
        "closing_lines",
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("payee_number", sa.Text(), nullable=False),
        sa.Column("practitioner_number", sa.Text(), nullable=False),
        sa.Column("opening_cents", sa.Integer(), nullable=False),
        sa.Column("billed_cents", sa.Integer(), nullable=False),
        sa.Column("adjusted_cents", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.Integer(), nullable=False),
        sa.Column("written_off_cents", sa.Integer(), nullable=False),
        sa.Column("closing_cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["closings.closing_id"],
        ),
        sa.PrimaryKeyConstraint("closing_id", "payee_number", "practitioner_number"),
    )
    op.create_table(
        "amendments",
        sa.Column("amendment_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=False),
        sa.Column("submission_code", sa.String(length=1), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claims.claim_id"],
        ),
        sa.PrimaryKeyConstraint("amendment_id"),
    )
    op.create_index("amendments_by_claim", "amendments", ["claim_id"], unique=False)
    op.create_index("amendments_by_successor", "amendments", ["successor_id"], unique=False)
    op.create_table(
        "postings",
        sa.Column("posting_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payee_number", sa.Text(), nullable=False),
        sa.Column("practitioner_number", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.String(length=20), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claims.claim_id"],
        ),
        sa.PrimaryKeyConstraint("posting_id"),
    )
    op.create_index("postings_by_claim", "postings", ["claim_id"], unique=False)
    op.create_index("postings_by_month", "postings", ["data_centre", "month"], unique=False)
    op.create_table(
        "remittance_lines",
        sa.Column("line_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=3), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("payment_date", sa.String(length=10), nullable=True),
        sa.Column("payee_number", sa.Text(), nullable=False),
        sa.Column("practitioner_number", sa.Text(), nullable=False),
        sa.Column("sequence_number", sa.Integer(), nullable=True),
        sa.Column("office_folio", sa.Integer(), nullable=True),
        sa.Column("file_number", sa.Text(), nullable=False),
        sa.Column("explanatory_codes", sa.Text(), nullable=False),
        sa.Column("billed_cents", sa.Integer(), nullable=True),
        sa.Column("paid_cents", sa.Integer(), nullable=True),
        sa.Column("stated_adjustments_cents", sa.Integer(), nullable=False),
        sa.Column("adjusted_cents", sa.Integer(), nullable=False),
        sa.Column("paid_fee_item", sa.Text(), nullable=False),
        sa.Column("paid_units", sa.Integer(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("claim_month", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claims.claim_id"],
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["remittance_files.file_id"],
        ),
        sa.PrimaryKeyConstraint("line_id"),
        sa.UniqueConstraint("data_centre", "content_sha256", "ordinal", name="one_remittance_line"),
    )
    op.create_index("remittance_lines_by_claim", "remittance_lines", ["claim_id"], unique=False)
    op.create_index("remittance_lines_by_file", "remittance_lines", ["file_id"], unique=False)
    op.create_index(
        "remittance_lines_by_file_number",
        "remittance_lines",
        ["data_centre", "file_number"],
        unique=False,
        sqlite_where=sa.text("file_number != ''"),
        postgresql_where=sa.text("file_number != ''"),
    )
    op.create_index(
        "remittance_lines_by_month", "remittance_lines", ["data_centre", "month"], unique=False
    )
    op.create_index(
        "remittance_lines_by_payment",
        "remittance_lines",
        ["data_centre", "payment_date", "payee_number"],
        unique=False,
    )
    op.create_index(
        "remittance_lines_open",
        "remittance_lines",
        ["data_centre", "standing"],
        unique=False,
        sqlite_where=sa.text("standing IN ('unmatched', 'not-applied')"),
        postgresql_where=sa.text("standing IN ('unmatched', 'not-applied')"),
    )


def _widen_claims() -> None:
    op.add_column(
        "claims", sa.Column("adjusted_cents", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("claims", sa.Column("predecessor", sa.Integer(), nullable=True))
    op.add_column("claims", sa.Column("expected_cents", sa.Integer(), nullable=True))
    op.add_column("claims", sa.Column("sent_on", sa.String(length=10), nullable=True))
    op.add_column(
        "claims", sa.Column("billed_month", sa.String(length=7), server_default="", nullable=False)
    )
    op.create_index(
        "claims_by_billed_month", "claims", ["data_centre", "billed_month"], unique=False
    )
    op.create_index("claims_by_predecessor", "claims", ["predecessor"], unique=False)
    # What was sent before this was kept counts from the day that its batch was made.
    op.execute(
        "UPDATE claims SET sent_on = (SELECT substr(batches.created_at, 1, 10) FROM batches "
        "WHERE batches.batch_id = claims.batch_id), billed_month = (SELECT "
        "substr(batches.created_at, 1, 7) FROM batches WHERE batches.batch_id = claims.batch_id) "
        "WHERE state NOT IN ('batched', 'void')"
    )
