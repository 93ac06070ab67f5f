"""The settings of learning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How the product asks people for what it learns from."""

    comparison_share: float = 0.05
    """The part of the questions of people who consent that gets two answers side by side, to pick the better one. The
    second is on the house. 0: none."""
