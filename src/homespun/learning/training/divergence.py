"""When a loss is lost. This module must not know PyTorch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from homespun.core.errors import TrainingFailed

_RECENT = 5
"""Steps over which a loss is averaged before it counts as rising."""
_REMEDY = "Take a lower learning rate."


class Divergence:
    """Looks at the losses as they come."""

    def __init__(self) -> None:
        self._losses: list[float] = []

    def check(self, step: int, loss: float, gradient: float) -> None:
        """Raises `TrainingFailed` for numbers that aren't any, and for a loss of thrice what it was, and one more.

        `gradient`: its norm.
        """
        if not math.isfinite(loss) or not math.isfinite(gradient):
            raise TrainingFailed(f"The training diverged: at step {step} the loss isn't a number. {_REMEDY}")
        self._losses.append(loss)
        began, now = _mean(self._losses[:_RECENT]), _mean(self._losses[-_RECENT:])
        if now > 3 * abs(began) + 1:
            raise TrainingFailed(
                f"The training diverged: the loss rose from {began:.3g} to {now:.3g} by step {step}. {_REMEDY}"
            )


def _mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)
