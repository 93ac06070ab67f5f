"""Step 0013: what people say of answers, for learning: nothing yet."""

from __future__ import annotations

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Changes nothing."""
