"""Improvements from the command line: what each command does, what it says, and its exit status."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from homespun import learning_wiring
from homespun.cli.learning_progress import improvement_shown
from homespun.core.errors import TrainingFailed
from homespun.improve import Card, Tell
from homespun.learning import snapshots
from homespun.learning.examination import Progress
from homespun.learning.progress import Estimated, Phase, Stepped
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run as Improvement
from homespun.learning.runs import Runs
from homespun.learning.snapshots import Snapshot
from homespun.learning_wiring import Workshop
from homespun.releases import Release
from homespun.settings import Settings
from tests.learning.tiny_ring import Pretending, edited, tiny_workshop, write_base

from .conftest import Run

needs_training = pytest.mark.skipif(
    find_spec("pyarrow") is None, reason="no pyarrow: `make learn` installs what training needs"
)
Furnish = Callable[..., None]


@pytest.fixture
def furnish(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Furnish:
    """Puts a tiny model's workshop in the place of the installation's, with parts of one's own."""
    data_dir.mkdir()
    write_base(data_dir)
    shutil.rmtree(data_dir / "base")

    def furnish_with(**changes: Any) -> None:
        @asynccontextmanager
        async def opened(settings: Settings, *, estimates: bool = True) -> AsyncIterator[Workshop]:
            parts = {"trainer": Pretending(), "rolls_out": False, "estimates": estimates} | changes
            async with tiny_workshop(settings.data_dir, **parts) as workshop:
                yield workshop

        monkeypatch.setattr(learning_wiring, "open_workshop", opened)

    return furnish_with


async def failed(improvement: Improvement, champion: Release, snapshot: Snapshot, tell: Tell) -> Card:
    return {"passed": False, "suites": []}


def test_tidies_up_what_finished_improvements_have_left(run: Run, data_dir: Path) -> None:
    improvement = Runs(data_dir / "learning" / "runs").begin("base-1", Recipe())
    model = improvement.model / "model.safetensors"
    model.parent.mkdir(parents=True)
    model.write_bytes(bytes(2_500_000))
    assert "0.0 MB are free again" in run("learn", "tidy").out
    improvement.keep("release", {"id": "rel_2"})
    assert "2.5 MB are free again" in run("learn", "tidy").out
    assert not model.exists()
    with Runs(data_dir / "learning" / "runs").alone():
        outcome = run("learn", "tidy")
    assert outcome.status == 1
    assert "Another improvement is going on" in outcome.err


@needs_training
def test_each_command_does_its_step_and_says_the_next(run: Run, furnish: Furnish) -> None:
    furnish()
    told = [run("learn", step) for step in ("snapshot", "train", "examine", "propose")]
    assert [each.status for each in told] == [0, 0, 0, 0]
    assert "8 demonstrations, 8 pairs, 0 thumbs, of 8 people. Next: `homespun learn train`." in told[0].out
    assert "Next: `homespun learn examine`." in told[1].out
    assert "about 1 min (6,000 tokens)" in told[1].err
    assert "Next: `homespun learn propose`." in told[2].out
    assert "`homespun releases promote tiny@2 --gradually`" in told[3].out
    assert len({each.err.splitlines()[0] for each in told}) == 1, "all are about one improvement"


@needs_training
def test_run_does_all_steps_and_rolls_out_where_that_is_allowed(run: Run, furnish: Furnish) -> None:
    furnish(rolls_out=True)
    told = run("learn", "run", "--no-estimate")
    assert (told.status, "tiny@2 is in shadow" in told.out, "about" in told.err) == (0, True, False)


@needs_training
def test_run_goes_on_with_what_ended_early(run: Run, furnish: Furnish) -> None:
    furnish(trainer=Pretending(TrainingFailed("The training diverged.")))
    first = run("learn", "run")
    assert (first.status, first.err.splitlines()[-1]) == (1, "Error: The training diverged.")
    furnish()
    second = run("learn", "run")
    assert (second.status, second.err.splitlines()[0]) == (0, first.err.splitlines()[0])
    third = run("learn", "run", "--new")
    assert third.err.splitlines()[0] != first.err.splitlines()[0]


