"""How a database is, for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """What a database says of itself."""

    server: str
    """Product and version: `PostgreSQL 17.2`."""
    revision: str | None
    """The step of the tables; None: it has none yet."""
    size_bytes: int
    clock_ahead_s: float = 0.0
    """How far its clock is ahead of this machine's."""
    problem: str = ""
    """Why it can't be used as it is; empty if it can."""
