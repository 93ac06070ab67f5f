"""Improvements as the console has them: begun, watched, stopped and gone on with, by whichever worker is asked.

All state is on the disk; what the command line begins is seen and stopped here too. This module must not know how an
improvement is made.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from homespun.core.errors import Conflict, NotFound
from homespun.journal import Signalled

from .curation import Settings
from .foreman import Foreman, Means, Wish
from .material import Counted, Material
from .recipes import Recipe
from .runs import Run, Runs, RunState
from .snapshots import Snapshots
from .standing import Standing, read_standing
from .unlearning import unlearn

_GOES_ON = (RunState.UNFINISHED, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class Seen:
    """An improvement at this moment."""

    run: Run
    standing: Standing | None
    """How it stands; None: no process works on it."""
    is_wished: bool
    """It goes on, or will in a moment."""

    @property
    def can_go_on(self) -> bool:
        """Whether something is left to do, and nobody does it."""
        return self.standing is None and not self.is_wished and self.run.state in _GOES_ON


class Improvements:
    """All improvements of an installation."""

    def __init__(
        self,
        runs: Runs,
        means: Means,
        snapshots: Snapshots,
        signals: Callable[[], AsyncIterator[Signalled]],
        settings: Settings,
        *,
        look_every_s: float = 2.0,
    ) -> None:
        """`signals` tells what people said who consent; `settings` are those of curation. `look_every_s`: how soon what
        another worker was asked for is seen."""
        self.snapshots = snapshots
        self._runs = runs
        self._means = means
        self._material = Counted(signals, settings)
        self._foreman = Foreman(runs, means, look_every_s=look_every_s)

    @asynccontextmanager
    async def made(self) -> AsyncIterator[None]:
        """While the block runs, what is wished for is made. At its end it is cut; it goes on at the next start."""
        making = asyncio.create_task(self._foreman.run())
        try:
            yield
        finally:
            making.cancel()
            await asyncio.wait({making})
            await self._material.stop()

    def require(self) -> None:
        """Raises what speaks against improvements here: `TrainingNotInstalled`, `Invalid`, `ModelNotFound`."""
        self._means.base()
        self._means.require()

    async def material(self) -> Material:
        """What there is to learn from, as far as it was counted in a moment: see `Material.is_counted`."""
        return await self._material.so_far()

    def all(self) -> tuple[Seen, ...]:
        """The newest first."""
        going_on, wish = self._going_on(), self._foreman.wishes.read()
        return tuple(
            Seen(run, going_on if going_on and going_on.run == run.id else None, bool(wish and wish.run == run.id))
            for run in self._runs.all()
        )

    def one(self, run_id: str) -> Seen:
        """Raises `NotFound`."""
        found = next((seen for seen in self.all() if seen.run.id == run_id), None)
        if found is None:
            raise NotFound("There is no such improvement.")
        return found

    async def begin(self, recipe: Recipe) -> Seen:
        """A new one, which starts in a moment. Raises `Conflict` while one goes on, `TooLittleToLearn`, `StorageFull`,
        and what `require` raises."""
        self.require()
        await self._material.require_enough()
        return await asyncio.to_thread(self._begin, recipe)

    async def go_on(self, run_id: str) -> Seen:
        """One that was stopped, or has ended early, goes on where it was. Raises `NotFound`, `Conflict` where it is
        over or another goes on, and what `require` raises."""
        self.require()
        return await asyncio.to_thread(self._go_on, run_id)

    def unlearn(self) -> int:
        """Takes away what improvements have learned that is to be forgotten: see `unlearning`. Raises `Conflict`."""
        return unlearn(self._runs, self.snapshots.trainable())

    def stop(self, run_id: str) -> Seen:
        """Ends its process; it can go on later. Raises `NotFound`, and `Conflict` where it doesn't go on."""
        seen = self.one(run_id)
        if seen.standing is None and not seen.is_wished:
            raise Conflict("This improvement doesn't go on, so there is nothing to stop.")
        self._foreman.wishes.drop(run_id)
        if seen.standing:
            with suppress(ProcessLookupError):
                os.kill(seen.standing.pid, signal.SIGTERM)
        return self.one(run_id)

    def _begin(self, recipe: Recipe) -> Seen:
        with self._runs.alone():
            self._require_no_wish()
            run = self._runs.begin(self._means.base(), recipe)
            self._foreman.wishes.make(Wish(run.id))
        return self.one(run.id)

    def _go_on(self, run_id: str) -> Seen:
        with self._runs.alone():
            self._require_no_wish()
            run = self.one(run_id).run
            if run.state not in _GOES_ON:
                raise Conflict("This improvement is over. Begin another.")
            run.forget_failure()
            self._foreman.wishes.make(Wish(run.id))
        return self.one(run_id)

    def _require_no_wish(self) -> None:
        if self._foreman.wishes.read():
            raise Conflict("Another improvement is about to begin here. Wait until it is done, or stop it.")

    def _going_on(self) -> Standing | None:
        """The word of a process that is gone is cleared away by whoever sees that nothing goes on."""
        return read_standing(self._runs.folder) if self._runs.is_going_on() else None
