"""Step 0006: to whom it is available where, and who waits to be let in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "availability_rules",
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(253), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("audience", "subject", "country", name="pk_availability_rules"),
    )
    op.create_table(
        "waiting_list",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_waiting_list"),
        sa.UniqueConstraint("person_id", name="uq_waiting_list_person_id"),
    )
