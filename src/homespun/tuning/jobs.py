"""Fine-tuning jobs as their owners see them: made, looked at, held, let go on, cancelled. Only owners see theirs."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import asdict

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.ids import new_id
from homespun.store import Store

from . import rows
from .examples import check_examples
from .files import Files
from .tables import TuningEventRow, TuningJobRow
from .values import FROM, JobEvent, JobState, NewJob, Page, TuningJob, UploadedFile, model_name

_SEEDS = 2**31
_TOLD = {
    JobState.CANCELLED: "The job was cancelled.",
    JobState.PAUSED: "The job is paused. It goes on from its last checkpoint when it is resumed.",
    JobState.QUEUED: "The job was resumed and waits for its turn.",
}


class Jobs:
    """All fine-tuning jobs of an installation, whichever process of it is asked."""

    def __init__(self, store: Store, clock: Clock, files: Files, *, model: str, nudge: Callable[[], None]) -> None:
        """`model` is the one that can be fine-tuned; `nudge` has whoever works on jobs look at them."""
        self._store = store
        self._clock = clock
        self._files = files
        self._model = model
        self._nudge = nudge

    async def create(self, owner_id: str, new: NewJob) -> TuningJob:
        """Takes a job on, once its files are read and found good.

        Raises `Invalid` for a model that can't be fine-tuned, a file that isn't there, and the first line that is
        wrong.
        """
        if new.model != self._model:
            raise Invalid(
                f"The model {new.model[:100]!r} can't be fine-tuned here; {self._model!r} can.", param="model"
            )
        file, count = await self._checked(owner_id, new.training_file, new, param="training_file")
        validation: UploadedFile | None = None
        if new.validation_file:
            validation, _ = await self._checked(owner_id, new.validation_file, new, param="validation_file")
        numbers = new.numbers.for_training(new.method)
        now, job_id = self._clock.now(), new_id("ftjob")
        row = TuningJobRow(
            id=job_id,
            owner_id=owner_id,
            name=model_name(new.model, new.suffix, job_id),
            model=new.model,
            file_id=file.id,
            file_digest=file.digest,
            validation_file_id=validation.id if validation else None,
            validation_digest=validation.digest if validation else None,
            method=new.method,
            numbers=asdict(new.numbers),
            grader=msgspec.to_builtins(new.grader),
            seed=secrets.randbelow(_SEEDS) if new.seed is None else new.seed,
            suffix=new.suffix,
            notes=dict(new.notes),
            state=JobState.QUEUED,
            step=0,
            steps=0,
            created_at=now,
        )
        async with self._store.write() as session:
            for held in filter(None, (file, validation)):
                await self._files.hold(session, owner_id, held.id)
            session.add(row)
            await session.flush()
            told = f"The job was created: {count} examples, {numbers.epochs} epochs. It waits for its turn."
            rows.tell(session, job_id, told, now)
        self._nudge()
        return rows.job(row)

    async def page(
        self, owner_id: str, *, after: str | None = None, limit: int, notes: dict[str, str] | None = None
    ) -> Page[TuningJob]:
        """Somebody's jobs, the newest first."""
        wanted = [TuningJobRow.owner_id == owner_id]
        wanted += [TuningJobRow.id < after] if after else []
        wanted += [TuningJobRow.notes[key].as_string() == value for key, value in (notes or {}).items()]
        query = select(TuningJobRow).where(*wanted).order_by(TuningJobRow.id.desc()).limit(limit + 1)
        async with self._store.read() as session:
            jobs = tuple(map(rows.job, await session.scalars(query)))
        return Page(jobs[:limit], len(jobs) > limit)

    async def one(self, owner_id: str, job_id: str) -> TuningJob:
        """Raises `NotFound`, too for a job of somebody else."""
        async with self._store.read() as session:
            return rows.job(await rows.owned(session, owner_id, job_id))

    async def cancel(self, owner_id: str, job_id: str) -> TuningJob:
        """No model will come of it. Raises `NotFound`, and `Conflict` for a job that is over."""
        return await self._moved(owner_id, job_id, JobState.CANCELLED)

    async def pause(self, owner_id: str, job_id: str) -> TuningJob:
        """Its training ends, and what was learned up to the last checkpoint stays. Raises as `cancel` does."""
        return await self._moved(owner_id, job_id, JobState.PAUSED)

    async def resume(self, owner_id: str, job_id: str) -> TuningJob:
        """It waits for its turn again. Raises as `cancel` does, and `Conflict` for a job that isn't paused."""
        return await self._moved(owner_id, job_id, JobState.QUEUED)

    async def events(self, owner_id: str, job_id: str, *, after: int | None = None, limit: int) -> Page[JobEvent]:
        """What happened to it, the last first; `after` is the number of an event. Raises `NotFound`."""
        wanted = [TuningEventRow.job_id == job_id]
        wanted += [TuningEventRow.number < after] if after is not None else []
        query = select(TuningEventRow).where(*wanted).order_by(TuningEventRow.number.desc()).limit(limit + 1)
        async with self._store.read() as session:
            await rows.owned(session, owner_id, job_id)
            events = tuple(map(rows.event, await session.scalars(query)))
        return Page(events[:limit], len(events) > limit)

    async def models(self, owner_id: str) -> tuple[TuningJob, ...]:
        """Somebody's jobs whose models answer, the oldest first."""
        query = select(TuningJobRow).where(TuningJobRow.owner_id == owner_id, TuningJobRow.state == JobState.SUCCEEDED)
        async with self._store.read() as session:
            return tuple(map(rows.job, await session.scalars(query.order_by(TuningJobRow.id))))

    async def of_model(self, owner_id: str, name: str) -> TuningJob | None:
        """The job that made the model with this name, if it is this person's and the model answers."""
        query = select(TuningJobRow).where(
            TuningJobRow.name == name, TuningJobRow.owner_id == owner_id, TuningJobRow.state == JobState.SUCCEEDED
        )
        async with self._store.read() as session:
            row = await session.scalar(query)
            return rows.job(row) if row else None

    async def _checked(self, owner_id: str, file_id: str, new: NewJob, *, param: str) -> tuple[UploadedFile, int]:
        """A file, and how many examples are in it. Raises `Invalid` with this `param`."""
        try:
            file = await self._files.one(owner_id, file_id)
        except NotFound as error:
            raise Invalid(error.message, param=param) from None
        count = await asyncio.to_thread(
            check_examples,
            self._files.path(file.digest),
            new.method,
            name=f"{file.name!r}",
            needed=new.grader.paths if new.grader else (),
            param=param,
        )
        return file, count

    async def _moved(self, owner_id: str, job_id: str, to: JobState) -> TuningJob:
        async with self._store.write() as session:
            row = await rows.owned(session, owner_id, job_id)
            await _lock(session, row)
            if row.state not in FROM[to]:
                raise Conflict(f"The job is {row.state}, so it can't become {to.value}.")
            row.state = to
            row.estimated_finish_at = None
            if to is JobState.CANCELLED:
                row.finished_at = self._clock.now()
            rows.tell(session, job_id, _TOLD[to], self._clock.now())
        self._nudge()
        return rows.job(row)


async def _lock(session: AsyncSession, row: TuningJobRow) -> None:
    """Nobody else moves the job until the unit of work ends."""
    await session.refresh(row, with_for_update=True)
