"""How the improvement that goes on stands, as its process writes it down for whoever watches from another one.

One file for the installation, since one improvement goes on at a time. It is a word for people, nothing goes on by it:
what is done is told by the results of the steps, and whether anything goes on at all by the lock of `Runs.alone`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from .examination import Progress as ExaminationProgress
from .progress import Estimated, Phase, Stepped
from .runs import STANDING, Run, Step

_WRITES_EVERY_S = 1.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an improvement has come to."""

    run: str
    """Its id."""
    pid: int
    """The process that makes it."""
    step: Step
    since: float
    """When this step began, in Unix seconds."""
    words: str = ""
    """What it does now, in a few words of English."""
    done: int = 0
    total: int = 0
    """All there will be: steps of a training, parts of an examination. 0: nothing is counted."""
    loss: float | None = None
    estimated_s: float | None = None
    """How long the training was estimated to take, before it began."""
    remaining_s: float | None = None


class Scribe:
    """Writes down how an improvement stands. Where there is no room for that, it goes on without."""

    def __init__(self, run: Run, *, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._path = run.folder.parent / STANDING
        self._monotonic_s = monotonic_s
        self._written_s = 0.0

    def begin(self, step: Step) -> None:
        """A step begins."""
        self._standing = Standing(run=self._run.id, pid=os.getpid(), step=step, since=time.time())
        self._write()

    def take(self, told: Estimated | Phase | Stepped | ExaminationProgress) -> None:
        """Something is told of the step. What comes faster than anybody reads is left out."""
        self._standing = msgspec.structs.replace(self._standing, **_as_fields(told))
        is_counted = isinstance(told, Stepped) and told.step < told.steps
        if not is_counted or self._monotonic_s() - self._written_s >= _WRITES_EVERY_S:
            self._write()

    def _write(self) -> None:
        draft = self._path.with_suffix(".unfinished")
        with suppress(OSError):
            draft.write_bytes(msgspec.json.encode(self._standing))
            draft.replace(self._path)
        self._written_s = self._monotonic_s()


def read_standing(runs: Path) -> Standing | None:
    """What was written last, maybe by a process that is long gone; None: nothing, or nothing that can be read."""
    try:
        return msgspec.json.decode((runs / STANDING).read_bytes(), type=Standing)
    except (OSError, msgspec.DecodeError):
        return None


def _as_fields(told: Estimated | Phase | Stepped | ExaminationProgress) -> dict[str, object]:
    match told:
        case Estimated():
            return {"estimated_s": told.seconds}
        case Phase():
            return {"words": told.words, "done": 0, "total": 0, "remaining_s": None}
        case Stepped():
            return {
                "done": told.step,
                "total": told.steps,
                "loss": told.loss,
                "remaining_s": told.remaining_s,
                "words": "",
            }
        case ExaminationProgress():
            nothing_of_its_judge = {"loss": None, "remaining_s": None}  # which was trained in the same step
            return {"words": told.part, "done": told.number - 1, "total": told.parts, **nothing_of_its_judge}
