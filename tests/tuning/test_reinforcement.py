"""Jobs of the method reinforcement, with OpenAI's own client: graders, what may be given, what is refused."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from homespun.learning.grading import Multi
from homespun.learning.jobs import Method
from homespun.learning.progress import Stepped

from .workshops import Shop

EXACT: dict[str, Any] = {
    "type": "string_check",
    "name": "exact",
    "input": "{{ sample.output_text }}",
    "reference": "{{ item.answer }}",
    "operation": "eq",
}
NEAR: dict[str, Any] = {
    "type": "text_similarity",
    "name": "near",
    "input": "{{ sample.output_text }}",
    "reference": "{{ item.answer }}",
    "evaluation_metric": "fuzzy_match",
}
BOTH: dict[str, Any] = {
    "type": "multi",
    "name": "both",
    "graders": {"exact": EXACT, "near": NEAR},
    "calculate_output": "0.7 * exact + 0.3 * near",
}
AT = "method.reinforcement"


def questions(**more: Any) -> bytes:
    lines = [{"messages": [{"role": "user", "content": f"What is {n}?"}], "answer": str(n)} | more for n in range(3)]
    return b"\n".join(json.dumps(line).encode() for line in lines)


def graded(grader: Any, **more: Any) -> Any:
    return {"type": "reinforcement", "reinforcement": {"grader": grader} | more}


async def refused(at_work: Shop, method: Any, content: bytes = b"") -> Any:
    """The error that the client gets."""
    with pytest.raises(openai.BadRequestError) as caught:
        await at_work.created(training_file=await at_work.uploaded(content or questions()), method=method)
    assert at_work.workshop.jobs == []
    return caught.value


async def test_training_gets_the_grader_and_the_numbers(at_work: Shop) -> None:
    hyper = {"n_epochs": 3, "batch_size": 5, "learning_rate_multiplier": 2.0, "compute_multiplier": 0.5}
    job = await at_work.sdk.fine_tuning.jobs.create(
        model="puppet",
        training_file=await at_work.uploaded(questions()),
        method=graded(BOTH, hyperparameters=hyper | {"eval_interval": "auto", "reasoning_effort": "default"}),
    )
    assert job.method
    assert job.method.reinforcement
    assert job.method.reinforcement.to_dict(warnings=False) == {  # the client's type of `graders` is too narrow
        "grader": BOTH,
        "hyperparameters": hyper | {"eval_interval": "auto", "eval_samples": "auto", "reasoning_effort": "default"},
    }
    job = await at_work.over(job.id)
    assert job.status == "succeeded"
    (trained,) = at_work.workshop.jobs
    assert (trained.method, trained.reward_model) == (Method.GRPO, None)
    assert isinstance(trained.grader, Multi)
    assert trained.grader.score("2", {"answer": "2"}) == pytest.approx(1.0)
    numbers = trained.numbers
    assert (numbers.epochs, numbers.generations, numbers.batch_size) == (3, 4, 20)
    assert numbers.learning_rate == pytest.approx(1e-4)
    made = next(release for release in await at_work.home.house.releases.all() if release.recipe)
    assert made.recipe["grader"] == BOTH


async def test_left_out_the_numbers_are_ours(at_work: Shop) -> None:
    job_id = await at_work.created(training_file=await at_work.uploaded(questions()), method=graded(EXACT))
    job = await at_work.over(job_id)
    assert job.hyperparameters.to_dict() == {"n_epochs": 1, "batch_size": 4, "learning_rate_multiplier": 1.0}
    numbers = at_work.workshop.jobs[0].numbers
    assert (numbers.generations, numbers.batch_size) == (8, 32)


async def test_events_and_checkpoint_tell_the_mean_reward(at_work: Shop) -> None:
    at_work.workshop.told = (Stepped(1, 2, 0.01, 9.0, 60.0, reward=0.25), Stepped(2, 2, -0.02, 9.0, 0.0, reward=0.5))
    job_id = await at_work.created(training_file=await at_work.uploaded(questions()), method=graded(EXACT))
    await at_work.over(job_id)
    events = [one async for one in at_work.sdk.fine_tuning.jobs.list_events(job_id) if one.type == "metrics"]
    assert events[0].message == "Step 2/2: training loss=-0.0200, mean reward=0.5000"
    assert events[0].data == {"step": 2, "total_steps": 2, "train_loss": -0.02, "train_mean_reward": 0.5}
    (made,) = [one async for one in at_work.sdk.fine_tuning.jobs.checkpoints.list(job_id)]
    assert made.metrics.to_dict() == {"step": 2, "train_loss": -0.02, "train_mean_reward": 0.5}


@pytest.mark.parametrize("name", ["python", "score_model", "label_model", "nonsense"])
async def test_a_grader_that_is_not_run_here_is_refused_by_its_type(at_work: Shop, name: str) -> None:
    error = await refused(at_work, graded({"type": name, "name": "g", "source": "def grade(): ..."}))
    assert (error.param, error.code) == (f"{AT}.grader.type", "unsupported_parameter")
    assert "string_check, text_similarity and multi are." in error.message
    within = await refused(at_work, graded(BOTH | {"graders": {"exact": EXACT, "other": {"type": name}}}))
    assert within.param == f"{AT}.grader.graders.other.type"
    assert "string_check and text_similarity are." in within.message


@pytest.mark.parametrize("metric", ["cosine", "meteor", "nonsense"])
async def test_a_metric_that_is_not_measured_here_is_refused_by_its_name(at_work: Shop, metric: str) -> None:
    error = await refused(at_work, graded(NEAR | {"evaluation_metric": metric}))
    assert error.param == f"{AT}.grader.evaluation_metric"
    assert "fuzzy_match, bleu, gleu, rouge_1" in error.message


@pytest.mark.parametrize(("grader", "param"), [
    (None, "grader"),
    ([], "grader"),
    ({}, "grader"),
    ({"type": 5}, "grader"),
    (EXACT | {"operation": "contains"}, "grader.operation"),
    ({name: value for name, value in EXACT.items() if name != "reference"}, "grader.reference"),
    (EXACT | {"pass_threshold": 0.5}, "grader.pass_threshold"),
    (EXACT | {"input": 5}, "grader.input"),
    (EXACT | {"input": "{{ sample.output_json.x }}"}, "grader"),
    (EXACT | {"reference": "a\0b"}, "grader"),
    (BOTH | {"graders": {}}, "grader.graders"),
    (BOTH | {"graders": [EXACT]}, "grader.graders"),
    (BOTH | {"graders": {"exact": EXACT, "near": BOTH}}, "grader.graders.near.type"),
    (BOTH | {"graders": {"exact": EXACT, "near": NEAR | {"input": None}}}, "grader.graders.near.input"),
    (BOTH | {"calculate_output": "exact + far"}, "grader"),
    (BOTH | {"calculate_output": "__import__('os').system('true')"}, "grader"),
])  # fmt: skip
async def test_a_grader_that_is_wrong_is_named_where_it_is(at_work: Shop, grader: Any, param: str) -> None:
    assert (await refused(at_work, graded(grader))).param == f"{AT}.{param}"


@pytest.mark.parametrize(("more", "param"), [
    ({"hyperparameters": {"eval_interval": 5}}, "hyperparameters.eval_interval"),
    ({"hyperparameters": {"eval_samples": 2}}, "hyperparameters.eval_samples"),
    ({"hyperparameters": {"reasoning_effort": "high"}}, "hyperparameters.reasoning_effort"),
    ({"hyperparameters": {"compute_multiplier": 5}}, "hyperparameters.compute_multiplier"),
    ({"hyperparameters": {"batch_size": 33}}, "hyperparameters.batch_size"),
    ({"hyperparameters": {"beta": 0.1}}, "hyperparameters.beta"),
    ({"response_format": {"type": "json_schema"}}, "response_format"),
    ({"seed": 1}, "seed"),
])  # fmt: skip
async def test_what_cannot_be_honoured_is_refused(at_work: Shop, more: dict[str, Any], param: str) -> None:
    assert (await refused(at_work, graded(EXACT, **more))).param == f"{AT}.{param}"


async def test_nothing_is_measured_on_a_validation_file(at_work: Shop) -> None:
    file_id = await at_work.uploaded(questions())
    with pytest.raises(openai.BadRequestError, match="with reinforcement") as caught:
        await at_work.created(training_file=file_id, validation_file=file_id, method=graded(EXACT))
    assert (caught.value.param, caught.value.code) == ("validation_file", "unsupported_parameter")


async def test_a_line_without_what_the_grader_needs_is_named(at_work: Shop) -> None:
    error = await refused(at_work, graded(EXACT), questions() + b'\n{"messages": [{"role": "user", "content": "a"}]}')
    assert error.param == "training_file"
    assert "Line 4 of 'examples.jsonl': the grader needs 'item.answer'" in error.message


async def test_broken_lines_are_named(at_work: Shop) -> None:
    error = await refused(at_work, graded(EXACT), questions() + b'\n\n{"messages": ')
    assert "Line 5 of 'examples.jsonl': it isn't JSON" in error.message


async def test_a_grader_that_needs_no_item_takes_lines_without_one(at_work: Shop) -> None:
    line = b'{"messages": [{"role": "user", "content": "Say yes."}]}'
    grader = EXACT | {"reference": "yes", "operation": "ilike"}
    job_id = await at_work.created(training_file=await at_work.uploaded(line), method=graded(grader))
    assert (await at_work.over(job_id)).status == "succeeded"
