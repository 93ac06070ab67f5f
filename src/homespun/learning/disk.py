"""A full disk, told in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from homespun.core.errors import StorageFull

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
