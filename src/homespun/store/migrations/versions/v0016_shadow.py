"""Step 0016: rollouts begin in shadow, and how the answers fared that nobody has seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Makes the table. Rollouts of before have been among the people from their beginning."""
    op.add_column("rollouts", sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rollouts", sa.Column("shadowed_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE rollouts SET shown_at = begun_at")
    op.create_table(
        "shadow_answers",
        sa.Column("rollout_id", sa.String(40), nullable=False),
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("ending", sa.String(20), nullable=False),
        sa.Column("champion_ending", sa.String(20), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("champion_tokens", sa.Integer(), nullable=False),
        sa.Column("total_ms", sa.Integer(), nullable=False),
        sa.Column("champion_total_ms", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout_id"], ["rollouts.id"], name="fk_shadow_answers_rollout_id"),
        sa.PrimaryKeyConstraint("rollout_id", "turn_id", name="pk_shadow_answers"),
    )
