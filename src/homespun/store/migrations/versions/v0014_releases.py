"""Step 0014: releases, their rollouts and the votes on them, and which release answered a turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Makes the tables. Turns of before were answered by no release that anybody knows."""
    op.add_column("turns", sa.Column("release_id", sa.String(40), nullable=True))
    op.add_column("turns", sa.Column("arm_probability", sa.Double(), nullable=True))
    _releases()
    _release_changes()
    _rollouts()
    _rollout_votes()


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("parent_id", sa.String(40), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("base_digest", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=True),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("has_passed", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["releases.id"], name="fk_releases_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("number", name="uq_releases_number"),
        sa.UniqueConstraint("digest", name="uq_releases_digest"),
    )
    op.create_index("ix_releases_model_state", "releases", ["model", "state"])


def _release_changes() -> None:
    op.create_table(
        "release_changes",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("release_id", sa.String(40), nullable=False),
        sa.Column("before", sa.String(20), nullable=True),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_release_changes_release_id"),
        sa.PrimaryKeyConstraint("number", name="pk_release_changes"),
    )
    op.create_index("ix_release_changes_release_id_number", "release_changes", ["release_id", "number"])


def _rollouts() -> None:
    op.create_table(
        "rollouts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("champion_id", sa.String(40), nullable=False),
        sa.Column("candidate_id", sa.String(40), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("turns_seen", sa.BigInteger(), nullable=False),
        sa.Column("feedback_seen", sa.BigInteger(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["champion_id"], ["releases.id"], name="fk_rollouts_champion_id"),
        sa.ForeignKeyConstraint(["candidate_id"], ["releases.id"], name="fk_rollouts_candidate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rollouts"),
    )
    op.create_index("ix_rollouts_model_ended_at", "rollouts", ["model", "ended_at"])


def _rollout_votes() -> None:
    op.create_table(
        "rollout_votes",
        sa.Column("rollout_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("is_candidate", sa.Boolean(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout_id"], ["rollouts.id"], name="fk_rollout_votes_rollout_id"),
        sa.PrimaryKeyConstraint("rollout_id", "kind", "subject_id", name="pk_rollout_votes"),
    )
    op.create_index("ix_rollout_votes_rollout_id_number", "rollout_votes", ["rollout_id", "number"], unique=True)
