"""One training from its job to its results. `run` is the table of contents."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.distributed

from homespun.core.errors import TrainingFailed
from homespun.engines.openvino import OpenVinoEngine, Settings
from homespun.learning.base_model import folder_digest
from homespun.learning.jobs import TrainingJob
from homespun.learning.progress import Line, Phase
from homespun.learning.replay import Rehearsed, general_questions, read_rehearsed, rehearse, write_rehearsed

from .checkpoints import last_checkpoint
from .examples import Example, Speech, read_examples
from .methods import build_trainer, configuration
from .results import write_results
from .schedule import schedule
from .telling import Telling

Announce = Callable[[Line], None]


def run(job: TrainingJob, announce: Announce, *, world_size: int) -> None:
    """Trains, or goes on from the last checkpoint, or does nothing where the model is there already.

    Raises `TrainingFailed`, and whatever else goes wrong.
    """
    if (job.out / "model").exists():
        return
    check_inputs(job)
    torch.use_deterministic_algorithms(True, warn_only=True)
    config = configuration(job, world_size=world_size)
    check_world(config.world_size, world_size)
    examples, left_out = ordered_examples(job, announce, leads=config.process_index == 0)
    telling = Telling(tokens_of_steps(job, examples), announce)
    trainer = build_trainer(job, config, examples, [telling])
    checkpoint = first_process_first(config, lambda: last_checkpoint(job.out / "checkpoints"))
    announce(Phase(f"goes on from {checkpoint.name}" if checkpoint else "trains"))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_world_process_zero():
        announce(Phase("writes the model"))
        report = {
            "losses": [entry["loss"] for entry in trainer.state.log_history if "loss" in entry],
            "hyper": asdict(job.numbers),
            "world_size": config.world_size,
            "tokens_per_s": round(telling.tokens_per_s, 1),
            "examples_too_long": left_out,
        }
        write_results(job, trainer, report)


def check_inputs(job: TrainingJob) -> None:
    """Raises `TrainingFailed` unless base and snapshot are those that the job was made for."""
    if folder_digest(job.base) != job.base_digest:
        raise TrainingFailed(
            f"The base in {job.base} isn't the one that this training was begun for. Export it again, and begin anew."
        )
    manifest = (job.snapshot / "manifest.json").read_bytes()
    if hashlib.sha256(manifest).hexdigest() != job.snapshot_digest:
        raise TrainingFailed(f"The snapshot in {job.snapshot} was changed since it was made. Make another.")


def check_world(found: int, wanted: int) -> None:
    """A launcher that starts fewer processes than it was told would train on, silently, with another batch size."""
    if found != wanted:
        raise TrainingFailed(f"{wanted} processes were to train together, but there are {found}.")


def ordered_examples(job: TrainingJob, announce: Announce, *, leads: bool) -> tuple[list[Example], int]:
    """All examples in the order of training, and how many labels were left out for their length."""
    numbers = job.numbers
    rehearsed = _rehearsed(job, announce, leads=leads) if numbers.replay else ()
    speech = Speech.of(job.base)
    labelled, general, left_out = read_examples(
        job.method, job.snapshot, speech, rehearsed, max_tokens=numbers.max_tokens
    )
    order = schedule(
        [example.weight for example in labelled],
        general=len(general),
        replay=numbers.replay,
        epochs=numbers.epochs,
        batch_size=numbers.batch_size,
        seed=job.seed,
    )
    every = labelled + general
    return [every[number] for number in order], left_out


def tokens_of_steps(job: TrainingJob, examples: Sequence[Example]) -> list[int]:
    """How many tokens each step calculates."""
    size = job.numbers.batch_size
    return [sum(example.tokens for example in examples[at : at + size]) for at in range(0, len(examples), size)]


def first_process_first(config: Any, read: Callable[[], Path | None]) -> Path | None:
    """What the first process reads, after it has tidied up, all others read too."""
    with config.main_process_first(local=False):
        return read()


def _rehearsed(job: TrainingJob, announce: Announce, *, leads: bool) -> tuple[Rehearsed, ...]:
    """The base's own answers, made once for a job. The first process makes them, the others wait."""
    file = job.out / "replay.json"
    if leads and not file.exists():
        announce(Phase("asks the base general questions"))
        write_rehearsed(file, asyncio.run(_ask_base(job)))
    if torch.distributed.is_initialized():
        torch.distributed.barrier()
    found = read_rehearsed(file)
    assert found is not None
    return found


async def _ask_base(job: TrainingJob) -> tuple[Rehearsed, ...]:
    engine = OpenVinoEngine(job.base, job.out / "graphs", Settings(kv_cache_mb=256))
    await engine.start()
    try:
        await engine.wait_ready()
        return await rehearse(engine, general_questions(), answer_tokens=job.numbers.answer_tokens)
    finally:
        await engine.stop()
