"""Teleplan: rendered files and their numbers, attempts to send, what was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _number_the_claims()
    _create_files()
    op.create_table(
        "pickups",
        sa.Column("pickup_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("fetched_at", sa.String(length=20), nullable=False),
        sa.Column("fetched_by", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("pickup_id"),
        sa.UniqueConstraint("data_centre", "sha256", name="one_pickup"),
    )


def _number_the_claims() -> None:
    op.add_column(
        "claims",
        sa.Column("sequence_cycle", sa.Integer(), nullable=False, server_default="1"),
    )
    for name in ("approval_reference", "original_file_number"):
        op.add_column("claims", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index(
        "one_sequence_number",
        "claims",
        ["data_centre", "sequence_cycle", "sequence_number"],
        unique=True,
    )


def _create_files() -> None:
    op.create_table(
        "submission_files",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("batch_id", "part"),
    )
    op.create_table(
        "submissions",
        sa.Column("submission_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(length=20), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"]),
        sa.PrimaryKeyConstraint("submission_id"),
    )
    op.create_index("submissions_by_batch", "submissions", ["batch_id", "part"])
