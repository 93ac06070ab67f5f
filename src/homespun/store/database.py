"""The database as units of work: one writer at a time, many readers, all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid, StorageFull

from . import sqlite
from .migrations import upgrade


class Store:
    """A database by its SQLAlchemy URL: a SQLite file, `sqlite+aiosqlite:////path/to/homespun.db`.

    Within the process writers queue for the one writing connection; with other processes they take turns through
    SQLite's own lock. Raises `Invalid` for another kind of URL.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.drivername != "sqlite+aiosqlite" or parsed.database in (None, "", ":memory:"):
            raise Invalid("The database is a SQLite file: sqlite+aiosqlite:////path/to/homespun.db", param="database")
        self._file = Path(str(parsed.database))
        self._writer = sqlite.writing_engine(parsed)
        self._reader = sqlite.reading_engine(parsed)
        self._turn_to_write = asyncio.Lock()
        """First come, first served, however long it takes; the pool alone would give up after half a minute."""

    async def migrate(self) -> None:
        """Makes the file if there is none and brings the tables up to date; safe while other processes do the same.

        Raises `StorageFull`.
        """
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _trouble_by_name():
            async with self._turn_to_write, self._writer.begin() as connection:
                await connection.run_sync(upgrade)

    async def close(self) -> None:
        """Closes all connections; the store opens new ones if it is used again."""
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end of the block, rolled back if it raises.

        Raises `StorageFull`, and `Invalid` for a value that isn't Unicode.

        Writers take turns; keep the block short and never wait for anything but the database in it.
        """
        async with self._turn_to_write, AsyncSession(self._writer, expire_on_commit=False) as session:
            with _trouble_by_name():
                try:
                    yield session
                    await _to_the_end(session.commit())
                except BaseException:
                    await _to_the_end(session.rollback())
                    raise

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the data; writing through it fails."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            with _trouble_by_name():
                yield session


@contextmanager
def _trouble_by_name() -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        raise Invalid("Half of a surrogate pair is no text. Take it out and send it again.") from error
    except DBAPIError as error:
        if sqlite.says_full(error):
            raise StorageFull from error
        raise


async def _to_the_end(ending: Coroutine[Any, Any, None]) -> None:
    """Waits for a commit even when cancelled meanwhile, so that nobody is ever in doubt whether it took place."""
    task = asyncio.create_task(ending)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled:
        raise cancelled
