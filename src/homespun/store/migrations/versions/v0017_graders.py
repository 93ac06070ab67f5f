"""Step 0017: fine-tuning jobs that are graded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Adds the columns; jobs of before have no grader."""
    op.add_column("fine_tuning_jobs", sa.Column("grader", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("fine_tuning_jobs", sa.Column("reward", sa.Double(), nullable=True))
