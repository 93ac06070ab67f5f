"""Fine-tuning jobs as who works on them sees them: which is next, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import HomespunError
from homespun.learning.progress import Phase, Progress, Stepped
from homespun.store import Store

from . import rows
from .tables import TuningEventRow, TuningJobRow
from .values import JobState, TuningJob


class WorkBook:
    """What is written down of work on jobs. Nothing is, once a job's owner has taken it out of work."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def next(self, is_ours: Callable[[TuningJob], bool]) -> TuningJob | None:
        """The job to work on: one that was cut off, or the oldest that waits, which runs from now on.

        `is_ours` tells whether what the job needs lies here, and not on another machine.
        """
        unfinished = select(TuningJobRow).where(TuningJobRow.state.in_((JobState.RUNNING, JobState.QUEUED)))
        async with self._store.read() as session:
            found = [rows.job(row) for row in await session.scalars(unfinished.order_by(TuningJobRow.id))]
        ours = [job for job in found if is_ours(job)]
        for job in sorted(ours, key=lambda job: job.state is not JobState.RUNNING):
            if await self._begun(job):
                return job
        return None

    async def state(self, job_id: str) -> JobState | None:
        """As it is now; None: there is no such job."""
        async with self._store.read() as session:
            state = await session.scalar(select(TuningJobRow.state).where(TuningJobRow.id == job_id))
            return JobState(state) if state else None

    async def progressed(self, job_id: str, lines: Iterable[Progress]) -> None:
        """The training has told something."""
        async with self._store.write() as session:
            if row := await _running(session, job_id):
                for line in lines:
                    self._note(session, row, line)

    async def warn(self, job_id: str, message: str) -> None:
        """Something that the owner should know."""
        async with self._store.write() as session:
            rows.tell(session, job_id, message, self._clock.now(), level="warn")

    async def succeeded(self, job_id: str, release_id: str) -> None:
        """Its model answers from now on."""
        async with self._store.write() as session:
            if row := await _running(session, job_id):
                self._end(row, JobState.SUCCEEDED)
                row.release_id = release_id
                rows.tell(session, job_id, f"The job is done. Its model is {row.name}.", self._clock.now())

    async def failed(self, job_id: str, error: HomespunError) -> None:
        """It came to no model."""
        async with self._store.write() as session:
            if row := await _running(session, job_id):
                self._end(row, JobState.FAILED)
                row.failure = {"code": error.code, "message": error.message}
                rows.tell(session, job_id, error.message, self._clock.now(), level="error")

    async def waits(self, job_id: str, why: str) -> None:
        """It goes back to the queue; why is said once."""
        told = f"The job waits. {why}"
        last = select(TuningEventRow.message).where(TuningEventRow.job_id == job_id)
        async with self._store.write() as session:
            if row := await _running(session, job_id):
                row.state = JobState.QUEUED
                if await session.scalar(last.order_by(TuningEventRow.number.desc()).limit(1)) != told:
                    rows.tell(session, job_id, told, self._clock.now())

    async def _begun(self, job: TuningJob) -> bool:
        """False where another process was first."""
        if job.state is JobState.RUNNING:
            return True
        claim = update(TuningJobRow).where(TuningJobRow.id == job.id, TuningJobRow.state == JobState.QUEUED)
        async with self._store.write() as session:
            claimed = await session.execute(claim.values(state=JobState.RUNNING).returning(TuningJobRow.id))
            return claimed.first() is not None

    def _note(self, session: AsyncSession, row: TuningJobRow, line: Progress) -> None:
        now = self._clock.now()
        match line:
            case Phase(words):
                rows.tell(session, row.id, f"The training {words}.", now)
            case Stepped():
                row.step, row.steps, row.loss, row.reward = line.step, line.steps, line.loss, line.reward
                row.valid_loss = row.valid_loss if line.valid_loss is None else line.valid_loss
                row.estimated_finish_at = now + timedelta(seconds=line.remaining_s)
                told, measured = _measured(line)
                rows.tell(session, row.id, told, now, **measured)

    def _end(self, row: TuningJobRow, state: JobState) -> None:
        row.state, row.finished_at, row.estimated_finish_at = state, self._clock.now(), None


def _measured(line: Stepped) -> tuple[str, dict[str, Any]]:
    """In words, and by OpenAI's names. We measure on the whole of a validation file, so its two losses are the same."""
    words = f"Step {line.step}/{line.steps}: training loss={line.loss:.4f}"
    data: dict[str, Any] = {"step": line.step, "total_steps": line.steps, "train_loss": line.loss}
    if line.valid_loss is not None:
        words += f", validation loss={line.valid_loss:.4f}"
        data |= {"valid_loss": line.valid_loss, "full_valid_loss": line.valid_loss}
    if line.reward is not None:
        words += f", mean reward={line.reward:.4f}"
        data["train_mean_reward"] = line.reward
    return words, data


async def _running(session: AsyncSession, job_id: str) -> TuningJobRow | None:
    """The job, unless its owner has paused or cancelled it."""
    running = select(TuningJobRow).where(TuningJobRow.id == job_id, TuningJobRow.state == JobState.RUNNING)
    return await session.scalar(running.with_for_update())
