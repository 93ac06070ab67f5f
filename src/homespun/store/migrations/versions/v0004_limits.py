"""Step 0004: where an open turn's spool lies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("turns", sa.Column("spool_host", sa.String(40), nullable=False, server_default=""))
