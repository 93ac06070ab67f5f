"""Step 0011: what open turns say, for those who follow them on another machine than the one that answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "followed",
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "part", name="pk_followed"),
    )
