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
    shadow_answers: int = 30
    """So many answers that the champion has given are given again by a new release first, which nobody sees. They are
    to questions of people who consent to learning. 0: there is no shadow."""
    shadow_hours: float = 24.0
    """After this time the shadow is over with fewer answers too, unless they speak against the release."""
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
        """Raises `Invalid` for shares that don't grow, probabilities that are none, and less than nothing in shadow."""
        bounds = (0.0, *self.shares, 1.0)
        if not self.shares or any(one >= next_one for one, next_one in pairwise(bounds)):
            raise Invalid("releases.shares has to grow from above 0 to below 1.", param="releases.shares")
        for name in ("false_promotion", "false_alarm"):
            if not 0 < getattr(self, name) < 1:
                raise Invalid(f"releases.{name} has to be above 0 and below 1.", param=f"releases.{name}")
        for name in ("shadow_answers", "shadow_hours"):
            if getattr(self, name) < 0:
                raise Invalid(f"releases.{name} can't be below 0.", param=f"releases.{name}")
