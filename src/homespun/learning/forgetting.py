"""Whoever was removed is forgotten by what models learn from, without anybody's having to say so.

    <data_dir>/learning/forgotten.json   who has been, by id, so that nobody is looked for twice

This module must not know who is removed, nor when.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

import msgspec

from .disk import full_disk_named, write_durably
from .snapshots import Snapshots

logger = logging.getLogger(__name__)


class Forgetting:
    """Keeps the snapshots of an installation free of people who were removed."""

    def __init__(self, folder: Path, snapshots: Snapshots, removed: Callable[[], Awaitable[Collection[str]]]) -> None:
        """`folder` is the installation's place for learning; `removed` tells the ids of all who were."""
        self._file = folder / "forgotten.json"
        self._snapshots = snapshots
        self._removed = removed

    async def catch_up(self) -> None:
        """Erases whoever was removed since. Killed in the middle, it does so again.

        Raises what `Snapshots.erase` raises; who is to be forgotten then is so next time.
        """
        before = self._before()
        due = sorted(frozenset(await self._removed()) - before)
        if not due:
            return
        erasure = await self._snapshots.erase(*due)
        for release_id in erasure.marked_releases:
            logger.warning("The release %s was trained on words of somebody who was removed: retire it", release_id)
        self._note({*before, *due})

    def _before(self) -> frozenset[str]:
        """Nobody, where nothing can be read: to look for them all once more does no harm."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=frozenset[str])
        except (FileNotFoundError, msgspec.DecodeError):
            return frozenset()

    def _note(self, person_ids: Collection[str]) -> None:
        with full_disk_named("There is no room to note who was forgotten. Make some: it is done again in an hour."):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._file, msgspec.json.encode(sorted(person_ids)))
