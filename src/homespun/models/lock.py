"""One puller at a time: a lock file for each model. The kernel lets it go when a process dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import filelock

from homespun.core.errors import Conflict

_POLL_S = 0.2


@asynccontextmanager
async def exclusive(path: Path, *, on_wait: Callable[[], None]) -> AsyncGenerator[None]:
    """Holds the lock, however long another has it; `on_wait` is called once if so."""
    lock = _lock(path)
    if not _acquired(lock):
        on_wait()
        while not _acquired(lock):  # noqa: ASYNC110 - the kernel tells nobody that a lock is free
            await asyncio.sleep(_POLL_S)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def exclusive_now(path: Path) -> Iterator[None]:
    """Holds the lock. Raises `Conflict` if another has it."""
    lock = _lock(path)
    if not _acquired(lock):
        raise Conflict("This model is being pulled at the moment. Wait until that is done, or stop it.")
    try:
        yield
    finally:
        lock.release()


def _lock(path: Path) -> filelock.BaseFileLock:
    path.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path, thread_local=False)


def _acquired(lock: filelock.BaseFileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return False
    return True
