"""Step 0019: the few turns that failed or were cut short are found without a look at all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Adds the index."""
    gave_up = sa.text("state IN ('failed', 'interrupted')")
    op.create_index("ix_turns_gave_up", "turns", ["id"], sqlite_where=gave_up, postgresql_where=gave_up)
