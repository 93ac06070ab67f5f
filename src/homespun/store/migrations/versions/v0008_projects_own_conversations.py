"""Step 0008: projects own conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the column and its index."""
    op.add_column("conversations", sa.Column("project_id", sa.String(40), nullable=True))
    op.create_index("ix_conversations_project_id_updated_at_id", "conversations", ["project_id", "updated_at", "id"])
