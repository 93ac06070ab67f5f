"""How far saving or restoring has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows that are done, of all there are."""

    table: str
    done: int
    total: int


OnProgress: TypeAlias = Callable[[Progress], None]
