"""Training as the server sees it: another process, which is started, listened to, and ended.

This module must not know PyTorch.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import msgspec

from homespun.core.errors import Conflict, TrainingFailed, TrainingNotInstalled

from .jobs import Adapter, Scoring, Trained, TrainingJob, read_job, write_job
from .progress import Estimated, Failed, Line, OnProgress, Scored, decode_line
from .taking import taken

_MODULE = "homespun.learning.training"
_NEEDED = ("torch", "trl", "peft", "pyarrow")
_LONGEST_LINE = 1 << 20
"""Bytes."""


class Trainer:
    """Trains one job at a time, whichever process of this installation asks.

    `folder` is the installation's place for learning, where the lock lies. `processes`: how many train together, one
    for each device.
    """

    def __init__(self, folder: Path, *, processes: int = 1) -> None:
        self._folder = folder
        self._processes = processes

    async def train(self, job: TrainingJob, on_progress: OnProgress) -> Trained:
        """Trains, or goes on where an earlier training of this job was ended; the same job gives the same weights.

        Cancelling it ends the process; the checkpoints stay. Raises `Conflict` while another trains or where another
        job has its results, and `TrainingFailed` with the reason where no model came out.
        """
        with self._alone():
            async with aclosing(_lines_of(job, f"--nproc={self._processes}")) as lines:
                async for line in lines:
                    if not isinstance(line, Estimated | Scored | Failed):
                        on_progress(line)
        adapter = job.out / "adapter" if job.adapter is Adapter.LORA else None
        return Trained(job.out / "model", adapter, job.out / "training.json")

    async def estimate(self, job: TrainingJob) -> Estimated:
        """How long it will take, from a few steps of it, which take a minute themselves. Raises as `train` does."""
        with self._alone():
            lines = [line async for line in _lines_of(job, "--estimate")]
        found = next((line for line in lines if isinstance(line, Estimated)), None)
        if found is None:
            raise TrainingFailed("The training process gave no estimate.")
        return found

    async def score(self, scoring: Scoring, folder: Path) -> tuple[float, ...]:
        """What a reward model thinks of answers, in their order. Raises `TrainingFailed` where it thinks nothing.

        `folder` is where the answers are written down for it, and where its log stays.
        """
        require_environment()
        file = folder / "scoring.json"
        try:
            write_job(scoring, file)
            lines = [line async for line in _lines(file, folder / "scoring.log", "--score")]
        finally:
            file.unlink(missing_ok=True)
        found = next((line for line in lines if isinstance(line, Scored)), None)
        if found is None or len(found.scores) != len(scoring.answers):
            raise TrainingFailed("The reward model gave no scores.")
        return found.scores

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Raises `Conflict` while another is trained."""
        with taken(self._folder / "training.lock") as is_alone:
            if not is_alone:
                raise Conflict("Another model is being trained here. Wait until that is done, or stop it.")
            yield


def _lines_of(job: TrainingJob, *options: str) -> AsyncGenerator[Line]:
    """What a training tells. Raises as `_lines` does, and `Conflict`."""
    require_environment()
    file = job.out / "job.json"
    _place(job, file)
    return _lines(file, job.out / "training.log", *options)


async def _lines(file: Path, log: Path, *options: str) -> AsyncGenerator[Line]:
    """What the process tells, to its end. Raises `TrainingFailed` where that is a bad one."""
    failed: Failed | None = None
    async with _process(log, str(file), "--with-parent", *options) as process:
        assert process.stdout is not None
        async for text in process.stdout:
            line = _decoded(text)
            failed = line if isinstance(line, Failed) else failed
            if line is not None:
                yield line
        code = await process.wait()
    if code != 0:
        raise TrainingFailed(failed.words if failed else f"{_ended(code)} {log} may say why. {_GOES_ON}")


_GOES_ON = "Started again, it goes on from its last checkpoint."


def require_environment() -> None:
    """Raises `TrainingNotInstalled` unless all is there that the training process imports."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise TrainingNotInstalled(
            f"Training needs {', '.join(missing)}, which isn't installed. `make learn` installs it."
        )


def _place(job: TrainingJob, file: Path) -> None:
    """Writes the job where its results will be. Going on from another job's checkpoints would mix two models."""
    job.out.mkdir(parents=True, exist_ok=True)
    if file.exists() and read_job(file) != job:
        raise Conflict(f"{job.out} holds another training. Give this one a folder of its own, or remove that.")
    write_job(job, file)


@asynccontextmanager
async def _process(log: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs it, and ends it when nobody listens any more. It ends by itself too when this process does."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _MODULE, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            limit=_LONGEST_LINE,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _decoded(text: bytes) -> Line | None:
    """None for what a library wrote past us."""
    try:
        return decode_line(text)
    except msgspec.DecodeError:
        return None


def _ended(code: int) -> str:
    if code < 0:
        return f"The training process was ended by {signal.Signals(-code).name}; memory may have run out."
    return f"The training process ended with status {code}."
