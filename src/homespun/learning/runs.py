"""Improvements as folders: what each step has come to, so that one that was killed goes on where it stopped.

    <data_dir>/learning/runs/<run id>/
      plan.json        the base, and how to train; the rest is there once its step is done
      snapshot.json    the digest of the snapshot
      stages/<n>-<method>/   one training: job, checkpoints, report, model
      judge/           the training of a reward model for the examination, where it takes one
      card.json        the examination of that model, and against whom
      release.json     the candidate that it became
      rollout.json     how it came among the people, if it did
      failure.json     why the last attempt ended early; gone when the next one begins
      improving.log    what the process said that the console has started

This module must not know how any of it is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from homespun.core.errors import Conflict, HomespunError
from homespun.core.ids import new_id

from .disk import full_disk_named, write_durably
from .recipes import Recipe
from .taking import taken

STANDING = "standing.json"
"""In the folder of all runs: see `standing`."""
_FULL = "The disk that holds the data directory is full. Free some space, and start again."
_PATIENCE_S = 0.3
"""For whoever only looks whether the lock is taken."""
_GLANCE_S = 0.03
"""So long one who looks waits for another who looks, before taking that one for an improvement."""


class Step(StrEnum):
    """The steps of an improvement, in their order."""

    SNAPSHOT = "snapshot"
    TRAIN = "train"
    EXAMINE = "examine"
    PROPOSE = "propose"
    ROLL_OUT = "roll_out"


class RunState(StrEnum):
    """How far an improvement has come."""

    UNFINISHED = "unfinished"
    """It is going on, or was stopped, and goes on when it is started again."""
    FAILED = "failed"
    """The last attempt ended early; `Run.failure` says why. Started again, it goes on with that step."""
    REJECTED = "rejected"
    """It did not pass its examination. It is over; the champion stays."""
    PROPOSED = "proposed"
    """There is a candidate, which waits for somebody to promote it or to begin its rollout."""
    ROLLED_OUT = "rolled_out"
    """It has come among the people; what they say of it decides."""


@dataclass(frozen=True, slots=True)
class Run:
    """One improvement. What it has come to is read from its folder whenever it is asked for."""

    folder: Path

    @property
    def id(self) -> str:
        """Its folder's name."""
        return self.folder.name

    @property
    def base(self) -> str:
        """The digest of the installed model when it began."""
        return str(self.read("plan")["base"])

    @property
    def recipe(self) -> Recipe:
        """How it trains."""
        return msgspec.convert(self.read("plan")["recipe"], Recipe)

    @property
    def snapshot_digest(self) -> str | None:
        """None until it is taken."""
        return (self.read("snapshot") or {}).get("digest")

    @property
    def card(self) -> Mapping[str, Any] | None:
        """The examination as JSON; None until it is over."""
        return (self.read("card") or {}).get("card")

    @property
    def failure(self) -> Mapping[str, str] | None:
        """Its `step`, `code` and `words`; None if nothing went wrong."""
        found: Mapping[str, str] | None = self.read("failure")
        return found

    @property
    def release_id(self) -> str | None:
        """The candidate; None until there is one."""
        return (self.read("release") or {}).get("id")

    @property
    def state(self) -> RunState:
        """See `RunState`."""
        if self.failure:
            return RunState.FAILED
        if self.read("rollout"):
            return RunState.ROLLED_OUT
        if self.release_id:
            return RunState.PROPOSED
        card = self.card
        has_failed = card is not None and card.get("passed") is not True
        return RunState.REJECTED if has_failed else RunState.UNFINISHED

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps whose results are there."""
        results = {
            Step.SNAPSHOT: self.snapshot_digest,
            Step.TRAIN: self.card or self.model.exists(),
            Step.EXAMINE: self.card,
            Step.PROPOSE: self.release_id,
            Step.ROLL_OUT: self.read("rollout"),
        }
        return tuple(step for step, result in results.items() if result)

    @property
    def stages(self) -> tuple[Path, ...]:
        """Where each training lies, in their order."""
        methods = enumerate(self.recipe.methods, start=1)
        return tuple(self.folder / "stages" / f"{number}-{method}" for number, method in methods)

    @property
    def model(self) -> Path:
        """Where the last training leaves the model that the others led to."""
        return self.stages[-1] / "model"

    @property
    def judge(self) -> Path:
        """Where the reward model lies that is trained for the examination alone."""
        return self.folder / "judge"

    def read(self, name: str) -> Any:
        """What `keep` wrote; None if it didn't."""
        try:
            return json.loads((self.folder / f"{name}.json").read_bytes())
        except FileNotFoundError:  # a failure is forgotten while others read
            return None

    def keep(self, name: str, value: Mapping[str, Any]) -> None:
        """Writes it down; it is there whole or not at all, however the process ends. Raises `OSError`."""
        write_durably(self.folder / f"{name}.json", json.dumps(value, indent=2, sort_keys=True).encode())

    def forget_failure(self) -> None:
        """Another attempt begins."""
        (self.folder / "failure.json").unlink(missing_ok=True)

    @contextmanager
    def taking(self, step: Step) -> Iterator[None]:
        """What ends the block early is written down, if there is room, and raised: `StorageFull` for a full disk."""
        self.forget_failure()
        try:
            with full_disk_named(_FULL):
                yield
        except HomespunError as error:
            with suppress(OSError):
                self.keep("failure", {"step": step, "code": error.code, "words": error.message})
            raise


class Runs:
    """All improvements of an installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[Run, ...]:
        """The newest first."""
        plans = sorted(self.folder.glob("run_*/plan.json"), reverse=True)
        return tuple(Run(plan.parent) for plan in plans)

    def newest(self) -> Run | None:
        """The one that was begun last, if there is any."""
        return next(iter(self.all()), None)

    def one(self, run_id: str) -> Run | None:
        """None: there is none with this id."""
        return next((run for run in self.all() if run.id == run_id), None)

    def begin(self, base: str, recipe: Recipe, *, snapshot_digest: str | None = None) -> Run:
        """A new one for this base, on a snapshot that is there already if one is named. Raises `StorageFull`."""
        run = Run(self.folder / new_id("run"))
        with full_disk_named(_FULL):
            run.folder.mkdir(parents=True)
            if snapshot_digest:
                run.keep("snapshot", {"digest": snapshot_digest})
            run.keep("plan", {"base": base, "recipe": asdict(recipe)})
        return run

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One improvement at a time. Raises `Conflict`."""
        with taken(self._lock, patience_s=_PATIENCE_S) as is_alone:
            if not is_alone:
                raise Conflict("Another improvement is going on here. Wait until it is done, or stop it.")
            self._clear()
            yield

    def is_going_on(self) -> bool:
        """Whether some process is in `alone`. It looks by taking the lock, for no time to speak of."""
        if not self.folder.exists():
            return False
        with taken(self._lock, patience_s=_GLANCE_S) as is_free:
            if is_free:
                self._clear()
            return not is_free

    def _clear(self) -> None:
        """Who has the lock knows that what stands here of another process is of one that is gone."""
        with suppress(OSError):
            (self.folder / STANDING).unlink()

    @property
    def _lock(self) -> Path:
        return self.folder / "improving.lock"
