"""Has improvements made that somebody wished for in the console: each in a process of its own, which gives way.

The wish is a file, so any worker may take it down, and whichever of a machine's workers holds the lock carries it out.
It stays until the improvement has ended by itself or somebody stops it: a server that was stopped or killed goes on
with it when it starts again, where the improvement was.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from homespun.core.errors import TrainingFailed

from .disk import write_durably
from .runs import Run, Runs, RunState, Step
from .taking import taken

_NICER = 10
_NICEST = 19
"""By so much, up to that, the process and all that it starts give way: answering people comes first."""
_MOST_DEATHS = 3
"""So often it is started again after it was killed, and no more: memory that runs out does so again."""
_PATIENCE_S = 10.0

logger = logging.getLogger(__name__)


class Wish(msgspec.Struct, frozen=True):
    """That an improvement goes on until it is over."""

    run: str
    """Its id."""
    deaths: int = 0
    """How often its process was killed."""


class Wishes:
    """What is wished for, as a file in the folder of all runs."""

    def __init__(self, runs: Path) -> None:
        self._path = runs / "wish.json"

    def read(self) -> Wish | None:
        """None: nothing is, or nobody can read it."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Wish)
        except (OSError, msgspec.DecodeError):
            return None

    def make(self, wish: Wish) -> None:
        """In place of any other. Raises `OSError`."""
        write_durably(self._path, msgspec.json.encode(wish))

    def drop(self, run_id: str) -> None:
        """It is over, or isn't wished for any more."""
        wish = self.read()
        if wish and wish.run == run_id:
            self._path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Means:
    """What improvements are made with."""

    base: Callable[[], str]
    """The digest of the installed model. Raises `Invalid` where none is trained here, `ModelNotFound`."""
    command: Callable[[str], Sequence[str]]
    """Goes on with the improvement that has this id, to its end."""
    environment: Mapping[str, str]
    """What the command's process has besides the server's own."""
    rolls_out: bool
    """Whether a release that has passed is rolled out by itself."""
    require: Callable[[], None]
    """Raises `TrainingNotInstalled`."""


class Foreman:
    """Carries out what is wished for, while it runs."""

    def __init__(self, runs: Runs, means: Means, *, look_every_s: float) -> None:
        self.wishes = Wishes(runs.folder)
        self._runs = runs
        self._means = means
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Without end. Cancelled, it ends the process; the wish stays."""
        while True:
            try:
                if self.wishes.read():
                    await self._look()
            except Exception:  # a full disk has room again some day
                logger.warning("Improvements can't be made at present", exc_info=True)
            await asyncio.sleep(self._look_every_s)

    async def _look(self) -> None:
        with taken(self._runs.folder / "foreman.lock") as is_alone:
            wish = self.wishes.read()
            if not is_alone or wish is None or self._runs.is_going_on():
                return
            run = self._runs.one(wish.run)
            if run is None or self._is_over(run):
                self.wishes.drop(wish.run)
            else:
                await self._go_on(run, wish)

    def _is_over(self, run: Run) -> bool:
        if run.state is RunState.PROPOSED:
            return not self._means.rolls_out
        return run.state is not RunState.UNFINISHED

    async def _go_on(self, run: Run, wish: Wish) -> None:
        """Until its process has ended; what that says of itself is in the run's improving.log."""
        log = run.folder / "improving.log"
        status = await self._ended(run, log)
        logger.info("The process of the improvement %s has ended with status %d", run.id, status)
        if not self._is_wished(run):
            return
        if status < 0:
            self._note_death(run, wish)
            return
        if status > 0 and not self._is_over(run):
            _note_failure(run, _last_line(log))
        self.wishes.drop(run.id)

    def _is_wished(self, run: Run) -> bool:
        """Another may be by now: whoever stops this one can begin it at once."""
        wish = self.wishes.read()
        return wish is not None and wish.run == run.id

    def _note_death(self, run: Run, wish: Wish) -> None:
        if wish.deaths + 1 < _MOST_DEATHS:
            self.wishes.make(Wish(run.id, wish.deaths + 1))
        else:
            _note_failure(run, "Its process was killed again and again; memory may have run out.")

    async def _ended(self, run: Run, log: Path) -> int:
        """The status with which the process has ended; negative: it was killed by that signal, by us where nobody
        wishes for it any more."""
        with log.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *self._means.command(run.id),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**os.environ, **self._means.environment},
            )
        _give_way(process.pid)
        try:
            while process.returncode is None and self._is_wished(run):
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), self._look_every_s)
        finally:
            if process.returncode is None:
                await _end(process)
        assert process.returncode is not None
        return process.returncode


def _give_way(pid: int) -> None:
    """Where the system knows priorities."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            ours = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, pid, min(ours + _NICER, _NICEST))


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _note_failure(run: Run, words: str) -> None:
    done = run.done
    step = next((step for step in Step if step not in done), Step.ROLL_OUT)
    run.keep("failure", {"step": step, "code": TrainingFailed.code, "words": words})


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].removeprefix("Error: ") if lines else f"Its process has ended; {log} says nothing of it."
