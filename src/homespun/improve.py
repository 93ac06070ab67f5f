"""One turn of the learning ring, top to bottom: from what people said to a model that answers them.

1. Snapshot: what was said by people who consent becomes labels, which nothing changes any more.
2. Train: from the pinned base, on those labels, in a process of its own.
3. Examine: the model against the champion. One that doesn't pass goes no further.
4. Propose: the model, with its card, becomes a release, signed and named by its digest: a candidate.
5. Roll out: it answers a share of the people, if the settings allow that; else it waits for somebody's word.
6. The fleet watches, and what people say promotes it or takes it back: see `homespun.releases.Rollouts`.

Each step leaves its result in the run's folder, and is done once that is there whole. So an improvement can be killed
at any moment; started again it goes on, and ends with the same release. The champion answers until step 6 has decided.

This module must not know how any step is done, nor any wire format.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from homespun.core.errors import Conflict, NotFound
from homespun.journal import Signalled
from homespun.learning.examination import Progress as ExaminationProgress
from homespun.learning.progress import Estimated, Progress
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Runs, RunState, Step
from homespun.learning.snapshots import Snapshot, Snapshots
from homespun.learning.stages import Base, train_stages
from homespun.learning.standing import Scribe
from homespun.learning.tidying import tidy
from homespun.learning.trainer import Trainer
from homespun.releases import Release, Releases, ReleaseState


@dataclass(frozen=True, slots=True)
class Began:
    """A step begins; one that was done before is passed over at once."""

    step: Step
    run: Run


Told: TypeAlias = Began | Estimated | Progress | ExaminationProgress
"""What is worth showing while it goes on."""
Tell: TypeAlias = Callable[[Told], None]
Card: TypeAlias = Mapping[str, Any]
"""An examination as JSON; its `passed` says whether the model may answer people."""


async def _nobody() -> None:
    """Nobody was removed."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the ring is made of."""

    folder: Path
    """The installation's place for learning."""
    base: Base
    signals: Callable[[], AsyncIterator[Signalled]]
    """What people said of answers who consent to learning from it."""
    snapshots: Snapshots
    trainer: Trainer
    examine: Callable[[Run, Release, Snapshot, Tell], Awaitable[Card]]
    """Of what an improvement has trained, against the champion."""
    releases: Releases
    estimates: bool = True
    """Whether to try how long a training will take before it begins."""
    forget: Callable[[], Awaitable[None]] = _nobody
    """Frees all snapshots of people who were removed."""


class Improving:
    """Takes improvements round, one at a time."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.runs = Runs(parts.folder / "runs")

    def unfinished(self, recipe: Recipe | None = None) -> Run | None:
        """The newest improvement, if something is left to do and it trains so. None: a new one may begin."""
        run = self.runs.newest()
        if run is None or (recipe and run.recipe != recipe):
            return None
        may_roll_out = run.state is RunState.PROPOSED and self._parts.releases.settings.rolls_out
        return run if may_roll_out or run.state in (RunState.UNFINISHED, RunState.FAILED) else None

    def begin(self, recipe: Recipe, *, snapshot_digest: str | None = None) -> Run:
        """A new improvement, on a snapshot that is there already if one is named. Raises `StorageFull`."""
        return self.runs.begin(self._parts.base.digest, recipe, snapshot_digest=snapshot_digest)

    async def improve(self, run: Run, tell: Tell, *, until: Step = Step.ROLL_OUT) -> None:
        """Takes an improvement as far as that step, or goes on where it was stopped.

        One that isn't good enough ends as `RunState.REJECTED`. Raises `Conflict` while another one is going on, and
        what the steps raise: `TooLittleToLearn`, `TrainingFailed`, `StorageFull`; the run says so from then on.
        """
        take = {
            Step.SNAPSHOT: self._snapshot,
            Step.TRAIN: self._train,
            Step.EXAMINE: self._examine,
            Step.PROPOSE: self._propose,
            Step.ROLL_OUT: self._roll_out,
        }
        scribe = Scribe(run)

        def heard(told: Told) -> None:
            if not isinstance(told, Began):
                scribe.take(told)
            tell(told)

        with self.runs.alone():
            for step in Step:
                scribe.begin(step)
                tell(Began(step, run))
                with run.taking(step):
                    await take[step](run, heard)
                if step is until or run.state is RunState.REJECTED:
                    break
            await asyncio.to_thread(tidy, self.runs.all())

    async def _snapshot(self, run: Run, tell: Tell) -> None:
        """One that was taken before is freed of people who were removed since, and is another one then."""
        await self._parts.forget()
        if run.snapshot_digest is None:
            snapshot = await self._parts.snapshots.take(self._parts.signals())
            run.keep("snapshot", {"digest": snapshot.digest})

    async def _train(self, run: Run, tell: Tell) -> None:
        """Raises `Conflict` where the base isn't the one any more that the improvement began with.

        A release has a model of its own: what training left may have been tidied away.
        """
        parts = self._parts
        if run.base != parts.base.digest:
            raise Conflict("The installed model is another one than when this improvement began. Begin a new one.")
        snapshot, bases = self._snapshot_of(run), parts.folder / "bases"
        if run.release_id is None:
            await train_stages(run, snapshot, parts.base, bases, parts.trainer, tell, estimates=parts.estimates)

    async def _examine(self, run: Run, tell: Tell) -> None:
        """A card holds against one champion: if that has changed since, there is a new examination."""
        await self._parts.releases.ensure_base(self._parts.base.digest)
        champion, before = await self._parts.releases.champion(), run.read("card")
        if run.release_id is None and (before is None or before["champion"] != champion.id):
            card = await self._parts.examine(run, champion, self._snapshot_of(run), tell)
            run.keep("card", {"champion": champion.id, "card": card})

    async def _propose(self, run: Run, tell: Tell) -> None:
        if run.release_id is None:
            examined = run.read("card")
            release = await self._parts.releases.register(
                run.model,
                base_digest=run.base,
                snapshot_digest=self._snapshot_of(run).digest,
                recipe=run.recipe.in_full(),
                card=examined["card"],
                parent=examined["champion"],
            )
            run.keep("release", {"id": release.id, "name": release.name, "digest": release.digest})

    async def _roll_out(self, run: Run, tell: Tell) -> None:
        """Where the settings don't allow it, the candidate waits for somebody's word."""
        releases = self._parts.releases
        if releases.settings.rolls_out and run.read("rollout") is None:
            release = await releases.one(run.release_id or "")
            if release.state is ReleaseState.CANDIDATE:
                await releases.begin_rollout(release.id, why=f"It came out of {run.id}.")
            run.keep("rollout", {"release": release.id})

    def _snapshot_of(self, run: Run) -> Snapshot:
        """Raises `Conflict` where people in it have to be forgotten, or it was rewritten without them."""
        try:
            snapshot = self._parts.snapshots.one(run.snapshot_digest or "")
        except NotFound:
            raise Conflict(
                "The snapshot of this improvement is gone: it was written anew without somebody who was removed. "
                "Begin a new improvement with `homespun learn snapshot`."
            ) from None
        if snapshot.is_marked:
            raise Conflict("Somebody whose words are in this snapshot is to be forgotten. Take another snapshot.")
        return snapshot
