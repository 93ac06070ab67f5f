"""A backup's way back, rows and files, so that one that is cut off leaves the old state or one that is finished later.

Nothing replaces a database and files at once. So the files are unpacked beside; then the database is replaced, all at
once, and says from that moment which restore's files are due; then these are moved. Cut off before that moment, what is
staged is thrown away by whoever comes next, `homespun restore`, `serve` or `backup`; after it, they move it first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from homespun.core.errors import Conflict
from homespun.core.ids import new_id
from homespun.learning.taking import taken
from homespun.store import Store, shown
from homespun.store.backup import Manifest, OnProgress, finish, has_rows, restore, tidy_up, unfinished, unpack_files
from homespun.wiring import build_store

from .kept_files import has_answers
from .staged_files import Plan, Put, StagedFiles

if TYPE_CHECKING:
    from homespun.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that has come to its end."""

    put: Put
    was_cut_off: bool
    """It had begun earlier, and only its end was missing."""


async def restored(
    settings: Settings, file: Path, manifest: Manifest, on_progress: OnProgress, *, force: bool
) -> Restored:
    """Restores a verified backup, or finishes a restore of it that was cut off.

    Raises `Conflict` for an installation that isn't empty, unless forced, or that somebody uses; `StorageFull`.
    """
    backup = sha256("".join(sorted(manifest.sha256.values())).encode()).hexdigest()
    async with _opened(settings) as (store, staged):
        before = staged.plan()
        put = await _finished(settings, store, staged)
        if put and before and before.backup == backup:
            return Restored(put, was_cut_off=True)
        if not force and (await has_rows(store) or has_answers(settings.data_dir)):
            raise Conflict("This installation isn't empty. With --force everything in it is replaced.")
        plan = Plan(new_id("restore"), backup, _database(settings), force)
        try:
            staged.stage(partial(unpack_files, file, manifest), plan)
            await restore(store, file, manifest, on_progress, restore_id=plan.restore)
        finally:
            put = await _finished(settings, store, staged)
        assert put is not None, "the rows are there and nobody has finished"
        return Restored(put, was_cut_off=False)


async def settle_restore(settings: Settings) -> bool:
    """If a restore was cut off here, it is undone or finished: whether it was finished.

    Raises `Conflict` while one is going on, or where it was for another database than that of the settings.
    """
    if not StagedFiles(settings.data_dir).folder.exists():
        return False
    async with _opened(settings) as (store, staged):
        return await _finished(settings, store, staged) is not None


async def _finished(settings: Settings, store: Store, staged: StagedFiles) -> Put | None:
    """Moves the files to their places where their rows are there, else throws them away; then it returns None.

    Raises `Conflict`, see `settle_restore`.
    """
    plan, put = staged.plan(), None
    if plan and plan.database != _database(settings):
        meant = plan.database or "homespun.db in the data directory"
        raise Conflict(
            f"A restore was cut off here that was for another database, {meant}. "
            f"Start once with that one in the settings; or remove {staged.folder}, and its files are lost."
        )
    if plan and await unfinished(store) == plan.restore:
        put = staged.put(plan)
        await finish(store)
    staged.discard()
    await tidy_up(store)
    return put


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Store, StagedFiles]]:
    """While nobody else restores here. Raises `Conflict`."""
    store = build_store(settings)
    try:
        with _alone(settings.data_dir):
            yield store, StagedFiles(settings.data_dir)
    finally:
        await store.close()


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with taken(data_dir / "restoring.lock") as is_alone:
        if not is_alone:
            raise Conflict("A backup is being restored here. Wait until that is done, and try again.")
        yield


def _database(settings: Settings) -> str:
    """Which one is meant, for people too; empty for the file in the data directory, which may move with it."""
    return shown(settings.database_url) if settings.database_url else ""
