"""Which reward model judges an examination, and that it is never the one that the candidate was trained to please."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from homespun.core.messages import Message, Role
from homespun.learning.base_model import folder_digest
from homespun.learning.examination import Nobody, RewardJudge, Settings
from homespun.learning.jobs import Adapter, Answered, Method, Scoring
from homespun.learning.judges import judge_of
from homespun.learning.manifest import read_manifest
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Runs
from homespun.learning.snapshots import Snapshot

from .labels import pairs, write_snapshot
from .tiny_ring import Pretending, write_base

pytest.importorskip("pyarrow", reason="no pyarrow: `make learn` installs what training needs")


class Scores(Pretending):
    """A pretended training whose reward model likes long answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Scoring] = []

    async def score(self, scoring: Scoring, folder: Path) -> tuple[float, ...]:
        self.asked.append(scoring)
        return tuple(float(len(each.answer)) for each in scoring.answers)


def snapshot_of(folder: Path, count: int) -> Snapshot:
    written, digest = write_snapshot(folder / str(count), pairs=pairs(4))
    manifest = replace(read_manifest(written), counts={"pairs": {"train": count, "held_out": 20}})
    return Snapshot(digest, written, manifest, is_marked=False)


def begun(folder: Path, *methods: Method, **more: Any) -> Run:
    return Runs(folder / "runs").begin("base-1", Recipe(methods, **more))


async def judge(run: Run, folder: Path, trainer: Scores, count: int = 240) -> RewardJudge | Nobody:
    base, snapshot = write_base(folder), snapshot_of(folder, count)
    return await judge_of(run, snapshot, base, folder / "bases", trainer, lambda _: None, Settings())  # type: ignore[arg-type]


async def test_from_too_few_pairs_none_is_trained_and_the_card_says_why(tmp_path: Path) -> None:
    trainer = Scores()
    found = await judge(begun(tmp_path, Method.SFT), tmp_path, trainer, 199)
    assert found == Nobody(
        "There is nobody to judge: 199 pairs are there to train a reward model on, and it takes 200."
    )
    assert trainer.jobs == []


async def test_one_is_trained_from_the_pinned_base_with_another_seed_than_the_candidate(tmp_path: Path) -> None:
    trainer, run = Scores(), begun(tmp_path, Method.SFT, seed=7)
    found = await judge(run, tmp_path, trainer)
    assert isinstance(found, RewardJudge)
    [job] = trainer.jobs
    assert (job.method, job.seed, job.out, job.adapter) == (Method.REWARD, 8, run.judge, Adapter.LORA)
    assert job.base_digest == folder_digest(tmp_path / "bases" / "base-1")
    assert job.numbers.replay == 0
    assert found.about == "The judge is a reward model of 240 pairs."


async def test_one_that_is_trained_already_is_not_trained_again(tmp_path: Path) -> None:
    trainer, run = Scores(), begun(tmp_path, Method.SFT)
    (run.judge / "model").mkdir(parents=True)
    assert isinstance(await judge(run, tmp_path, trainer), RewardJudge)
    assert trainer.jobs == []


async def test_a_recipe_s_own_reward_model_judges_whom_it_did_not_train(tmp_path: Path) -> None:
    trainer, run = Scores(), begun(tmp_path, Method.REWARD, Method.DPO)
    (run.stages[0] / "model").mkdir(parents=True)
    found = await judge(run, tmp_path, trainer, 60)
    assert isinstance(found, RewardJudge)
    assert trainer.jobs == []
    answers = [Answered((Message(Role.USER, "When?"),), text) for text in ("At nine.", "Nine.")]
    assert await found.score(answers) == (8.0, 5.0)
    assert trainer.asked == [Scoring(run.stages[0] / "model", tmp_path / "bases" / "base-1", tuple(answers))]


async def test_whoever_was_trained_to_please_one_is_judged_by_another(tmp_path: Path) -> None:
    trainer, run = Scores(), begun(tmp_path, Method.SFT, Method.REWARD, Method.GRPO, seed=3)
    (run.stages[1] / "model").mkdir(parents=True)
    found = await judge(run, tmp_path, trainer)
    assert isinstance(found, RewardJudge)
    [job] = trainer.jobs
    assert (job.out, job.seed) == (run.judge, 4)
    assert "trained to please another one of the same pairs" in found.about
    assert isinstance(await judge(run, tmp_path, Scores(), 60), Nobody)


async def test_the_recipe_s_numbers_for_reward_models_hold_for_the_judge(tmp_path: Path) -> None:
    recipe = (Method.SFT, Method.REWARD, Method.GRPO)
    trainer, run = Scores(), begun(tmp_path, *recipe, hyper={Method.REWARD: {"epochs": 5}})
    await judge(run, tmp_path, trainer)
    assert (trainer.jobs[0].numbers.epochs, trainer.jobs[0].numbers.replay) == (5, 0)
