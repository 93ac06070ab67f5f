"""Step 0013: what people say of answers, for learning: consents, comparisons, and what an answer was kept over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Makes both tables and adds the column. Nobody has consented to anything."""
    op.create_table(
        "consents",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_consents_person_id"),
        sa.PrimaryKeyConstraint("number", name="pk_consents"),
    )
    op.create_index("ix_consents_person_id_number", "consents", ["person_id", "number"])
    op.create_table(
        "comparisons",
        sa.Column("question_id", sa.String(40), nullable=False),
        sa.Column("left_id", sa.String(40), nullable=False),
        sa.Column("right_id", sa.String(40), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("choice", sa.String(10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["turns.id"], name="fk_comparisons_question_id"),
        sa.ForeignKeyConstraint(["left_id"], ["turns.id"], name="fk_comparisons_left_id"),
        sa.ForeignKeyConstraint(["right_id"], ["turns.id"], name="fk_comparisons_right_id"),
        sa.PrimaryKeyConstraint("question_id", name="pk_comparisons"),
    )
    op.add_column("feedback", sa.Column("over_turn_id", sa.String(40), nullable=True))
