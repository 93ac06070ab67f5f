"""The disk that models are kept on: room beforehand, errors in words, folders that survive a power cut."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homespun.core.errors import StorageFull

_SPARE_BYTES = 64 << 20
"""Left free for the database, which lives on the same disk more often than not."""


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raises `StorageFull`, with the numbers, where `needed_bytes` more would not fit."""
    free = shutil.disk_usage(folder).free
    if needed_bytes + _SPARE_BYTES > free:
        raise StorageFull(
            f"This needs {megabytes(needed_bytes + _SPARE_BYTES)} in {folder}, and only {megabytes(free)} are free. "
            "Free some space, or choose another data directory."
        )


def megabytes(size_bytes: int) -> str:
    """For people."""
    return f"{size_bytes / 1e6:,.0f} MB"


@contextmanager
def full_disk_in_words(folder: Path) -> Iterator[None]:
    """Turns the operating system's word for a full disk into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = megabytes(shutil.disk_usage(folder).free)
            raise StorageFull(f"The disk with {folder} is full ({free} free). What came so far is kept.") from error
        raise


def make_durable(folder: Path) -> None:
    """Returns when the folder and the files in it are on the disk itself."""
    for path in (*(path for path in folder.iterdir() if path.is_file()), folder):
        _sync(path)


def move_durably(source: Path, target: Path) -> None:
    """Renames within one disk: afterwards the target is there whole, or not at all."""
    source.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
