"""/v1/fine_tuning/jobs, with OpenAI's own client and a workshop that trains nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import openai
import pytest

from homespun.accounts import Role, Scope
from homespun.core.errors import Conflict, TrainingFailed
from homespun.learning.jobs import Method

from .workshops import ScriptedWorkshop, Shop, another, chat_file, shop

PAIR = {
    "input": {"messages": [{"role": "user", "content": "say a"}]},
    "preferred_output": [{"role": "assistant", "content": "a"}],
    "non_preferred_output": [{"role": "assistant", "content": "b"}],
}
HELLO: Any = [{"role": "user", "content": "Hello there"}]


async def messages(at_work: Shop, job_id: str) -> list[str]:
    """What happened to a job, in order."""
    events = [event.message async for event in at_work.sdk.fine_tuning.jobs.list_events(job_id)]
    return events[::-1]


async def test_anonymous_is_turned_away(at_work: Shop) -> None:
    async with at_work.home.client() as client:
        assert (await client.post("/v1/fine_tuning/jobs", json={})).status_code == 401
        assert (await client.get("/v1/fine_tuning/jobs")).status_code == 401


async def test_a_stranger_is_turned_away(at_work: Shop) -> None:
    async with at_work.home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.fine_tuning.jobs.create(model="puppet", training_file="x")
    assert at_work.workshop.jobs == []


async def test_members_may_not_take_the_machine(at_work: Shop) -> None:
    member = await another(at_work.home, Role.MEMBER)
    async with at_work.home.sdk(await at_work.key_of(member)) as sdk:
        with pytest.raises(openai.PermissionDeniedError, match="owners and admins"):
            await sdk.fine_tuning.jobs.create(model="puppet", training_file="x")


async def test_from_a_file_to_answers_by_the_models_name(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created(suffix="manners", metadata={"for": "Anna"}, seed=7))
    assert (job.status, job.error, job.seed, job.metadata) == ("succeeded", None, 7, {"for": "Anna"})
    assert job.finished_at is not None
    name = job.fine_tuned_model or ""
    assert name.startswith("ft:puppet:manners::")
    answer = await at_work.sdk.chat.completions.create(model=name, messages=HELLO)
    assert answer.choices[0].message.content == "Hello there "
    assert answer.model == name
    assert at_work.home.puppet.requests == [], "the release answers, not the model it was made from"
    assert name in [model.id async for model in at_work.sdk.models.list()]
    assert (await at_work.sdk.models.retrieve(name)).owned_by == "user"


async def test_a_stream_has_the_models_name_too(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    name = job.fine_tuned_model or ""
    assert name.startswith("ft:puppet:homespun::")
    stream = await at_work.sdk.chat.completions.create(model=name, messages=HELLO, stream=True)
    assert {chunk.model async for chunk in stream} == {name}
    whole = await at_work.sdk.completions.create(model=name, prompt="Hello")
    assert whole.model == name


async def test_the_model_is_there_for_nobody_else(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    name = job.fine_tuned_model or ""
    async with at_work.home.sdk(await at_work.key_of(await another(at_work.home, Role.OWNER))) as other:
        with pytest.raises(openai.NotFoundError) as caught:
            await other.chat.completions.create(model=name, messages=HELLO)
        assert caught.value.code == "model_not_found"
        assert name not in [model.id async for model in other.models.list()]
        with pytest.raises(openai.NotFoundError):
            await other.models.retrieve(name)


async def test_the_model_is_a_candidate_that_cannot_be_rolled_out(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    releases = at_work.home.house.releases
    made = next(release for release in await releases.all() if release.recipe)
    assert (made.recipe["fine_tuning_job"], made.has_passed, made.state) == (job.id, False, "candidate")
    for step in (releases.promote, releases.begin_rollout):
        with pytest.raises(Conflict, match="has not passed"):
            await step(made.id, by="somebody")


async def test_training_gets_what_was_asked_for(at_work: Shop) -> None:
    hyper: Any = {"n_epochs": 4, "batch_size": 6, "learning_rate_multiplier": 0.5, "beta": 0.3}
    file_id = await at_work.uploaded(json.dumps(PAIR).encode())
    job = await at_work.sdk.fine_tuning.jobs.create(
        model="puppet",
        training_file=file_id,
        seed=3,
        method={"type": "dpo", "dpo": {"hyperparameters": hyper}},
    )
    assert job.method
    assert job.method.dpo
    assert job.method.dpo.hyperparameters
    assert job.method.dpo.hyperparameters.to_dict() == hyper
    await at_work.over(job.id)
    trained = at_work.workshop.jobs[0]
    assert (trained.method, trained.seed) == (Method.DPO, 3)
    numbers = trained.numbers
    assert (numbers.epochs, numbers.batch_size, numbers.micro_batch_size, numbers.beta, numbers.replay) == (
        4, 6, 3, 0.3, 0.0,
    )  # fmt: skip
    assert numbers.learning_rate == pytest.approx(2.5e-5)


async def test_auto_leaves_the_choice_to_us_and_says_what_it_is(at_work: Shop) -> None:
    hyper: Any = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
    job = await at_work.sdk.fine_tuning.jobs.create(
        model="puppet", training_file=await at_work.uploaded(), hyperparameters=hyper
    )
    assert job.hyperparameters.to_dict() == {"n_epochs": 2, "batch_size": 16, "learning_rate_multiplier": 1.0}
    assert job.method is not None
    assert job.method.type == "supervised"


async def test_events_tell_each_step_and_come_page_by_page(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    told = await messages(at_work, job.id)
    assert told[0].startswith("The job was created: 3 examples, 2 epochs.")
    assert told[1:3] == ["Step 1/2: training loss=2.5000", "Step 2/2: training loss=1.2500"]
    assert told[3] == f"The job is done. Its model is {job.fine_tuned_model}."
    paged = [event.message async for event in at_work.sdk.fine_tuning.jobs.list_events(job.id, limit=1)]
    assert paged == told[::-1]
    steps = [event async for event in at_work.sdk.fine_tuning.jobs.list_events(job.id) if event.type == "metrics"]
    assert steps[0].data == {"step": 2, "total_steps": 2, "train_loss": 1.25}


async def test_the_finished_model_is_the_checkpoint(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    made = [one async for one in at_work.sdk.fine_tuning.jobs.checkpoints.list(job.id)]
    assert [one.fine_tuned_model_checkpoint for one in made] == [job.fine_tuned_model]
    assert (made[0].step_number, made[0].metrics.train_loss, made[0].fine_tuning_job_id) == (2, 1.25, job.id)


async def test_what_was_left_out_is_told(at_work: Shop) -> None:
    at_work.workshop.too_long = 3
    job = await at_work.over(await at_work.created())
    assert "3 examples were left out: they are longer than 1024 tokens." in await messages(at_work, job.id)


async def test_a_training_that_fails_says_why(at_work: Shop) -> None:
    at_work.workshop.error = TrainingFailed("Training needs torch, which isn't installed. `make learn` installs it.")
    job = await at_work.over(await at_work.created())
    assert (job.status, job.fine_tuned_model) == ("failed", None)
    assert job.error
    assert (job.error.code, job.error.param) == ("training_failed", None)
    assert "make learn" in job.error.message
    assert [one async for one in at_work.sdk.fine_tuning.jobs.checkpoints.list(job.id)] == []


async def test_the_log_of_a_training_that_failed_stays_and_nothing_else(at_work: Shop) -> None:
    at_work.workshop.error = TrainingFailed("no")
    failed = await at_work.over(await at_work.created())
    at_work.workshop.error = None
    await at_work.over(await at_work.created())
    jobs = at_work.home.data_dir / "tuning" / "jobs"
    assert {path.name for path in jobs.iterdir() if path.name.startswith(failed.id)} == {f"{failed.id}.log"}


async def test_a_job_that_is_cancelled_ends_its_training(at_work: Shop) -> None:
    at_work.workshop.holds = True
    job_id = await at_work.created()
    await at_work.workshop.began.wait()
    cancelled = await at_work.sdk.fine_tuning.jobs.cancel(job_id)
    assert cancelled.status == "cancelled"
    await at_work.workshop.cancelled.wait()
    at_work.workshop.holds = False
    await at_work.over(await at_work.created())
    assert not (at_work.home.data_dir / "tuning" / "jobs" / job_id).exists()
    assert (await at_work.sdk.fine_tuning.jobs.retrieve(job_id)).status == "cancelled"


async def test_a_paused_job_keeps_its_checkpoints_and_goes_on(at_work: Shop) -> None:
    at_work.workshop.holds = True
    job_id = await at_work.created()
    await at_work.workshop.began.wait()
    paused: str = (await at_work.sdk.fine_tuning.jobs.pause(job_id)).status
    assert paused == "paused"
    await at_work.workshop.cancelled.wait()
    assert (at_work.home.data_dir / "tuning" / "jobs" / job_id / "training").exists()
    at_work.workshop.holds = False
    assert (await at_work.sdk.fine_tuning.jobs.resume(job_id)).status in ("queued", "running")
    assert (await at_work.over(job_id)).status == "succeeded"
    first, second = at_work.workshop.jobs
    assert first == second, "the same training, in the same folder"


async def test_jobs_run_one_after_the_other(at_work: Shop) -> None:
    at_work.workshop.holds = True
    first = await at_work.created()
    await at_work.workshop.began.wait()
    second = await at_work.created()
    assert (await at_work.sdk.fine_tuning.jobs.retrieve(second)).status == "queued"
    assert len(at_work.workshop.jobs) == 1
    at_work.workshop.let_go.set()
    assert [(await at_work.over(each)).status for each in (first, second)] == ["succeeded", "succeeded"]


@pytest.mark.parametrize("step", ["cancel", "pause", "resume"])
async def test_a_job_that_is_over_stays_as_it_is(at_work: Shop, step: str) -> None:
    job = await at_work.over(await at_work.created())
    with pytest.raises(openai.ConflictError, match="succeeded"):
        await getattr(at_work.sdk.fine_tuning.jobs, step)(job.id)
    assert (await at_work.sdk.fine_tuning.jobs.retrieve(job.id)).status == "succeeded"


async def test_a_job_waits_while_another_model_is_trained(at_work: Shop) -> None:
    at_work.workshop.error = Conflict("Another model is being trained here.")
    job_id = await at_work.created()
    await at_work.workshop.began.wait()
    async with asyncio.timeout(30):
        while "The job waits. Another model is being trained here." not in await messages(at_work, job_id):
            await asyncio.sleep(0.02)
    at_work.workshop.error = None
    assert (await at_work.over(job_id)).status == "succeeded"
    assert sum(told.startswith("The job waits.") for told in await messages(at_work, job_id)) == 1


async def test_a_job_that_was_cut_off_goes_on_after_a_restart(tmp_path: Path, migrated: Path) -> None:
    holding, second = ScriptedWorkshop(holds=True), ScriptedWorkshop()
    async with shop(tmp_path / "data", migrated, holding) as before:
        job_id = await before.created()
        await holding.began.wait()
        await before.over(job_id, "running")
    assert holding.cancelled.is_set()
    async with shop(tmp_path / "data", None, second) as after:
        assert (await after.over(job_id)).status == "succeeded"
    assert second.jobs == holding.jobs


async def test_jobs_are_listed_page_by_page_and_by_metadata(at_work: Shop) -> None:
    made = [await at_work.created(metadata={"n": str(n)}) for n in range(3)]
    assert [job.id async for job in at_work.sdk.fine_tuning.jobs.list(limit=1)] == made[::-1]
    assert [job.id async for job in at_work.sdk.fine_tuning.jobs.list(metadata={"n": "1"})] == made[1:2]


async def test_nobody_else_sees_or_moves_a_job(at_work: Shop) -> None:
    at_work.workshop.holds = True
    mine = await at_work.created()
    async with at_work.home.sdk(await at_work.key_of(await another(at_work.home, Role.OWNER))) as other:
        jobs = other.fine_tuning.jobs
        assert [job async for job in jobs.list()] == []
        for call in (jobs.retrieve, jobs.cancel, jobs.pause, jobs.resume, jobs.list_events, jobs.checkpoints.list):
            with pytest.raises(openai.NotFoundError):
                await call(mine)
        theirs = await at_work.uploaded()
        with pytest.raises(openai.BadRequestError) as caught:
            await jobs.create(model="puppet", training_file=theirs)
    assert caught.value.param == "training_file"
    assert (await at_work.sdk.fine_tuning.jobs.retrieve(mine)).status in ("queued", "running")


async def test_a_job_that_is_asked_for_again_is_made_once(at_work: Shop) -> None:
    again, file_id = {"idempotency-key": str(uuid4())}, await at_work.uploaded()
    asked: dict[str, Any] = {"model": "puppet", "training_file": file_id, "extra_headers": again}
    first = await at_work.sdk.fine_tuning.jobs.create(**asked)
    second = await at_work.sdk.fine_tuning.jobs.create(**asked)
    assert second == first
    with pytest.raises(openai.ConflictError):
        await at_work.sdk.fine_tuning.jobs.create(**asked | {"seed": 5})
    assert len([job async for job in at_work.sdk.fine_tuning.jobs.list()]) == 1


@pytest.mark.parametrize(("more", "param"), [
    ({"model": "gpt-4o-mini"}, "model"),
    ({"training_file": "file_unknown"}, "training_file"),
    ({"validation_file": "file_unknown"}, "validation_file"),
    ({"validation_file": 5}, "validation_file"),
    ({"integrations": [{"type": "wandb", "wandb": {"project": "p"}}]}, "integrations"),
    ({"suffix": "a b"}, "suffix"),
    ({"suffix": "a" * 65}, "suffix"),
    ({"seed": -1}, "seed"),
    ({"seed": 2**31}, "seed"),
    ({"metadata": {"k": 5}}, "metadata[...]"),
    ({"nonsense": 5}, "nonsense"),
    ({"method": {"type": "magic"}}, "method.type"),
    ({"method": {"type": "reinforcement"}}, "method.reinforcement"),
    ({"method": {"type": "reinforcement", "reinforcement": {}}}, "method.reinforcement.grader"),
    ({"method": {"type": "supervised", "reinforcement": {"grader": {}}}}, "method.reinforcement"),
    ({"method": {"type": "supervised", "dpo": {}}}, "method.dpo"),
    ({"method": {"type": "supervised", "supervised": {"hyperparameters": {"beta": 0.1}}}},
     "method.supervised.hyperparameters.beta"),
    ({"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0}}}}, "method.dpo.hyperparameters.beta"),
    ({"hyperparameters": {"n_epochs": 0}}, "hyperparameters.n_epochs"),
    ({"hyperparameters": {"n_epochs": 1}, "method": {"type": "dpo"}}, "hyperparameters"),
])  # fmt: skip
async def test_what_cannot_be_honoured_is_refused_by_its_name(at_work: Shop, more: dict[str, Any], param: str) -> None:
    asked = {"model": "puppet", "training_file": await at_work.uploaded()} | more
    async with at_work.home.client() as client:
        headers = {"authorization": f"Bearer {at_work.key}"}
        refused = await client.post("/v1/fine_tuning/jobs", headers=headers, json=asked)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param), refused.text
    assert at_work.workshop.jobs == []


async def test_a_line_that_is_wrong_is_named_before_anything_is_trained(at_work: Shop) -> None:
    file_id = await at_work.uploaded(chat_file() + b'\n\n{"messages": []}')
    with pytest.raises(openai.BadRequestError, match=r"Line 5 of 'examples\.jsonl'") as caught:
        await at_work.sdk.fine_tuning.jobs.create(model="puppet", training_file=file_id)
    assert caught.value.param == "training_file"
    assert [job async for job in at_work.sdk.fine_tuning.jobs.list()] == []


async def test_a_key_without_the_scope_asks_its_owners_model_all_the_same(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    async with at_work.home.sdk(await at_work.key_of(await at_work.home.person(), Scope.CHAT)) as chatting:
        answer = await chatting.chat.completions.create(model=job.fine_tuned_model or "", messages=HELLO)
    assert answer.model == job.fine_tuned_model
