"""What was learned from somebody who is to be forgotten goes, wherever an improvement has left it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Conflict
from homespun.learning.jobs import Method
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Runs
from homespun.learning.unlearning import unlearn

TOLD = {"training.json", "training.log", "greedy.json"}
WEIGHTS = {"model/model.safetensors", "adapter/adapter_model.safetensors", "checkpoints/checkpoint-3/model.safetensors"}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def trained(runs: Runs, digest: str | None, **results: Any) -> Run:
    """An improvement on this snapshot that has come to these results."""
    run = runs.begin("base-1", Recipe((Method.SFT, Method.DPO)), snapshot_digest=digest)
    for training in (*run.stages, run.folder / "judge"):
        for name in TOLD | WEIGHTS:
            (training / name).parent.mkdir(parents=True, exist_ok=True)
            (training / name).write_bytes(b"x")
    for name, result in results.items():
        run.keep(name, result)
    return run


def left(run: Run) -> list[set[str]]:
    trainings = (*run.stages, run.folder / "judge")
    return [{str(path.relative_to(one)) for path in one.rglob("*") if path.is_file()} for one in trainings]


def test_one_whose_snapshot_is_not_there_any_more_loses_its_weights_and_keeps_what_tells_of_it(runs: Runs) -> None:
    failed = {"step": "train", "code": "conflict", "words": "gone"}
    rejected = {"champion": "rel_1", "card": {"passed": False}}
    gone = [trained(runs, "old"), trained(runs, "old", failure=failed), trained(runs, "old", card=rejected)]
    stay = [trained(runs, "whole"), trained(runs, "old", release={"id": "rel_2"})]
    assert unlearn(runs, {"whole"}) == 3
    assert [left(run) for run in gone] == 3 * [3 * [TOLD]]
    assert [left(run) for run in stay] == 2 * [3 * [TOLD | WEIGHTS]]
    assert gone[2].card == {"passed": False}
    assert unlearn(runs, {"whole"}) == 0


def test_what_has_learned_nothing_yet_stays(runs: Runs) -> None:
    run = trained(runs, None)
    assert unlearn(runs, ()) == 0
    assert left(run) == 3 * [TOLD | WEIGHTS]


def test_nothing_is_taken_from_under_an_improvement_that_goes_on(runs: Runs) -> None:
    run = trained(runs, "old")
    with runs.alone(), pytest.raises(Conflict):
        unlearn(runs, ())
    assert left(run) == 3 * [TOLD | WEIGHTS]
