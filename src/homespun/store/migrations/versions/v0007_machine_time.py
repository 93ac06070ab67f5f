"""Step 0007: how long the machine worked for turns; nothing is known of those that were settled before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the columns. The defaults are for servers that still run the step before."""
    op.add_column("usage", sa.Column("machine_us", sa.BigInteger(), nullable=True))
    for name in ("measured_turns", "machine_us"):
        op.add_column("usage_totals", sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False))
