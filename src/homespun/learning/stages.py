"""Trains by a recipe: method after method, each from the model of the one before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .base_model import export_base, folder_digest
from .jobs import Method, TrainingJob
from .progress import Estimated, Progress
from .runs import Run
from .snapshots import Snapshot
from .trainer import Trainer


@dataclass(frozen=True, slots=True)
class Base:
    """The model that every improvement starts from, as it is installed."""

    weights: Path
    """What `export_base` reads."""
    digest: str
    """What the base is, as its first release says."""


async def train_stages(
    run: Run,
    snapshot: Snapshot,
    base: Base,
    bases: Path,
    trainer: Trainer,
    tell: Callable[[Estimated | Progress], None],
    *,
    estimates: bool,
) -> None:
    """Trains all that isn't trained yet. `bases` is where the base lies as training reads it.

    Raises what `Trainer.train` raises, `ModelUnreadable` for the base, `OSError` for a full disk.
    """
    start = bases / base.digest[:16]
    start_digest = await asyncio.to_thread(export_base, base.weights, start)
    reward_model = None
    for method, out in zip(run.recipe.methods, run.stages, strict=True):
        job = _job(run, method, out, snapshot, start, start_digest, reward_model)
        if not (out / "model").exists():
            if estimates and not (out / "checkpoints").exists():
                tell(await trainer.estimate(job))
            await trainer.train(job, tell)
        if method is Method.REWARD:
            reward_model = out / "model"
        else:
            start, start_digest = out / "model", await asyncio.to_thread(folder_digest, out / "model")


def _job(
    run: Run,
    method: Method,
    out: Path,
    snapshot: Snapshot,
    base: Path,
    base_digest: str,
    reward_model: Path | None,
) -> TrainingJob:
    recipe = run.recipe
    return TrainingJob(
        method,
        base,
        base_digest,
        snapshot.folder,
        snapshot.digest,
        out,
        adapter=recipe.adapter,
        seed=recipe.seed,
        hyper=recipe.hyper.get(method, {}),
        reward_model=reward_model if method is Method.GRPO else None,
    )
