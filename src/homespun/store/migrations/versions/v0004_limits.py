"""Step 0004: who has asked how much of late; idempotency keys; where an open turn's spool lies, who hears it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the tables, adds the columns."""
    op.add_column("turns", sa.Column("spool_host", sa.String(40), nullable=False, server_default=""))
    op.add_column("turns", sa.Column("is_streamed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "rates",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("requests", sa.Double(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_rates"),
    )
    op.create_table(
        "streams",
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "subject", name="pk_streams"),
    )
    op.create_index("ix_streams_subject", "streams", ["subject"])
    op.create_table(
        "idempotency_keys",
        sa.Column("owner_id", sa.String(40), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "key", name="pk_idempotency_keys"),
    )
    op.create_table(
        "idempotent_responses",
        sa.Column("owner_id", sa.String(40), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "key", name="pk_idempotent_responses"),
    )
    op.create_index("ix_idempotent_responses_created_at", "idempotent_responses", ["created_at"])
