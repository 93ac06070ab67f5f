"""An interval for a win rate that holds whenever one looks: a confidence sequence by betting."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

_STAKES = tuple(stake / 20 for stake in range(1, 20))
_GRID = range(1, 1000)
"""Thousandths."""


def win_rate(outcomes: Sequence[float], *, alpha: float = 0.05) -> tuple[float, float, float]:
    """The mean of outcomes in [0, 1], and between which values the truth is, at every moment with 1 - alpha.

    A mean is left out once a bet against it has multiplied its stake by 2/alpha: one that the truth is higher, or one
    that it is lower (Waudby-Smith and Ramdas 2024, section 4). Each is a mixture over fixed stakes, so that by Ville's
    inequality the truth is ever left out with a probability of alpha at most.
    """
    high = 1 - _lowest([1 - each for each in outcomes], needed=2 / alpha)
    return sum(outcomes) / max(len(outcomes), 1), _lowest(outcomes, needed=2 / alpha), high


def _lowest(outcomes: Sequence[float], *, needed: float) -> float:
    """The lowest mean that isn't left out: the higher the mean, the less a bet wins that the truth is above it."""
    first = bisect_left(_GRID, True, key=lambda point: _capital(outcomes, point / 1000) < needed)
    return first / 1000


def _capital(outcomes: Sequence[float], mean: float) -> float:
    """What one has who bets that the truth is above `mean`: 1 + stake * (outcome - mean) / mean, again and again."""
    logs = [sum(math.log1p(stake * (each - mean) / mean) for each in outcomes) for stake in _STAKES]
    return sum(math.exp(min(log, 700.0)) for log in logs) / len(logs)
