"""Tells how the training goes on, and ends one that goes wrong."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from transformers import TrainerCallback

from homespun.core.errors import TrainingFailed
from homespun.learning.progress import Line, Stepped

_RECENT = 5
"""Steps over which a loss is averaged before it counts as rising."""


class Telling(TrainerCallback):  # type: ignore[misc]
    """`tokens`: how many each step calculates, over all processes. Raises `TrainingFailed` for a loss that is lost."""

    def __init__(self, tokens: Sequence[int], announce: Callable[[Line], None]) -> None:
        self._total = [0, *accumulate(tokens)]
        self._announce = announce
        self._losses: list[float] = []
        self._begun = (0, 0.0)
        """At which step, and when, this process began."""
        self.tokens_per_s = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Takes the time."""
        self._begun = (state.global_step, time.monotonic())

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Comes after each step."""
        if "loss" not in logs:
            return
        self._check(state.global_step, logs)
        first, begun = self._begun
        seconds = max(time.monotonic() - begun, 1e-6)
        self.tokens_per_s = (self._total[state.global_step] - self._total[first]) / seconds
        left = self._total[-1] - self._total[state.global_step]
        speed = round(self.tokens_per_s, 1)
        self._announce(Stepped(state.global_step, state.max_steps, logs["loss"], speed, left / self.tokens_per_s))

    def _check(self, step: int, logs: dict[str, float]) -> None:
        if not math.isfinite(logs["loss"]) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise TrainingFailed(f"The training diverged: at step {step} the loss isn't a number. {_REMEDY}")
        self._losses.append(logs["loss"])
        began, now = (_mean(part) for part in (self._losses[:_RECENT], self._losses[-_RECENT:]))
        if now > 3 * abs(began) + 1:
            raise TrainingFailed(
                f"The training diverged: the loss rose from {began:.3g} to {now:.3g} by step {step}. {_REMEDY}"
            )


_REMEDY = "Take a lower learning rate."


def _mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)
