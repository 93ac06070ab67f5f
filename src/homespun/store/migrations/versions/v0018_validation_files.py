"""Step 0018: fine-tuning jobs whose loss is measured on a file of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds the columns; nothing was measured of jobs of before."""
    op.add_column("fine_tuning_jobs", sa.Column("validation_file_id", sa.String(40), nullable=True))
    op.add_column("fine_tuning_jobs", sa.Column("validation_digest", sa.String(64), nullable=True))
    op.add_column("fine_tuning_jobs", sa.Column("valid_loss", sa.Double(), nullable=True))
