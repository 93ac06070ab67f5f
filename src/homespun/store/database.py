"""The database as units of work: one writer at a time, many readers, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession


class Store:
    """A database by its SQLAlchemy URL; for SQLite a file, `sqlite+aiosqlite:////path/to/homespun.db`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def migrate(self) -> None:
        """Brings the tables up to date; safe while other processes do the same. Raises `StorageFull`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Closes all connections; the store opens new ones if it is used again."""
        raise NotImplementedError

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end of the block, rolled back if it raises. Raises `StorageFull`.

        Writers take turns; keep the block short and never wait for anything but the database in it.
        """
        raise NotImplementedError
        yield AsyncSession()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the data; writing through it fails."""
        raise NotImplementedError
        yield AsyncSession()
