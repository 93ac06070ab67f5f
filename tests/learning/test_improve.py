"""An improvement as a whole: killed anywhere it ends the same, and whatever goes wrong, the champion answers."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Conflict, StorageFull, TooLittleToLearn, TrainingFailed
from homespun.improve import Began, Card, Tell, Told
from homespun.journal import Signalled
from homespun.learning.curation import Pseudonyms
from homespun.learning.progress import Estimated
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, RunState, Step
from homespun.learning.snapshots import Snapshot
from homespun.learning.stages import Base
from homespun.releases import Release, ReleaseState

from .tiny_ring import QUICK_SFT, Pretending, edited, tiny_ring, write_base

pytestmark = [
    pytest.mark.skipif(find_spec("trl") is None, reason="no PyTorch: `make learn` installs what training needs"),
    pytest.mark.timeout(1800),
]


def unheard(_: Told) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_base(tmp_path)
    return tmp_path


async def improved(folder: Path, recipe: Recipe = QUICK_SFT, **changes: Any) -> tuple[Run, tuple[Release, ...]]:
    """One whole turn, and all releases after it."""
    async with tiny_ring(folder, **({"trainer": Pretending()} | changes)) as (improving, releases):
        run = improving.unfinished(recipe) or improving.begin(recipe)
        await improving.improve(run, unheard)
        return run, await releases.all()


def only_the_base(folder: Path) -> bool:
    return len(list(folder.glob("releases/*"))) <= 1


def test_killed_in_each_of_its_steps_it_ends_with_the_same_release(folder: Path) -> None:
    (folder / "learning").mkdir()
    Pseudonyms.kept_in(folder / "learning/pseudonyms.key")
    undisturbed = shutil.copytree(folder, folder / "undisturbed")
    command = [sys.executable, "-m", "tests.learning.tiny_ring"]
    for result in ("snapshot", "train", "examine", "card", "release", "rollout"):
        killed = subprocess.run([*command, str(folder), result], check=False, capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    for each in (folder, undisturbed):
        subprocess.run([*command, str(each)], check=True)
    [run] = folder.glob("learning/runs/run_*")
    [other] = undisturbed.glob("learning/runs/run_*")
    assert Run(run).state is RunState.ROLLED_OUT
    assert Run(run).card == Run(other).card
    assert Run(run).read("release")["digest"] == Run(other).read("release")["digest"]


async def test_what_has_become_a_release_is_not_there_twice_and_still_rolls_out(folder: Path) -> None:
    run, _ = await improved(folder, rolls_out=False)
    assert (run.state, run.model.exists()) == (RunState.PROPOSED, False)
    assert (run.stages[0] / "training.json").exists()
    trainer = Pretending()
    again, releases = await improved(folder, trainer=trainer)
    assert (again, again.state, trainer.jobs) == (run, RunState.ROLLED_OUT, [])
    assert (releases[0].weights / "model.safetensors").exists()


async def test_one_whose_snapshot_was_written_anew_without_somebody_says_what_to_do(folder: Path) -> None:
    with pytest.raises(TrainingFailed):
        await improved(folder, trainer=Pretending(TrainingFailed("It diverged.")))
    shutil.rmtree(folder / "learning" / "snapshots")
    with pytest.raises(Conflict, match="without somebody who was removed"):
        await improved(folder)
    assert only_the_base(folder)


async def test_whoever_was_removed_is_forgotten_before_a_snapshot_is_taken(folder: Path) -> None:
    events: list[str] = []

    async def forget() -> None:
        events.append("forgotten")

    async def heard() -> AsyncIterator[Signalled]:
        events.append("asked")
        async for each in edited():
            yield each

    await improved(folder, forget=forget, signals=heard)
    assert events == ["forgotten", "asked"]


async def test_what_passes_is_rolled_out_and_begins_in_shadow(folder: Path) -> None:
    run, releases = await improved(folder)
    assert run.state is RunState.ROLLED_OUT
    assert [each.state for each in releases] == [ReleaseState.SHADOW, ReleaseState.CHAMPION]
    assert releases[0].snapshot_digest == run.snapshot_digest
    assert releases[0].recipe["hyper"]["sft"]["lora_rank"] == 16, "what holds by default is written down, too"


async def test_it_waits_for_a_word_where_nothing_is_rolled_out_by_itself(folder: Path) -> None:
    run, releases = await improved(folder, rolls_out=False)
    assert run.state is RunState.PROPOSED
    assert [each.state for each in releases] == [ReleaseState.CANDIDATE, ReleaseState.CHAMPION]
    again, _ = await improved(folder, rolls_out=False)
    assert again.id != run.id


async def test_steps_come_in_order_and_none_twice(folder: Path) -> None:
    told: list[Told] = []
    trainer = Pretending()
    async with tiny_ring(folder, trainer=trainer, estimates=True) as (improving, _):
        run = improving.begin(QUICK_SFT)
        await improving.improve(run, told.append, until=Step.TRAIN)
        assert run.state is RunState.UNFINISHED
        assert improving.unfinished() == run
        await improving.improve(run, told.append)
    assert [each.step for each in told if isinstance(each, Began)] == [Step.SNAPSHOT, Step.TRAIN, *Step]
    assert [each for each in told if isinstance(each, Estimated)] == [Estimated(60.0, 6000, 100.0)]
    assert len(trainer.jobs) == 1


async def test_each_method_begins_with_the_model_of_the_one_before(folder: Path) -> None:
    trainer = Pretending()
    run, _ = await improved(folder, Recipe(("sft", "reward", "grpo")), trainer=trainer)  # type: ignore[arg-type]
    sft, reward, grpo = trainer.jobs
    assert (reward.base, grpo.base) == (sft.out / "model", sft.out / "model")
    assert grpo.reward_model == reward.out / "model"
    assert run.model == grpo.out / "model"


async def test_too_little_to_learn_from_is_said_and_tried_anew_later(folder: Path) -> None:
    with pytest.raises(TooLittleToLearn):
        await improved(folder, signals=lambda: edited(2))
    async with tiny_ring(folder, trainer=Pretending()) as (improving, _):
        run = improving.unfinished()
        assert run is not None
        failure = run.read("failure")
        assert (run.state, failure["step"], failure["code"]) == (RunState.FAILED, "snapshot", "too_little_to_learn")
        await improving.improve(run, unheard)
        assert (run.state, run.failure) == (RunState.ROLLED_OUT, None)


async def test_a_training_without_a_model_leaves_the_champion_alone(folder: Path) -> None:
    with pytest.raises(TrainingFailed, match="diverged"):
        await improved(folder, trainer=Pretending(TrainingFailed("The training diverged.")))
    assert only_the_base(folder)


async def test_a_failed_card_ends_it(folder: Path) -> None:
    async def failed(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
        return {"passed": False}

    run, releases = await improved(folder, examine=failed)
    assert run.state is RunState.REJECTED
    assert [each.state for each in releases] == [ReleaseState.CHAMPION]
    again, _ = await improved(folder)
    assert again.id != run.id, "it isn't examined until it passes"


async def test_a_card_that_says_nothing_is_one_that_failed(folder: Path) -> None:
    async def silent(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
        return {}

    run, _ = await improved(folder, examine=silent)
    assert run.state is RunState.REJECTED


async def test_a_full_disk_is_called_that(folder: Path) -> None:
    async def full(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull):
        await improved(folder, examine=full)
    run, _ = await improved(folder)
    assert run.state is RunState.ROLLED_OUT


async def test_goes_on_with_no_other_base(folder: Path) -> None:
    async with tiny_ring(folder) as (improving, _):
        run = improving.begin(QUICK_SFT)
    async with tiny_ring(folder, base=Base(folder / "tiny.gguf", "base-2")) as (improving, _):
        with pytest.raises(Conflict, match="installed model is another one"):
            await improving.improve(run, unheard)
        assert run.state is RunState.FAILED


async def test_another_champion_means_another_examination(folder: Path) -> None:
    examined: list[str] = []

    async def passed(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
        examined.append(champion.name)
        return {"passed": True}

    first, _ = await improved(folder, examine=passed, rolls_out=False)
    async with tiny_ring(folder, examine=passed, trainer=Pretending(), rolls_out=False) as (improving, releases):
        second = improving.begin(Recipe(seed=1))
        await improving.improve(second, unheard, until=Step.EXAMINE)
        champion = await releases.promote(first.release_id or "", by="command")
        await improving.improve(second, unheard)
        proposed = await releases.one(second.release_id or "")
    assert examined == ["tiny@1", "tiny@1", "tiny@2"]
    assert proposed.parent_id == champion.id


async def test_a_second_improvement_is_refused_until_the_first_ends(folder: Path) -> None:
    async with tiny_ring(folder, trainer=Pretending()) as (improving, _):
        second = improving.begin(QUICK_SFT)

        async def look(run: Run, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
            with pytest.raises(Conflict, match="Another improvement is going on"):
                await improving.improve(second, unheard)
            return {"passed": True}

        async with tiny_ring(folder, trainer=Pretending(), examine=look) as (other, _):
            run = other.begin(QUICK_SFT)
            await other.improve(run, unheard)
        assert (run.state, second.state) == (RunState.ROLLED_OUT, RunState.UNFINISHED)


async def test_nothing_is_trained_on_somebody_who_is_to_be_forgotten(folder: Path) -> None:
    first, _ = await improved(folder, rolls_out=False)
    async with tiny_ring(folder, trainer=Pretending()) as (improving, _):
        mark = folder / f"learning/erased/{first.snapshot_digest}.json"
        mark.parent.mkdir()
        mark.write_text('["somebody"]')
        second = improving.begin(Recipe(seed=1), snapshot_digest=first.snapshot_digest)
        with pytest.raises(Conflict, match="to be forgotten"):
            await improving.improve(second, unheard)
