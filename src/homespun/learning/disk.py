"""A full disk, told in words; files that survive a power cut."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homespun.core.errors import StorageFull
from homespun.models import move_durably

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


_FOR_A_SNAPSHOT = (
    "There is no room for the snapshot on the disk that holds the data directory. Make some and try again."
)


@contextmanager
def full_disk_named(words: str = _FOR_A_SNAPSHOT) -> Iterator[None]:
    """Raises `StorageFull`, with these words, where what is written in the block finds no room."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(words) from error
        raise


def write_durably(path: Path, contents: bytes) -> None:
    """Puts a file in its place: it is there whole or not at all, however the process or the machine ends."""
    draft = path.with_suffix(".unfinished")
    with draft.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    move_durably(draft, path)
