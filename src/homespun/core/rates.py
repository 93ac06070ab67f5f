"""How much somebody may still ask at present: what doors tell programs, so that they can pace themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """One measure: requests, or tokens."""

    limit: int
    """What is allowed within a minute."""
    remaining: int
    """What of it is left now."""
    reset_s: float
    """Seconds until all of it is there again."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Both measures; None where there is no limit."""

    requests: Rate | None = None
    tokens: Rate | None = None


UNLIMITED = Rates()
