"""Step 0004: who has asked how much of late, and what was asked before with the same idempotency key."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the tables."""
