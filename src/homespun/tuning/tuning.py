"""One job from its file to its model: label -> base -> train -> register. Read it top to bottom.

Each step's result is a folder named by what went into it, so that a job that was cut off goes on where it was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from homespun.core.errors import Conflict
from homespun.learning.jobs import Trained, TrainingJob
from homespun.learning.progress import OnProgress
from homespun.releases import Release, Releases

from .files import Files
from .values import JobState, TuningJob
from .workshop import Pinned, Workshop

_CARD = {"passed": False, "why": "It was fine-tuned for its owner, who alone may ask it. Nobody has examined it."}
"""A release that was not examined is never rolled out."""

_OMISSIONS = {
    "examples_too_long": "examples",
    "validation_examples_too_long": "examples of the validation file",
}
"""What a training's report counts, in words."""

Warn = Callable[[str, str], Awaitable[None]]


class HasToWait(Exception):
    """The machine trains something else just now; its words say what."""


class Tuning:
    """Works on jobs. Cancelled, it leaves what is needed to go on."""

    def __init__(self, workshop: Workshop, releases: Releases, files: Files, folder: Path, warn: Warn) -> None:
        """`folder` holds a folder for each job that is worked on; `warn` tells a job's owner something."""
        self._workshop = workshop
        self._releases = releases
        self._files = files
        self._folder = folder
        self._warn = warn

    async def tune(self, job: TuningJob, on_progress: OnProgress) -> Release:
        """The job's model, as a release. Raises `HasToWait`, and `TrainingFailed` or what else speaks against it."""
        folder = self.folder(job.id)
        folder.mkdir(parents=True, exist_ok=True)
        snapshot = await self._workshop.label(self._files.path(job.file_digest), job.method, folder)
        validation: Pinned | None = None
        if job.validation_digest:
            validation = await self._workshop.label(self._files.path(job.validation_digest), job.method, folder)
        base = await self._workshop.base()
        try:
            trained = await self._workshop.train(self._training(job, snapshot, validation, base), on_progress)
        except Conflict as error:
            raise HasToWait(error.message) from None
        await self._tell_of_omissions(job, trained)
        return await self._register(job, snapshot, base, trained)

    def folder(self, job_id: str) -> Path:
        """Where a job's checkpoints lie, while it is worked on."""
        return self._folder / job_id

    def is_here(self, job: TuningJob) -> bool:
        """Whether it is this machine's to work on: it has begun here, or what it needs lies here."""
        if job.state is JobState.RUNNING:
            return self.folder(job.id).exists()
        return all(self._files.path(digest).exists() for digest in job.digests)

    def begun(self) -> tuple[str, ...]:
        """The ids of all jobs of which something lies here."""
        return tuple(path.name for path in self._folder.glob("*") if path.is_dir())

    def clear(self, job_id: str, *, keep_log: bool) -> None:
        """Takes away what lies here of a job that is over; its log may say why it failed."""
        log = self.folder(job_id) / "training" / "training.log"
        if keep_log and log.exists():
            shutil.move(log, self._folder / f"{job_id}.log")
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def _training(self, job: TuningJob, snapshot: Pinned, validation: Pinned | None, base: Pinned) -> TrainingJob:
        return TrainingJob(
            method=job.method.training,
            base=base.folder,
            base_digest=base.digest,
            snapshot=snapshot.folder,
            snapshot_digest=snapshot.digest,
            out=self.folder(job.id) / "training",
            seed=job.seed,
            hyper=asdict(job.numbers.for_training(job.method)),
            grader=job.grader,
            validation=validation.folder if validation else None,
        )

    async def _tell_of_omissions(self, job: TuningJob, trained: Trained) -> None:
        report: dict[str, Any] = json.loads(trained.report.read_bytes())
        longest = job.numbers.for_training(job.method).max_tokens
        for counted, what in _OMISSIONS.items():
            if left_out := report.get(counted):
                await self._warn(job.id, f"{left_out} {what} were left out: they are longer than {longest} tokens.")

    async def _register(self, job: TuningJob, snapshot: Pinned, base: Pinned, trained: Trained) -> Release:
        recipe: dict[str, Any] = {"fine_tuning_job": job.id, "method": job.method, "seed": job.seed}
        recipe |= {"numbers": asdict(job.numbers), "grader": msgspec.to_builtins(job.grader)}
        champion = await self._releases.champion()
        return await self._releases.register(
            trained.model,
            base_digest=base.digest,
            snapshot_digest=snapshot.digest,
            recipe=recipe,
            card=_CARD,
            parent=champion.id,
        )
