"""The server's side of a training, with a small program in the place of the one that needs PyTorch."""

from __future__ import annotations

import asyncio
import os
import textwrap
from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Conflict, TrainingFailed
from homespun.learning import trainer
from homespun.learning.jobs import Adapter, Method, TrainingJob
from homespun.learning.progress import Phase, Progress, Stepped
from homespun.learning.trainer import Trainer

STEP = '{"type":"Stepped","step":1,"steps":2,"loss":0.5,"tokens_per_s":10.0,"remaining_s":3.0}'


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module that runs as the training process; tests write what it does."""
    monkeypatch.setattr(trainer, "_MODULE", "stand_in")
    monkeypatch.setattr(trainer, "_NEEDED", ("msgspec",))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "stand_in.py"


def does(stand_in: Path, body: str) -> None:
    stand_in.write_text("import os, sys, time\nsay = lambda line: print(line, flush=True)\n" + textwrap.dedent(body))


def job(folder: Path, **changes: Any) -> TrainingJob:
    return TrainingJob(Method.SFT, folder / "base", "b", folder / "snapshot", "s", folder / "out", **changes)


async def train(folder: Path) -> list[Progress]:
    told: list[Progress] = []
    await Trainer(folder).train(job(folder), told.append)
    return told


async def test_progress_is_told_and_what_libraries_print_is_not(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, f"""say('{{"type":"Phase","words":"trains"}}'); say("a warning"); say('{STEP}')""")
    assert await train(tmp_path) == [Phase("trains"), Stepped(1, 2, 0.5, 10.0, 3.0)]


@pytest.mark.parametrize(("adapter", "there"), [(Adapter.LORA, True), (Adapter.FULL, False)])
async def test_says_where_the_results_lie(stand_in: Path, tmp_path: Path, adapter: Adapter, there: bool) -> None:
    does(stand_in, "")
    trained = await Trainer(tmp_path).train(job(tmp_path, adapter=adapter), lambda _: None)
    assert trained.model == tmp_path / "out/model"
    assert (trained.adapter is not None) == there


async def test_the_process_says_why_there_is_no_model(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, """say('{"type":"Failed","words":"The training diverged."}'); sys.exit(1)""")
    with pytest.raises(TrainingFailed, match=r"^The training diverged\.$"):
        await train(tmp_path)


async def test_a_process_that_is_killed_is_said_to_have_been(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, "os.kill(os.getpid(), 9)")
    with pytest.raises(TrainingFailed, match=r"SIGKILL.*goes on from its last checkpoint"):
        await train(tmp_path)


async def test_a_crash_points_to_the_log_that_tells_of_it(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, "raise ValueError('odd')")
    with pytest.raises(TrainingFailed, match=r"status 1.*training\.log"):
        await train(tmp_path)
    assert "ValueError: odd" in (tmp_path / "out/training.log").read_text()


async def test_a_second_training_is_refused_until_the_first_ends(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, f"say('{STEP}'); time.sleep(600)")
    began = asyncio.Event()
    first = asyncio.create_task(Trainer(tmp_path).train(job(tmp_path), lambda _: began.set()))
    await began.wait()
    with pytest.raises(Conflict, match="Another model is being trained"):
        await train(tmp_path)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    does(stand_in, "")
    assert await train(tmp_path) == []


async def test_another_jobs_folder_is_left_alone(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, "")
    await train(tmp_path)
    with pytest.raises(Conflict, match="holds another training"):
        await Trainer(tmp_path).train(job(tmp_path, seed=1), lambda _: None)
    assert await train(tmp_path) == []


async def test_the_process_ends_when_its_training_is_cancelled(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, f"open('{tmp_path}/pid', 'w').write(str(os.getpid())); say('{STEP}'); time.sleep(600)")
    began = asyncio.Event()
    training = asyncio.create_task(Trainer(tmp_path).train(job(tmp_path), lambda _: began.set()))
    await began.wait()
    training.cancel()
    with pytest.raises(asyncio.CancelledError):
        await training
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_an_estimate_is_what_the_process_says(stand_in: Path, tmp_path: Path) -> None:
    does(stand_in, """say('{"type":"Estimated","seconds":90.0,"tokens":9000,"tokens_per_s":100.0}')""")
    assert (await Trainer(tmp_path).estimate(job(tmp_path))).seconds == 90


async def test_names_make_learn_where_the_environment_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "_NEEDED", ("msgspec", "a_package_that_nobody_has"))
    with pytest.raises(TrainingFailed, match=r"a_package_that_nobody_has.*`make learn`"):
        await train(tmp_path)