@needs_training
def test_another_way_to_train_has_the_same_snapshot(run: Run, furnish: Furnish, data_dir: Path) -> None:
    furnish()
    run("learn", "train")
    run("learn", "train", "--seed", "2", "--method", "dpo", "--hyper", '{"dpo": {"epochs": 1}}')
    assert len(list(data_dir.glob("learning/runs/run_*/stages/1-dpo/model"))) == 1
    assert len({path.read_text() for path in data_dir.glob("learning/runs/run_*/snapshot.json")}) == 1


@needs_training
def test_a_model_that_did_not_pass_has_a_status_of_its_own(run: Run, furnish: Furnish) -> None:
    furnish(examine=failed)
    told = run("learn", "run")
    assert (told.status, "the champion stays" in told.out) == (3, True)
    assert run("learn", "propose").status == 1


@needs_training
def test_who_is_erased_is_in_no_snapshot_that_can_still_be_changed(run: Run, furnish: Furnish, data_dir: Path) -> None:
    furnish(signals=lambda: edited(9))
    assert run("learn", "snapshot").status == 0
    before = {folder.name for folder in (data_dir / "learning" / "snapshots").iterdir()}
    told = run("learn", "erase", "person_3")
    assert (told.status, told.out) == (0, "Snapshots written anew without person_3: 1.\n")
    assert before.isdisjoint(folder.name for folder in (data_dir / "learning" / "snapshots").iterdir())


@needs_training
def test_too_little_to_learn_from_is_an_error_with_a_remedy(run: Run, furnish: Furnish) -> None:
    furnish(signals=lambda: edited(1))
    told = run("learn", "snapshot")
    assert told.status == 1
    assert "3 pairs or 3 demonstrations are needed" in told.err


def test_names_make_learn_where_the_environment_is_missing(
    run: Run, furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish()
    monkeypatch.setattr(snapshots, "find_spec", lambda _: None)
    told = run("learn", "run")
    assert (told.status, "`make learn` installs it" in told.err) == (1, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--method", "ppo"], "There is no method 'ppo'; there are sft, dpo, kto, reward, grpo."),
        (["--method", "reward"], "A reward model answers nobody."),
        (["--method", "grpo"], "let reward come before it"),
        (["--method", "sft", "--method", "sft"], "Name each method once."),
        (["--hyper", "{"], "--hyper is wrong"),
        (["--hyper", '{"sft": {"epoch": 1}}'], "There is no hyperparameter 'epoch'"),
        (["--hyper", '{"dpo": {"epochs": 1}}'], "with which nothing is trained"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_begins(run: Run, options: list[str], words: str) -> None:
    told = run("learn", "run", *options)
    assert (told.status, words in told.err) == (1, True)


@pytest.mark.parametrize("command", ["snapshot", "train", "examine", "propose", "run", "report"])
def test_only_a_model_of_this_machine_is_trained(run: Run, command: str) -> None:
    told = run("learn", command)
    assert (told.status, "set engine to openvino" in told.err) == (1, True)


@needs_training
@pytest.mark.parametrize(("language", "title"), [("en", "An improvement"), ("zh", "一次改进")])
def test_writes_a_report(run: Run, furnish: Furnish, data_dir: Path, language: str, title: str) -> None:
    furnish(rolls_out=True)
    run("learn", "run")
    told = run("learn", "report", "page.html", "--language", language)
    assert told.status == 0
    text = Path("page.html").read_text()
    for said in (title, "tiny@2", "2.000 → 1.000", "It came out of run_"):
        assert said in text


def test_a_report_of_nothing_says_what_to_do(run: Run, furnish: Furnish) -> None:
    furnish()
    told = run("learn", "report")
    assert (told.status, "`homespun learn run` makes one" in told.err) == (1, True)


def test_a_log_gets_some_lines_of_a_training(capsys: pytest.CaptureFixture[str]) -> None:
    with improvement_shown() as tell:
        tell(Estimated(7500.0, 900_000, 120.0))
        tell(Phase("trains"))
        for step in range(1, 101):
            tell(Stepped(step, 100, 2.0 / step, 100.0, 60.0))
        tell(Progress("knowledge", 2, 11))
    assert capsys.readouterr().err.splitlines() == [
        "  about 2 h 5 min (900,000 tokens)",
        "  trains",
        "  step 1 of 100, loss 2.000",
        "  step 26 of 100, loss 0.077",
        "  step 51 of 100, loss 0.039",
        "  step 76 of 100, loss 0.026",
        "  knowledge (2 of 11)",
    ]
