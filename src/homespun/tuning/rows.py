"""Rows of jobs and their events, within a unit of work that somebody else has begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import NotFound
from homespun.learning.grading import Grader

from .tables import TuningEventRow, TuningJobRow
from .values import Failure, JobEvent, JobState, Numbers, TuningJob, TuningMethod


async def owned(session: AsyncSession, owner_id: str, job_id: str) -> TuningJobRow:
    """Raises `NotFound`, too for a job of somebody else."""
    row = await session.get(TuningJobRow, job_id)
    if row is None or row.owner_id != owner_id:
        raise NotFound(f"There is no fine-tuning job {job_id[:100]!r} of yours. GET /v1/fine_tuning/jobs lists them.")
    return row


def tell(session: AsyncSession, job_id: str, message: str, at: datetime, *, level: str = "info", **data: Any) -> None:
    """Writes down what happened to a job."""
    session.add(TuningEventRow(job_id=job_id, level=level, message=message, data=data, at=at))


def job(row: TuningJobRow) -> TuningJob:
    """As it crosses the border."""
    failure: Mapping[str, str] | None = row.failure
    return TuningJob(
        id=row.id,
        owner_id=row.owner_id,
        name=row.name,
        model=row.model,
        file_id=row.file_id,
        file_digest=row.file_digest,
        validation_file_id=row.validation_file_id,
        validation_digest=row.validation_digest,
        method=TuningMethod(row.method),
        numbers=Numbers(**row.numbers),
        grader=msgspec.convert(row.grader, Grader) if row.grader else None,
        seed=row.seed,
        suffix=row.suffix,
        notes=row.notes,
        state=JobState(row.state),
        failure=Failure(**failure) if failure else None,
        release_id=row.release_id,
        step=row.step,
        steps=row.steps,
        loss=row.loss,
        reward=row.reward,
        valid_loss=row.valid_loss,
        created_at=row.created_at,
        finished_at=row.finished_at,
        estimated_finish_at=row.estimated_finish_at,
    )


def event(row: TuningEventRow) -> JobEvent:
    """As it crosses the border."""
    return JobEvent(row.number, row.level, row.message, row.data, row.at)
