"""From an archive into an empty database that then takes the old one's place, all at once or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, delete, exists, func, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from homespun.core.errors import Conflict, Invalid
from homespun.store.database import Store
from homespun.store.migrations import knows_revision, upgrade
from homespun.store.tables import Base

from .archive import rows_of
from .manifest import Manifest
from .progress import OnProgress, Progress
from .rows import insertable, kind_of, read

_VERSION_TABLE = "alembic_version"
_MARK = Table("restoring", MetaData(), Column("id", String(64), primary_key=True))
"""There from the moment that a restore's rows are until its files are in their places; it has that restore's id."""


def refuse_unknown(manifest: Manifest) -> None:
    """Raises `Conflict` for a backup of a Homespun that is newer than this one."""
    if not knows_revision(manifest.revision):
        raise Conflict(
            f"The backup is of a newer Homespun ({manifest.version}, tables at {manifest.revision}). "
            "Install that version first."
        )


async def has_rows(store: Store) -> bool:
    """Whether there is anything that would be lost; of a damaged database it is taken for granted."""
    condition = await store.condition()
    if condition.problem or condition.revision is None:
        return bool(condition.problem)
    async with store.read() as session:
        connection = await session.connection()
        found = await _reflected(connection)
        return any([await connection.scalar(select(exists().select_from(one))) for one in found.tables.values()])


async def restore(
    store: Store, path: Path, manifest: Manifest, on_progress: OnProgress, *, restore_id: str = ""
) -> None:
    """Puts the rows of a verified archive in the place of all there are. Raises `Conflict` while others use them.

    With an id, the database says from then on that this restore's files are due, until `finish` is called.
    """
    refuse_unknown(manifest)
    backend = store.backend
    ours = frozenset({*Base.metadata.tables, *manifest.tables, _VERSION_TABLE, _MARK.name})
    async with backend.replacement(ours=ours) as connection:
        await connection.run_sync(upgrade, manifest.revision)
        found = await _reflected(connection)
        _refuse_others(manifest, found)
        await backend.before_loading(connection, found)
        for one in found.tables.values():  # steps may have put something in
            await connection.execute(delete(one))
        await _load(connection, found, path, manifest, on_progress)
        await backend.after_loading(connection, found)
        await _refuse_missing(connection, found, manifest)
        await connection.run_sync(upgrade)
        if restore_id:
            await connection.run_sync(_MARK.create)
            await connection.execute(insert(_MARK).values(id=restore_id))


async def unfinished(store: Store) -> str | None:
    """The id of the restore whose rows these are, and whose files are due; None: there is none."""
    if (await store.condition(thoroughly=False)).revision is None:
        return None
    async with store.read() as session:
        connection = await session.connection()
        is_marked = await connection.run_sync(lambda sync: inspect(sync).has_table(_MARK.name))
        return await connection.scalar(select(_MARK.c.id)) if is_marked else None


async def finish(store: Store) -> None:
    """The files are in their places. To be called where one is `unfinished`."""
    async with store.write() as session:
        await (await session.connection()).run_sync(_MARK.drop)


async def tidy_up(store: Store) -> None:
    """Removes what a restore that was killed has left beside the database. Nobody may be restoring it."""
    await store.backend.discard_replacement()


async def _load(
    connection: AsyncConnection, found: MetaData, path: Path, manifest: Manifest, on_progress: OnProgress
) -> None:
    done = 0
    for name, data in rows_of(path, manifest):
        table_name = name.split("/")[1]
        if table_name not in manifest.tables:
            raise Invalid(f"The backup has rows of an unknown table, {table_name}.")
        columns = [found.tables[table_name].columns[name] for name, _ in manifest.tables[table_name].columns]
        rows = read(data, [kind_of(one) for one in columns])
        target = Table(table_name, MetaData(), *map(insertable, columns))
        names = [one.name for one in columns]
        await connection.execute(insert(target), [dict(zip(names, row, strict=True)) for row in rows])
        done += len(rows)
        on_progress(Progress(table_name, done, manifest.rows))


async def _reflected(connection: AsyncConnection) -> MetaData:
    """The tables as the database has them, without Alembic's own."""
    found = MetaData()
    await connection.run_sync(found.reflect, only=lambda name, _: name in Base.metadata.tables)
    return found


def _refuse_others(manifest: Manifest, found: MetaData) -> None:
    """Names from a file from elsewhere reach the database only if they are ones that our own steps have made."""
    saved: dict[str, Any] = {name: dict(one.columns) for name, one in manifest.tables.items()}
    ours = {name: {one.name: kind_of(one) for one in table.columns} for name, table in found.tables.items()}
    if saved != ours:
        wrong = sorted(name for name in saved.keys() | ours.keys() if saved.get(name) != ours.get(name))
        raise Invalid(f"The backup's tables are not those of its version: {wrong[0]} differs.")


async def _refuse_missing(connection: AsyncConnection, found: MetaData, manifest: Manifest) -> None:
    for name, saved in manifest.tables.items():
        there = await connection.scalar(select(func.count()).select_from(found.tables[name]))
        if there != saved.rows:
            raise Invalid(f"The backup has {there} rows of {name}, not {saved.rows} as it says.")
