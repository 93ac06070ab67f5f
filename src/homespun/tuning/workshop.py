"""What it takes to fine-tune a model: labels, a base, a training. Each is another process or a thread.

Behind a protocol, so that what jobs go through is tested where nothing can be trained.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import msgspec

from homespun.core.errors import Invalid, StorageFull, TrainingFailed, TrainingNotInstalled
from homespun.learning.aside import said_by
from homespun.learning.base_model import export_base
from homespun.learning.jobs import Trained, TrainingJob
from homespun.learning.progress import OnProgress
from homespun.learning.trainer import Trainer

from .labelling import LabelFile, Labelled, NotLabelled
from .values import TuningMethod

_MODULE = "homespun.tuning.labelling"
_ERRORS = {each.code: each for each in (Invalid, StorageFull)}
_outcome_decoder: msgspec.json.Decoder[Labelled | NotLabelled] = msgspec.json.Decoder(Labelled | NotLabelled)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A folder that isn't to change, and its digest."""

    folder: Path
    digest: str


class Workshop(Protocol):
    """What jobs are done with. All may be cancelled and done again."""

    async def label(self, file: Path, method: TuningMethod, folder: Path) -> Pinned:
        """Makes a snapshot of a file of examples, somewhere below the folder. Raises `Invalid`, `StorageFull`,
        `TrainingFailed` where what it needs isn't installed."""
        ...

    async def base(self) -> Pinned:
        """The model that is trained from. Raises `Invalid` where there is none, `ModelUnreadable`, `ModelNotFound`."""
        ...

    async def train(self, job: TrainingJob, on_progress: OnProgress) -> Trained:
        """See `learning.trainer.Trainer`."""
        ...


class RealWorkshop:
    """Trains on this machine."""

    def __init__(self, trainer: Trainer, weights: Callable[[], Path], bases: Path, name: Callable[[], str]) -> None:
        """`weights` finds the installed model's, `name` is a word for just these; they are exported to `bases`."""
        self._trainer = trainer
        self._weights = weights
        self._bases = bases
        self._name = name

    async def label(self, file: Path, method: TuningMethod, folder: Path) -> Pinned:
        """See `Workshop`."""
        if find_spec("pyarrow") is None:
            raise TrainingNotInstalled("Training needs pyarrow, which isn't installed. `make learn` installs it.")
        root = folder / "snapshots"
        job = folder / "labelling.json"
        job.write_bytes(msgspec.json.encode(LabelFile(str(file), "the file", method, str(root))))
        outcome = await _outcome(job)
        if isinstance(outcome, NotLabelled):
            raise _ERRORS.get(outcome.code, TrainingFailed)(outcome.words)
        return Pinned(root / outcome.digest, outcome.digest)

    async def base(self) -> Pinned:
        """See `Workshop`. Exported once for each installed model."""
        folder = self._bases / self._name()
        return Pinned(folder, await asyncio.to_thread(export_base, self._weights(), folder))

    async def train(self, job: TrainingJob, on_progress: OnProgress) -> Trained:
        """See `Workshop`."""
        return await self._trainer.train(job, on_progress)


async def _outcome(job: Path) -> Labelled | NotLabelled:
    """What the process says in the end. Raises `TrainingFailed` if it crashes."""
    said = await said_by(_MODULE, job)
    try:
        return _outcome_decoder.decode(said.text)
    except msgspec.DecodeError:
        raise TrainingFailed(f"The process that reads examples ended with {said.status}: {said.reason}") from None
