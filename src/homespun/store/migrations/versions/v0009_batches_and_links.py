"""Step 0009: which vouchers were made together, and in whose session a link with an OpenID provider was begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the columns. Older vouchers are each by themselves, and older attempts are for coming in."""
    op.add_column("vouchers", sa.Column("batch_id", sa.String(40), nullable=True))
    op.create_index("ix_vouchers_batch_id", "vouchers", ["batch_id"])
    op.add_column("openid_attempts", sa.Column("session_id", sa.String(40), nullable=True))
