"""Step 0015: uploaded files, fine-tuning jobs and what happened to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Makes the tables."""
    _uploaded_files()
    _fine_tuning_jobs()
    _fine_tuning_events()


def _uploaded_files() -> None:
    op.create_table(
        "uploaded_files",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploaded_files"),
    )
    op.create_index("ix_uploaded_files_owner_id_id", "uploaded_files", ["owner_id", "id"])
    op.create_index("ix_uploaded_files_digest", "uploaded_files", ["digest"])


def _fine_tuning_jobs() -> None:
    op.create_table(
        "fine_tuning_jobs",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(40), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("release_id", sa.String(40), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("estimated_finish_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_fine_tuning_jobs"),
        sa.UniqueConstraint("name", name="uq_fine_tuning_jobs_name"),
    )
    op.create_index("ix_fine_tuning_jobs_owner_id_id", "fine_tuning_jobs", ["owner_id", "id"])
    op.create_index("ix_fine_tuning_jobs_state", "fine_tuning_jobs", ["state"])


def _fine_tuning_events() -> None:
    op.create_table(
        "fine_tuning_events",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("job_id", sa.String(40), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["fine_tuning_jobs.id"], name="fk_fine_tuning_events_job_id"),
        sa.PrimaryKeyConstraint("number", name="pk_fine_tuning_events"),
    )
    op.create_index("ix_fine_tuning_events_job_id_number", "fine_tuning_events", ["job_id", "number"])
