"""Step 0005: whom an OpenID provider calls what, and the sign-ins that have been begun with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "openid_identities",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_openid_identities"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_openid_identities_person_id"),
    )
    op.create_index("ix_openid_identities_person_id", "openid_identities", ["person_id"])
    op.create_table(
        "openid_attempts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_openid_attempts"),
    )
    op.create_index("ix_openid_attempts_expires_at", "openid_attempts", ["expires_at"])
