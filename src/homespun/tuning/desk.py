"""Fine-tuning as a whole: where files and jobs are handed in, and what works on them while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from homespun.core.clock import Clock
from homespun.releases import Releases
from homespun.store import Store

from .files import Files
from .jobs import Jobs
from .settings import Settings
from .tuning import Tuning
from .work_book import WorkBook
from .worker import Worker
from .workshop import Workshop


class Desk:
    """Fine-tuning of one installation.

    <folder>/
      files/<digest>   what was uploaded
      jobs/<id>/       labels and checkpoints of a job that is worked on
      worker.lock      held by the process that works
    """

    def __init__(
        self, store: Store, clock: Clock, releases: Releases, workshop: Workshop, folder: Path, settings: Settings
    ) -> None:
        self.settings = settings
        self.files = Files(store, clock, folder / "files", settings)
        book = WorkBook(store, clock)
        tuning = Tuning(workshop, releases, self.files, folder / "jobs", book.warn)
        self._worker = Worker(book, tuning, self.files, folder / "worker.lock")
        self.jobs = Jobs(store, clock, self.files, model=releases.model, nudge=self._worker.nudge)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While the block runs, jobs are worked on. At its end a training is cut; it goes on at the next start."""
        work = asyncio.create_task(self._worker.run())
        try:
            yield
        finally:
            work.cancel()
            await asyncio.wait({work})
