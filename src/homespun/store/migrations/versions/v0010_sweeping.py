"""Step 0010: finding what is to be swept or moved without reading whole tables; disputes about payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds indexes, the disputes, and leave for a wallet to owe what a bank has taken back."""
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_index("ix_turns_owner_id", "turns", ["owner_id"])
    op.create_index("ix_feedback_person_id", "feedback", ["person_id"])
    op.create_index("ix_meters_ends_at", "meters", ["ends_at"])
    op.create_table(
        "disputes",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("payment_id", sa.String(40), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_disputes_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
        sa.UniqueConstraint("reference", name="uq_disputes_reference"),
    )
    op.create_index("ix_disputes_payment_id", "disputes", ["payment_id"])
    op.add_column("payments", sa.Column("disputed_micros", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payments", sa.Column("dispute_state", sa.String(10), nullable=True))
    with op.batch_alter_table("wallets") as wallets:
        wallets.add_column(sa.Column("disputed_micros", sa.BigInteger(), server_default="0", nullable=False))
        wallets.drop_constraint("balance", type_="check")
        wallets.create_check_constraint("balance", "balance_micros + disputed_micros >= 0")
