"""How far saving or restoring has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of all there is."""

    table: str
    """Which one just now, or which file."""
    done: int
    total: int
    unit: str = "rows"
    """What is counted: rows, or of files MB."""


OnProgress: TypeAlias = Callable[[Progress], None]
