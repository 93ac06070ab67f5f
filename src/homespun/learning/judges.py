"""The reward model that judges an improvement's examination: the one that it trained anyway, or one trained for that.

A candidate is never judged by the reward model that it was trained to please: it has learned where that one errs (Gao
et al. 2022, "Scaling Laws for Reward Model Overoptimization"). Then another is trained, from another seed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from .base_model import export_base
from .examination import Nobody, RewardJudge, Settings
from .jobs import Answered, Method, Scoring, TrainingJob
from .progress import OnProgress
from .runs import Run
from .snapshots import Snapshot
from .stages import Base
from .trainer import Trainer

_OTHER_SEED = 1
"""Added to the recipe's: the judge's adapters begin elsewhere, and the pairs come in another order."""


async def judge_of(
    run: Run, snapshot: Snapshot, base: Base, bases: Path, trainer: Trainer, tell: OnProgress, settings: Settings
) -> RewardJudge | Nobody:
    """Trains it, unless it is there. `bases` is where the base lies as training reads it.

    Raises what `Trainer.train` raises, `ModelUnreadable` for the base, `OSError` for a full disk.
    """
    pairs, out = snapshot.manifest.counts.get("pairs", {}).get("train", 0), _trained_anyway(run) or run.judge
    if out == run.judge and pairs < settings.judge_pairs:
        return Nobody(
            f"There is nobody to judge: {pairs} pairs are there to train a reward model on, and it takes "
            f"{settings.judge_pairs}."
        )
    start = bases / base.digest[:16]
    start_digest = await asyncio.to_thread(export_base, base.weights, start)
    if not (out / "model").exists():
        await trainer.train(_job(run, snapshot, start, start_digest), tell)

    async def score(answers: Sequence[Answered]) -> Sequence[float]:
        return await trainer.score(Scoring(out / "model", start, tuple(answers)), out)

    return RewardJudge(score, _about(run, pairs))


def _trained_anyway(run: Run) -> Path | None:
    """Where the recipe's reward model lies, if none of the models that answer listened to it."""
    stages = dict(zip(run.recipe.methods, run.stages, strict=True))
    return None if Method.GRPO in stages else stages.get(Method.REWARD)


def _job(run: Run, snapshot: Snapshot, base: Path, base_digest: str) -> TrainingJob:
    """It rehearses nothing: it judges answers to what people asked, and says nothing itself."""
    recipe = run.recipe
    return TrainingJob(
        Method.REWARD,
        base,
        base_digest,
        snapshot.folder,
        snapshot.digest,
        run.judge,
        seed=recipe.seed + _OTHER_SEED,
        hyper={"replay": 0.0, **recipe.hyper.get(Method.REWARD, {})},
    )


def _about(run: Run, pairs: int) -> str:
    judge = f"The judge is a reward model of {pairs} pairs."
    if Method.GRPO not in run.recipe.methods:
        return judge
    return (
        f"{judge} The candidate was trained to please another one of the same pairs, and this one may share its "
        "errors: a win alone shows no improvement."
    )
