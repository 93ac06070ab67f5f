"""The settings of releases."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from homespun.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Settings:
    """How releases come among the people."""

    rolls_out: bool = False
    """Whether a release that has passed its examination is rolled out by itself. Off: it stays a candidate until an
    owner or admin says so."""
    shares: tuple[float, ...] = (0.05, 0.5, 0.95)
    """The parts of the people whom a new release answers, step by step; those who are left stay with the champion, to
    compare with, until the new release becomes the champion itself."""
    false_promotion: float = 0.05
    """The largest probability with which a release that nobody prefers becomes the champion by itself."""
    false_alarm: float = 0.05
    """The largest probability with which a release that does no harm is taken back by itself."""
    votes_per_person: int = 20
    """How many votes of each kind count of one person in a rollout, so that nobody decides alone."""
    memory_gb: float = 0.0
    """Memory for the engines of all releases that are loaded at a time, in GiB. 0: two engines, however large."""
    asked_for_s: float = 600.0
    """How long a release that somebody asked for by its number stays loaded after that."""

    def __post_init__(self) -> None:
        """Raises `Invalid` for shares that don't grow, and for probabilities that are none."""
        bounds = (0.0, *self.shares, 1.0)
        if not self.shares or any(one >= next_one for one, next_one in pairwise(bounds)):
            raise Invalid("releases.shares has to grow from above 0 to below 1.", param="releases.shares")
        for name in ("false_promotion", "false_alarm"):
            if not 0 < getattr(self, name) < 1:
                raise Invalid(f"releases.{name} has to be above 0 and below 1.", param=f"releases.{name}")
