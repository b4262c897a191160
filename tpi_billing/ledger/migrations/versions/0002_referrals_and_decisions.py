"""Referrals, written reports to referrers, decisions of a person, and a practitioner's day."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_referrals()
    _create_decisions()
    op.create_index(
        "sessions_by_practitioner",
        "sessions",
        ["data_centre", "practitioner_number", "service_date"],
    )


def _create_referrals() -> None:
    op.create_table(
        "referrals",
        sa.Column("referral_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("patient_key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("received", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("implicit", sa.Integer(), nullable=False),
        sa.Column("implicit_excluded", sa.Integer(), nullable=False),
        sa.Column("notice_sent", sa.String(length=10), nullable=True),
        sa.Column("closed_on", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("referral_id"),
        sa.UniqueConstraint(
            "data_centre", "patient_key", "number", "received", name="one_referral"
        ),
    )
    op.create_index("referrals_by_patient", "referrals", ["data_centre", "patient_key"])
    op.create_table(
        "referral_updates",
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.referral_id"]),
        sa.PrimaryKeyConstraint("referral_id", "sent_on"),
    )


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("data_centre", sa.String(length=5), nullable=False),
        sa.Column("session_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fee_item", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_key"], ["sessions.session_key"]),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index("decisions_by_session", "decisions", ["session_key"])
