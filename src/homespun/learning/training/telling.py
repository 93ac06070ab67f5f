"""Tells how the training goes on, and ends one that goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import msgspec
from transformers import TrainerCallback

from homespun.learning.progress import Line, Stepped

from .divergence import Divergence


class Telling(TrainerCallback):  # type: ignore[misc]
    """`tokens`: how many each step calculates, over all processes. Raises `TrainingFailed` for a loss that is lost."""

    def __init__(self, tokens: Sequence[int], announce: Callable[[Line], None]) -> None:
        self._total = [0, *accumulate(tokens)]
        self._announce = announce
        self._divergence = Divergence()
        self._begun = (0, 0.0)
        """At which step, and when, this process began."""
        self.tokens_per_s = 0.0
        self._reward: float | None = None
        self._stepped: Stepped | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Takes the time."""
        self._begun = (state.global_step, time.monotonic())

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Comes after each step."""
        if "loss" not in logs:
            return
        self._divergence.check(state.global_step, logs["loss"], logs.get("grad_norm", 0.0))
        first, begun = self._begun
        seconds = max(time.monotonic() - begun, 1e-6)
        self.tokens_per_s = (self._total[state.global_step] - self._total[first]) / seconds
        left = self._total[-1] - self._total[state.global_step]
        speed = round(self.tokens_per_s, 1)
        remaining_s = left / self.tokens_per_s
        self._reward = logs.get("reward", self._reward)  # TRL tells of it once for each roll-out
        self._stepped = Stepped(state.global_step, state.max_steps, logs["loss"], speed, remaining_s, self._reward)
        if not control.should_evaluate:
            self._announce(self._stepped)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any) -> None:
        """Comes after a step that ends an epoch; the step is told of only now."""
        assert self._stepped is not None
        self._announce(msgspec.structs.replace(self._stepped, valid_loss=metrics["eval_loss"]))
