"""Finished improvements keep what tells of them, and lose what is there twice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from homespun.learning.jobs import Method
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Runs
from homespun.learning.tidying import tidy

KEPT = {"training.json", "training.log", "greedy.json", "adapter/adapter_model.safetensors"}
MODEL = {"model/model.safetensors"}
CHECKPOINTS = {"checkpoints/checkpoint-3/model.safetensors"}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def trained(runs: Runs, **results: Any) -> Run:
    """An improvement of two trainings that has come to these results."""
    run = runs.begin("base-1", Recipe((Method.SFT, Method.DPO)))
    for stage in run.stages:
        for name in KEPT | MODEL | CHECKPOINTS:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            (stage / name).write_bytes(b"x" * 100)
    for name, result in results.items():
        run.keep(name, result)
    return run


def left(run: Run) -> list[set[str]]:
    return [{str(path.relative_to(stage)) for path in stage.rglob("*") if path.is_file()} for stage in run.stages]


def test_what_has_become_a_release_keeps_cards_curves_and_logs(runs: Runs) -> None:
    run = trained(runs, card={"champion": "rel_1", "card": {"passed": True}}, release={"id": "rel_2"})
    assert tidy(runs.all()) == 400
    assert left(run) == [KEPT, KEPT]
    assert run.release_id == "rel_2"
    assert tidy(runs.all()) == 0


def test_the_judge_of_an_examination_goes_with_the_models(runs: Runs) -> None:
    run = trained(runs, card={"champion": "rel_1", "card": {"passed": True}}, release={"id": "rel_2"})
    for name in ("model/model.safetensors", "checkpoints/checkpoint-3/model.safetensors", "training.json"):
        (run.judge / name).parent.mkdir(parents=True, exist_ok=True)
        (run.judge / name).write_bytes(b"x" * 100)
    assert tidy(runs.all()) == 600
    assert [path.name for path in run.judge.iterdir()] == ["training.json"]


def test_what_can_go_on_stays_whole(runs: Runs) -> None:
    failed = {"step": "examine", "code": "unavailable", "words": "no"}
    going = [trained(runs), trained(runs, failure=failed), trained(runs, card={"card": {"passed": True}})]
    assert tidy(runs.all()) == 0
    assert [left(run) for run in going] == 3 * [2 * [KEPT | MODEL | CHECKPOINTS]]


def test_a_model_that_did_not_pass_can_be_looked_at_until_another_improvement_begins(runs: Runs) -> None:
    run = trained(runs, card={"champion": "rel_1", "card": {"passed": False}})
    tidy(runs.all())
    assert left(run) == [KEPT | MODEL, KEPT | MODEL]
    time.sleep(0.002)  # ids sort by the millisecond
    runs.begin("base-1", Recipe())
    tidy(runs.all())
    assert left(run) == [KEPT, KEPT]


def test_where_there_is_nothing_nothing_is_done(runs: Runs) -> None:
    assert tidy(runs.all()) == 0
