"""Files and jobs in OpenAI's JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from homespun.tuning import JobEvent, JobState, TuningJob, TuningMethod, UploadedFile

Json = dict[str, Any]
Pieces = AsyncIterator[bytes]


def page(items: Sequence[Json], *, has_more: bool) -> Json:
    """A part of a list."""
    ids = {"first_id": items[0]["id"], "last_id": items[-1]["id"]} if items else {"first_id": None, "last_id": None}
    return {"object": "list", "data": items, "has_more": has_more, **ids}


def file(one: UploadedFile) -> Json:
    """`file`."""
    return {
        "id": one.id,
        "object": "file",
        "bytes": one.size_bytes,
        "created_at": _seconds(one.created_at),
        "filename": one.name,
        "purpose": one.purpose,
        "status": "processed",
        "status_details": None,
    }


def job(one: TuningJob) -> Json:
    """`fine_tuning.job`. The hyperparameters are those in effect."""
    error = {"code": one.failure.code, "message": one.failure.message, "param": None} if one.failure else None
    numbers = _numbers(one)
    return {
        "id": one.id,
        "object": "fine_tuning.job",
        "created_at": _seconds(one.created_at),
        "estimated_finish": _seconds(one.estimated_finish_at),
        "finished_at": _seconds(one.finished_at),
        "error": error,
        "fine_tuned_model": one.name if one.state is JobState.SUCCEEDED else None,
        "hyperparameters": numbers,
        "integrations": [],
        "metadata": dict(one.notes),
        "method": {"type": one.method, one.method.value: _grader(one) | {"hyperparameters": numbers | _more(one)}},
        "model": one.model,
        "organization_id": "homespun",
        "result_files": [],
        "seed": one.seed,
        "status": one.state,
        "trained_tokens": None,
        "training_file": one.file_id,
        "user_provided_suffix": one.suffix,
        "validation_file": one.validation_file_id,
    }


def event(one: JobEvent) -> Json:
    """`fine_tuning.job.event`."""
    return {
        "id": one.id,
        "object": "fine_tuning.job.event",
        "created_at": _seconds(one.at),
        "level": one.level,
        "message": one.message,
        "type": "metrics" if one.data else "message",
        "data": dict(one.data),
    }


def checkpoints(one: TuningJob) -> list[Json]:
    """`fine_tuning.job.checkpoint`: the finished model. Those before can be trained on, but not asked."""
    if one.state is not JobState.SUCCEEDED:
        return []
    return [
        {
            "id": f"ftckpt_{one.id.rpartition('_')[2]}",
            "object": "fine_tuning.job.checkpoint",
            "created_at": _seconds(one.finished_at),
            "fine_tuned_model_checkpoint": one.name,
            "fine_tuning_job_id": one.id,
            "metrics": {"step": one.step, "train_loss": one.loss} | _measured(one),
            "step_number": one.step,
        }
    ]


def _numbers(one: TuningJob) -> Json:
    """Those that all methods have, and dpo's own."""
    hyper = one.numbers.for_training(one.method)
    beta = {"beta": hyper.beta} if one.method is TuningMethod.DPO else {}
    answers = hyper.generations if one.method is TuningMethod.REINFORCEMENT else 1
    return {
        "n_epochs": hyper.epochs,
        "batch_size": hyper.batch_size // answers,
        "learning_rate_multiplier": one.numbers.learning_rate_multiplier or 1.0,
        **beta,
    }


def _more(one: TuningJob) -> Json:
    """What reinforcement has beside."""
    if one.method is not TuningMethod.REINFORCEMENT:
        return {}
    usual = {"eval_interval": "auto", "eval_samples": "auto", "reasoning_effort": "default"}
    return {"compute_multiplier": one.numbers.compute_multiplier or 1.0, **usual}


def _grader(one: TuningJob) -> Json:
    return {"grader": msgspec.to_builtins(one.grader)} if one.grader else {}


def _measured(one: TuningJob) -> Json:
    losses = {} if one.valid_loss is None else {"valid_loss": one.valid_loss, "full_valid_loss": one.valid_loss}
    return losses | ({} if one.reward is None else {"train_mean_reward": one.reward})


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None
