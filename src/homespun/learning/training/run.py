"""One training from its job to its results. `run` is the table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from homespun.core.errors import TrainingFailed
from homespun.learning.base_model import folder_digest
from homespun.learning.jobs import Method, TrainingJob
from homespun.learning.manifest import read_manifest
from homespun.learning.progress import Line, Phase

from .checkpoints import last_checkpoint
from .curriculum import Announce, ordered_examples, tokens_of_steps, validation_examples
from .methods import build_trainer, configuration
from .results import write_results
from .telling import Telling
from .validating import Validating


def run(job: TrainingJob, announce: Announce, *, world_size: int) -> None:
    """Trains, or goes on from the last checkpoint, or does nothing where the model is there already.

    Raises `TrainingFailed`, and whatever else goes wrong.
    """
    if (job.out / "model").exists():
        return
    check_inputs(job)
    torch.use_deterministic_algorithms(True, warn_only=True)
    config = configuration(job, world_size=world_size)
    check_world(job, config.world_size, world_size)
    leads = config.process_index == 0
    announce = announce if leads else _silent
    examples, left_out = ordered_examples(job, announce, leads=leads)
    telling = Telling(tokens_of_steps(job, examples), announce)
    validation, unmeasured = validation_examples(job)
    validating = [Validating(job.numbers.epochs)] if validation else []
    trainer = build_trainer(job, config, examples, [telling, *validating], validation=validation)
    checkpoint = first_process_first(config, lambda: last_checkpoint(job.out / "checkpoints"))
    announce(Phase(f"goes on from {checkpoint.name}" if checkpoint else "trains"))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if leads:
        announce(Phase("writes the model"))
        report = {
            **{name: _curve(trainer, logged) for name, logged in _CURVES[job.method].items()},
            "hyper": asdict(job.numbers),
            "world_size": config.world_size,
            "tokens_per_s": round(telling.tokens_per_s, 1),
            "examples_too_long": left_out,
        }
        if validation:
            report |= {"validation_losses": _curve(trainer, "eval_loss"), "validation_examples_too_long": unmeasured}
        write_results(job, trainer, report)


def _silent(_: Line) -> None:
    """Of several processes one tells."""


_LOSSES = {"losses": "loss"}
_CURVES: dict[Method, dict[str, str]] = dict.fromkeys(Method, _LOSSES) | {
    Method.GRPO: {
        **_LOSSES,
        "rewards": "reward",
        "divergences": "kl",
        "importance_ratios": "sampling/importance_sampling_ratio/mean",
    },
}
"""What the report has of each step, and what TRL calls it."""


def _curve(trainer: Any, logged: str) -> list[float]:
    return [entry[logged] for entry in trainer.state.log_history if logged in entry]


def check_inputs(job: TrainingJob) -> None:
    """Raises `TrainingFailed` or `Unavailable` unless base and snapshot are those that the job was made for."""
    if folder_digest(job.base) != job.base_digest:
        raise TrainingFailed(
            f"The base in {job.base} isn't the one that this training was begun for. Export it again, and begin anew."
        )
    if job.snapshot.name != job.snapshot_digest:
        raise TrainingFailed(f"The folder {job.snapshot} isn't the snapshot {job.snapshot_digest}.")
    read_manifest(job.snapshot)
    if job.validation:
        read_manifest(job.validation)


def check_world(job: TrainingJob, found: int, wanted: int) -> None:
    """A launcher that starts fewer processes than it was told would train on, silently, with another batch size."""
    if job.method is Method.GRPO and found > 1:
        raise TrainingFailed("grpo trains in one process, for which the engine samples. Ask for one.")
    if job.numbers.batch_size % (job.numbers.micro_batch_size * wanted):
        raise TrainingFailed(f"batch_size has to be a multiple of micro_batch_size times the {wanted} processes.")
    if found != wanted:
        raise TrainingFailed(f"{wanted} processes were to train together, but there are {found}.")


def first_process_first(config: Any, read: Callable[[], Path | None]) -> Path | None:
    """What the first process reads, after it has tidied up, all others read too."""
    with config.main_process_first(local=False):
        return read()
