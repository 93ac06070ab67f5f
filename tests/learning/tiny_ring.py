"""A whole improvement of a tiny model, which can be killed just before the result of a step is written down.

python -m tests.learning.tiny_ring FOLDER [RESULT]

RESULT may be a step, too, which is killed in its training then.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homespun.core.clock import FakeClock
from homespun.improve import Began, Card, Improving, Parts, Tell, Told
from homespun.journal import Signalled
from homespun.learning.curation import Settings
from homespun.learning.examination import RewardJudge
from homespun.learning.examination import Settings as ExaminationSettings
from homespun.learning.examination.held_out import read_held_out
from homespun.learning.examination.rewarding import merit_of
from homespun.learning.jobs import Answered, Method, Trained, TrainingJob
from homespun.learning.judges import judge_of
from homespun.learning.progress import Estimated, OnProgress, Stepped
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Step
from homespun.learning.snapshots import Snapshot, Snapshots
from homespun.learning.stages import Base
from homespun.learning.trainer import Trainer
from homespun.learning_wiring import Workshop
from homespun.releases import Release, Releases, Rollouts
from homespun.releases import Settings as ReleasesSettings
from homespun.store import Store

from .curation.said import signalled
from .labels import QUICK, tiny_base

QUICK_SFT = Recipe(hyper={Method.SFT: QUICK})
ENOUGH = Settings(min_pairs=3, min_demonstrations=3)
_KILLED_AT_STEP = 4
"""Of a training, the first a step after its first checkpoint."""


def write_base(folder: Path) -> Base:
    """The installed model."""
    tiny_base(folder)
    return Base(folder / "tiny.gguf", "base-1")


async def edited(count: int = 8) -> AsyncIterator[Signalled]:
    """So many people who wrote a better answer, each one."""
    for number in range(1, count + 1):
        yield signalled(
            f"say {number}",
            "no",
            turn_id=f"turn_{number}",
            owner_id=f"person_{number}",
            conversation_id=f"conversation_{number}",
            number=number,
            edits=(f"{number} " * 3,),
        )


async def passed(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
    """An examination that is content with everything."""
    assert (run.model / "model.safetensors").exists()
    return {"passed": True}


def examined_by_a_reward_model(folder: Path) -> Callable[[Run, Release, Snapshot, Tell], Awaitable[Card]]:
    """An examination that trains a judge, and has on its card how well that judges."""

    async def examined(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
        learning, demands = folder / "learning", ExaminationSettings(judge_pairs=50)
        base = Base(folder / "tiny.gguf", "base-1")
        judge = await judge_of(run, snapshot, base, learning / "bases", Trainer(learning), tell, demands)
        assert isinstance(judge, RewardJudge), judge
        pairs = (await read_held_out(snapshot.folder)).pairs
        merit, scores = await merit_of(judge, pairs, demands), await judge.score([Answered(pairs[0].messages, "yes")])
        return {"passed": True, "judge": merit.words, "scores": list(scores)}

    return examined


class Pretending:
    """In the place of the training: copies the base, or ends as it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.jobs: list[TrainingJob] = []
        self._error = error

    async def estimate(self, job: TrainingJob) -> Estimated:
        return Estimated(60.0, 6000, 100.0)

    async def train(self, job: TrainingJob, on_progress: OnProgress) -> Trained:
        self.jobs.append(job)
        if self._error:
            raise self._error
        shutil.copytree(job.base, job.out / "model")
        (job.out / "training.json").write_text('{"losses": [2.0, 1.0]}')
        return Trained(job.out / "model", None, job.out / "training.json")


@asynccontextmanager
async def tiny_ring(folder: Path, **changes: Any) -> AsyncIterator[tuple[Improving, Releases]]:
    """The second ring of an installation in this folder."""
    async with tiny_workshop(folder, **changes) as workshop:
        yield workshop.improving, workshop.releases


@asynccontextmanager
async def tiny_workshop(folder: Path, **changes: Any) -> AsyncIterator[Workshop]:
    """The same with all that commands need besides."""
    store = Store(f"sqlite+aiosqlite:///{folder}/homespun.db")
    await store.migrate()
    settings = ReleasesSettings(rolls_out=changes.pop("rolls_out", True))
    releases = Releases(
        store, FakeClock(), folder / "releases", folder / "release.key", model="tiny", settings=settings
    )
    learning = folder / "learning"
    parts: Mapping[str, Any] = {
        "folder": learning,
        "base": Base(folder / "tiny.gguf", "base-1"),
        "signals": edited,
        "snapshots": Snapshots(folder, ENOUGH, releases.all),
        "trainer": Trainer(learning),
        "examine": passed,
        "releases": releases,
        "estimates": False,
    }
    try:
        improving = Improving(Parts(**{**parts, **changes}))
        yield Workshop(improving, releases, Rollouts(store, FakeClock(), releases), parts["snapshots"])
    finally:
        await store.close()


async def improve(folder: Path, killed_at: str) -> None:
    step = Step.SNAPSHOT

    def tell(told: Told) -> None:
        nonlocal step
        step = told.step if isinstance(told, Began) else step
        if killed_at == step and isinstance(told, Stepped) and told.step == _KILLED_AT_STEP:
            os.kill(os.getpid(), signal.SIGKILL)

    everybody = {"signals": lambda: edited(80), "examine": examined_by_a_reward_model(folder)}
    async with tiny_ring(folder, **everybody) as (improving, _):
        await improving.improve(improving.unfinished() or improving.begin(QUICK_SFT), tell)


def main() -> None:
    folder, killed_at = Path(sys.argv[1]), (sys.argv[2:] or [""])[0]
    keep = Run.keep

    def keep_or_die(run: Run, name: str, value: Mapping[str, Any]) -> None:
        if name == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(run, name, value)

    with patch.object(Run, "keep", keep_or_die):
        asyncio.run(improve(folder, killed_at))


if __name__ == "__main__":
    main()
