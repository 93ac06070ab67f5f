"""Locks between processes: files that the kernel lets go when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock


@contextmanager
def taken(lock: Path, *, patience_s: float = 0.0) -> Iterator[bool]:
    """Whether it is this block, of all there are in any process, that has the lock. Raises `OSError`."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    ours = filelock.FileLock(lock, thread_local=False)
    try:
        ours.acquire(timeout=patience_s, poll_interval=patience_s / 10, blocking=patience_s > 0)
    except filelock.Timeout:
        yield False
        return
    try:
        yield True
    finally:
        ours.release()
