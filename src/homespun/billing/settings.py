"""The settings of billing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """In what is charged, and how often the books are checked."""

    currency: str = "USD"
    """The currency of new prices, plans, vouchers and top-ups: three capital letters, as ISO 4217 has them."""
    verify_interval_s: float = 60.0
    """How often a running server checks what was booked since the last time. 0: never."""
