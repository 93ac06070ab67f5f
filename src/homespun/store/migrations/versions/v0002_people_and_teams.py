"""Step 0002: how people sign in, visitors, teams, projects, invitations; what a key may do."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the tables."""
