"""From the database into an archive, while servers go on writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from homespun import __version__
from homespun.core.errors import NotFound
from homespun.store.database import Store
from homespun.store.tables import Base

from .archive import ArchiveWriter
from .manifest import FORMAT, Manifest, SavedTable
from .progress import OnProgress, Progress
from .rows import kind_of, selected, written

_ROWS_AT_A_TIME = 500
_MB = 1_000_000
_MEMBER_BYTES = 8 * 1024 * 1024
"""A member is full when it has so many; the last row may go beyond."""

Files = Callable[[], Mapping[str, bytes]]
"""Reads the files that belong to the database, by name."""
Folders = Callable[[], Mapping[str, Path]]
"""Finds files that rows speak of and that stay as they are, however large, by name."""


async def save(
    store: Store,
    archive: ArchiveWriter,
    now: datetime,
    files: Files,
    on_progress: OnProgress,
    folders: Folders = dict,
) -> Manifest:
    """Writes all rows and files, and finishes the archive. Raises `NotFound` where there is no database yet.

    The files are read before the database's moment and after it, and the fuller one counts: what was in the making at
    that moment is in one of them, or in the database. Those of `folders` were there before a row spoke of them, so they
    are looked for after that moment.
    """
    condition = await store.condition()
    if condition.revision is None:
        raise NotFound("There is no database yet, so there is nothing to save.")
    before = files()
    async with store.read() as session:
        connection = await session.connection()
        tables = await _tables(connection)
        counts = {table.name: await connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
        for name, data in _fuller(before, files()).items():
            archive.add(f"files/{name}", data)
        shown = _Shown(sum(counts.values()), on_progress)
        saved = {str(table.name): await _save_table(connection, table, archive, shown) for table in tables}
    _save_files(archive, folders(), on_progress)
    manifest = Manifest(FORMAT, __version__, condition.revision, condition.server, now, saved, archive.sha256)
    archive.finish(manifest)
    return manifest


def _save_files(archive: ArchiveWriter, found: Mapping[str, Path], on_progress: OnProgress) -> None:
    total = done = 0
    for path in found.values():
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    for name, path in found.items():

        def read(more: int, name: str = name) -> None:
            nonlocal done
            done += more
            if total >= _MB:
                on_progress(Progress(name, min(done, total) // _MB, total // _MB, "MB"))

        with suppress(FileNotFoundError):  # an uploaded file that was deleted meanwhile
            archive.add_file(f"files/{name}", path, read)


async def _tables(connection: AsyncConnection) -> list[Table]:
    """As they are in the database, which may be at an older step than the code."""
    found = MetaData()
    await connection.run_sync(found.reflect, only=lambda name, _: name in Base.metadata.tables)
    return [found.tables[name] for name in sorted(found.tables)]


class _Shown:
    """Counts rows and tells of them."""

    def __init__(self, total: int, on_progress: OnProgress) -> None:
        self._done = 0
        self._total = total
        self._on_progress = on_progress

    def rows(self, table: str, more: int) -> None:
        self._done += more
        self._on_progress(Progress(table, self._done, max(self._total, self._done)))


async def _save_table(connection: AsyncConnection, table: Table, archive: ArchiveWriter, shown: _Shown) -> SavedTable:
    columns: list[Column[Any]] = list(table.columns)
    kinds = [kind_of(column) for column in columns]
    statement = select(*map(selected, columns)).order_by(*table.primary_key.columns)
    rows, part, lines = 0, 0, bytearray()
    async with connection.stream(statement.execution_options(yield_per=_ROWS_AT_A_TIME)) as result:
        async for some in result.partitions():
            lines += written(some, kinds)
            rows += len(some)
            shown.rows(table.name, len(some))
            if len(lines) >= _MEMBER_BYTES:
                archive.add(f"tables/{table.name}/{part:06}.jsonl", bytes(lines))
                part, lines = part + 1, bytearray()
    if lines:
        archive.add(f"tables/{table.name}/{part:06}.jsonl", bytes(lines))
    return SavedTable(tuple((str(column.name), kind) for column, kind in zip(columns, kinds, strict=True)), rows)


def _fuller(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {
        name: max(before.get(name, b""), after.get(name, b""), key=len) for name in sorted(before.keys() | after.keys())
    }
