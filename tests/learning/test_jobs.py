"""What a training can be told, and what is refused before a process starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Invalid
from homespun.learning.grading import Multi, Operation, StringCheck
from homespun.learning.jobs import Adapter, Hyper, Method, TrainingJob, read_job, write_job


def job(method: Method = Method.SFT, **changes: Any) -> TrainingJob:
    return TrainingJob(method, Path("/base"), "b", Path("/snapshot"), "s", Path("/out"), **changes)


def test_a_job_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = job(Method.GRPO, adapter=Adapter.FULL, seed=7, hyper={"epochs": 3}, reward_model=Path("/reward"))
    write_job(written, tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == written


@pytest.mark.parametrize("text", ["", "{}", '{"method": "ppo"}', "[]"])
def test_a_file_that_is_no_job_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "job.json").write_text(text)
    with pytest.raises(Invalid, match="no training job"):
        read_job(tmp_path / "job.json")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"epoch": 2}, "no hyperparameter 'epoch'"),
        ({"epochs": 0}, "at least 1"),
        ({"epochs": 1.5}, "whole number"),
        ({"epochs": True}, "whole number"),
        ({"learning_rate": "fast"}, "a number"),
        ({"learning_rate": -1.0}, "from 0 on"),
        ({"batch_size": 6, "micro_batch_size": 4}, "divide"),
        ({"replay": 1.0}, "below 1"),
    ],
)
def test_hyperparameters_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        job(hyper=given)


@pytest.mark.parametrize("method", Method)
def test_every_method_has_sensible_defaults(method: Method) -> None:
    assert Hyper.of(method, {}).batch_size % Hyper.of(method, {}).micro_batch_size == 0


def test_whole_numbers_do_for_broken_ones() -> None:
    assert job(hyper={"beta": 1}).numbers.beta == 1


def test_grpo_compares_at_least_two_answers_of_whole_groups() -> None:
    for hyper in ({"generations": 1}, {"generations": 7}):
        with pytest.raises(Invalid, match="generations"):
            job(Method.GRPO, reward_model=Path("/reward"), hyper=hyper)


GRADER = StringCheck("g", "{{ sample.output_text }}", "{{ item.answer }}", Operation.EQ)


@pytest.mark.parametrize("rewards", [{}, {"reward_model": Path("/reward"), "grader": GRADER}])
def test_grpo_needs_a_reward_model_or_a_grader(rewards: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="a reward model or a grader, one of them"):
        job(Method.GRPO, **rewards)


@pytest.mark.parametrize("method", [Method.KTO, Method.REWARD])
def test_only_sft_and_dpo_are_measured_beside(method: Method) -> None:
    with pytest.raises(Invalid, match="No loss is measured"):
        job(method, validation=Path("/validation"))


def test_a_grader_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = job(Method.GRPO, grader=Multi("m", {"g": GRADER}, "g / 2"))
    write_job(written, tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == written
