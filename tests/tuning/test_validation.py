"""Jobs with a validation file, with OpenAI's own client: what is measured on it, and whose it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from homespun.accounts import Role
from homespun.learning.progress import Stepped

from .workshops import ScriptedWorkshop, Shop, another, chat_file, shop

MEASURED = (
    Stepped(1, 4, 2.5, 10.0, 60.0),
    Stepped(2, 4, 2.25, 10.0, 40.0, valid_loss=2.375),
    Stepped(3, 4, 2.0, 10.0, 20.0),
    Stepped(4, 4, 1.75, 10.0, 0.0, valid_loss=2.125),
)


async def measured(at_work: Shop, **more: Any) -> str:
    """A job that is measured on a file of its own."""
    at_work.workshop.told = MEASURED
    return await at_work.created(validation_file=await at_work.uploaded(chat_file(2)), **more)


async def test_training_gets_both_files(at_work: Shop) -> None:
    job = await at_work.over(await measured(at_work))
    assert job.status == "succeeded"
    training, validation = at_work.workshop.labelled
    assert training.read_bytes() == chat_file(3)
    assert validation.read_bytes() == chat_file(2)
    (trained,) = at_work.workshop.jobs
    assert trained.snapshot.name == f"snapshot_of_{training.name}"
    assert trained.validation
    assert trained.validation.name == f"snapshot_of_{validation.name}"
    assert (await at_work.sdk.files.retrieve(job.validation_file or "")).bytes == len(chat_file(2))


async def test_without_one_nothing_is_measured(at_work: Shop) -> None:
    job = await at_work.over(await at_work.created())
    assert job.validation_file is None
    assert at_work.workshop.jobs[0].validation is None
    (made,) = [one async for one in at_work.sdk.fine_tuning.jobs.checkpoints.list(job.id)]
    assert (made.metrics.valid_loss, made.metrics.full_valid_loss) == (None, None)


async def test_events_and_checkpoint_tell_the_loss_on_it(at_work: Shop) -> None:
    job_id = await measured(at_work)
    await at_work.over(job_id)
    events = [one async for one in at_work.sdk.fine_tuning.jobs.list_events(job_id) if one.type == "metrics"]
    assert events[0].message == "Step 4/4: training loss=1.7500, validation loss=2.1250"
    losses = {"valid_loss": 2.125, "full_valid_loss": 2.125}
    assert events[0].data == {"step": 4, "total_steps": 4, "train_loss": 1.75} | losses
    assert events[1].data == {"step": 3, "total_steps": 4, "train_loss": 2.0}
    (made,) = [one async for one in at_work.sdk.fine_tuning.jobs.checkpoints.list(job_id)]
    assert made.metrics.to_dict() == {"step": 4, "train_loss": 1.75} | losses


async def test_a_line_of_it_that_is_wrong_is_named(at_work: Shop) -> None:
    validation = await at_work.uploaded(chat_file(2) + b'\n{"messages": []}')
    with pytest.raises(openai.BadRequestError, match=r"Line 3 of 'examples\.jsonl'") as caught:
        await at_work.created(validation_file=validation)
    assert caught.value.param == "validation_file"
    assert at_work.workshop.jobs == []


async def test_its_lines_are_of_the_jobs_method(at_work: Shop) -> None:
    said = [{"role": "user", "content": "say a"}]
    pair = {
        "input": {"messages": said},
        "preferred_output": [{"role": "assistant", "content": "a"}],
        "non_preferred_output": [{"role": "assistant", "content": "b"}],
    }
    pairs = await at_work.uploaded(json.dumps(pair).encode())
    job = await at_work.over(await at_work.created(training_file=pairs, validation_file=pairs, method={"type": "dpo"}))
    assert job.status == "succeeded"
    with pytest.raises(openai.BadRequestError) as caught:
        await at_work.created(training_file=pairs, validation_file=await at_work.uploaded(), method={"type": "dpo"})
    assert caught.value.param == "validation_file"


async def test_somebody_elses_is_none(at_work: Shop) -> None:
    async with at_work.home.sdk(await at_work.key_of(await another(at_work.home, Role.OWNER))) as other:
        theirs = await other.files.create(file=("theirs.jsonl", chat_file()), purpose="fine-tune")
    with pytest.raises(openai.BadRequestError, match="no file") as caught:
        await at_work.created(validation_file=theirs.id)
    assert caught.value.param == "validation_file"


async def test_it_stays_as_long_as_its_job_needs_it(at_work: Shop) -> None:
    at_work.workshop.holds = True
    job_id = await measured(at_work)
    job = await at_work.sdk.fine_tuning.jobs.retrieve(job_id)
    with pytest.raises(openai.ConflictError, match=job_id):
        await at_work.sdk.files.delete(job.validation_file or "")
    at_work.workshop.let_go.set()
    await at_work.over(job_id)
    assert (await at_work.sdk.files.delete(job.validation_file or "")).deleted


async def test_what_of_it_was_left_out_is_told(at_work: Shop) -> None:
    at_work.workshop.unmeasured = 2
    job_id = await measured(at_work)
    await at_work.over(job_id)
    told = [event.message async for event in at_work.sdk.fine_tuning.jobs.list_events(job_id)]
    assert "2 examples of the validation file were left out: they are longer than 1024 tokens." in told


async def test_a_job_goes_on_with_it_after_a_restart(tmp_path: Path, migrated: Path) -> None:
    holding, second = ScriptedWorkshop(holds=True), ScriptedWorkshop()
    async with shop(tmp_path / "data", migrated, holding) as before:
        job_id = await measured(before)
        await holding.began.wait()
        await before.over(job_id, "running")
    async with shop(tmp_path / "data", None, second) as after:
        assert (await after.over(job_id)).status == "succeeded"
    assert second.jobs == holding.jobs
    assert second.jobs[0].validation
