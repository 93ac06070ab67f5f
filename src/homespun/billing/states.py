"""The states that rows of billing go through."""

from __future__ import annotations

from enum import StrEnum


class UsageState(StrEnum):
    """Where a turn's charge stands."""

    OPEN = "open"
    """Something may be set aside for it; what it will cost isn't known yet."""
    SETTLED = "settled"
    """It was charged for what was delivered; nothing changes any more."""
