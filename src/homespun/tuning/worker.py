"""Works on jobs, one at a time, in one server process of a machine: that which holds the lock.

The kernel lets the lock go when a process dies; another one takes it, and the job that was cut off goes on.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from homespun.core.errors import HomespunError
from homespun.learning.progress import Progress
from homespun.learning.taking import taken
from homespun.releases import Release

from .files import Files
from .tuning import HasToWait, Tuning
from .values import ACTIVE, JobState, TuningJob
from .work_book import WorkBook

logger = logging.getLogger(__name__)


class Worker:
    """Takes jobs from the book while it runs."""

    def __init__(self, book: WorkBook, tuning: Tuning, files: Files, lock: Path, *, look_every_s: float = 2.0) -> None:
        """`look_every_s`: how soon a new job is seen, and that one was paused or cancelled."""
        self._book = book
        self._tuning = tuning
        self._files = files
        self._lock = lock
        self._look_every_s = look_every_s
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Something about jobs has changed in this process: it is looked at once."""
        self._nudged.set()

    async def run(self) -> None:
        """Without end. Cancelled, it ends the training; the next worker goes on with it."""
        self._files.tidy()
        while True:
            try:
                with taken(self._lock) as is_alone:
                    if is_alone:
                        await self._work_off()
            except Exception:  # a database that is away comes back
                logger.warning("Fine-tuning jobs can't be worked on at present", exc_info=True)
            await self._wait()

    async def _work_off(self) -> None:
        """All jobs that can be done now."""
        goes_on = True
        while goes_on:
            await self._sweep()
            job = await self._book.next(self._tuning.is_here)
            goes_on = job is not None and await self._work(job)

    async def _work(self, job: TuningJob) -> bool:
        """False: it has to wait, since another model is being trained."""
        try:
            release = await self._tuned(job)
        except HasToWait as reason:
            await self._book.waits(job.id, str(reason))
            return False
        except HomespunError as error:
            await self._book.failed(job.id, error)
        except Exception:
            logger.exception("The fine-tuning job %s failed for a reason nobody foresaw", job.id)
            await self._book.failed(job.id, HomespunError())
        else:
            if release:
                await self._book.succeeded(job.id, release.id)
        return True

    async def _tuned(self, job: TuningJob) -> Release | None:
        """None where its owner has taken it out of work meanwhile."""
        told: list[Progress] = []
        tuning = asyncio.create_task(self._tuning.tune(job, told.append))
        try:
            while not tuning.done():
                await self._wait(tuning)
                await self._write_down(job, told)
                if await self._book.state(job.id) is not JobState.RUNNING:
                    return None
            return tuning.result()
        finally:
            tuning.cancel()
            await asyncio.wait({tuning})

    async def _wait(self, *work: asyncio.Task[Release]) -> None:
        """Until work is done, somebody nudges, or it is time to look again."""
        nudged = asyncio.create_task(self._nudged.wait())
        try:
            await asyncio.wait({nudged, *work}, timeout=self._look_every_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudged.cancel()
        self._nudged.clear()

    async def _write_down(self, job: TuningJob, told: list[Progress]) -> None:
        lines, told[:] = tuple(told), ()
        if lines:
            await self._book.progressed(job.id, lines)

    async def _sweep(self) -> None:
        """Takes away what is left of jobs that are over, whoever ended them."""
        for job_id in self._tuning.begun():
            state = await self._book.state(job_id)
            if state not in ACTIVE:
                await asyncio.to_thread(self._tuning.clear, job_id, keep_log=state is JobState.FAILED)
