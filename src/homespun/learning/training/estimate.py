"""How long a training will take: its tokens by the speed of a few of its own steps."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from transformers import TrainerCallback

from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.progress import Estimated

from .curriculum import examples_of_step, ordered_examples, tokens_of_steps
from .methods import build_trainer, configuration
from .run import check_inputs

_STEPS = 3
"""That are tried; the first warms up and doesn't count."""


class _Stopwatch(TrainerCallback):  # type: ignore[misc]
    def __init__(self) -> None:
        self.ends: list[float] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.ends.append(time.monotonic())


def estimate(job: TrainingJob) -> Estimated:
    """Trains a few small batches and throws the result away."""
    check_inputs(job)
    with TemporaryDirectory() as folder:
        numbers = job.numbers
        small = numbers.batch_size if job.method is Method.GRPO else numbers.micro_batch_size
        hyper = {**job.hyper, "replay": 0.0, "batch_size": small, "save_steps": _STEPS + 1, "rollout_steps": 1}
        probe = replace(job, out=Path(folder), hyper=hyper)
        examples, _ = ordered_examples(probe, lambda _line: None, leads=True)
        tried = (examples * _STEPS)[: examples_of_step(probe) * _STEPS]
        watch = _Stopwatch()
        build_trainer(probe, configuration(probe, world_size=1), tried, [watch]).train()
    tokens_per_s = sum(tokens_of_steps(probe, tried)[1:]) / (watch.ends[-1] - watch.ends[0])
    tokens = round(sum(tokens_of_steps(probe, examples)) / (1 - numbers.replay))
    return Estimated(seconds=round(tokens / tokens_per_s, 1), tokens=tokens, tokens_per_s=round(tokens_per_s, 1))
