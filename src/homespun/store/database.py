"""The database as units of work: all or nothing, and each reader sees one state of the data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from homespun.core.errors import DatabaseUnavailable, Invalid

from . import addresses
from .backend import Backend
from .condition import Condition
from .migrations import upgrade
from .postgresql import Postgresql
from .sqlite import Sqlite

CONNECTIONS = 12
"""So many connections to PostgreSQL a process opens at most, unless it is told otherwise."""

_IN_DOUBT = (
    "The connection to the database was lost at the very end: the change may have been made, or not. "
    "Look before you make it again."
)


class Store:
    """A database by its URL: `postgresql://user:password@host/name`, or a SQLite file,
    `sqlite+aiosqlite:////path/to/homespun.db`.

    Raises `Invalid` for another kind of URL. All its methods raise `DatabaseUnavailable` while PostgreSQL can't be
    reached; when it is back, they work again by themselves.
    """

    def __init__(self, url: str, *, connections: int = CONNECTIONS) -> None:
        """`connections` at most, to PostgreSQL; SQLite has as many as it needs."""
        address = addresses.parsed(url)
        is_file = address.drivername == addresses.SQLITE
        self.backend: Backend = Sqlite(address) if is_file else Postgresql(address, connections=connections)
        """For this package alone."""

    @property
    def is_shared(self) -> bool:
        """Whether servers on other machines may use it as well: a file they can't."""
        return isinstance(self.backend, Postgresql)

    async def migrate(self) -> None:
        """Brings the tables up to date, and makes a SQLite file if there is none; safe while others do the same.

        Raises `StorageFull`, and `Conflict` for a database that a newer Homespun has brought further.
        """
        with self._trouble_by_name():
            await self.backend.migrate(upgrade)

    async def condition(self, *, thoroughly: bool = True) -> Condition:
        """How the database is; thoroughly reads all of a file, which takes its time. Changes nothing."""
        with self._trouble_by_name():
            return await self.backend.condition(thoroughly=thoroughly)

    async def close(self) -> None:
        """Closes all connections; the store opens new ones if it is used again."""
        await self.backend.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed at the end of the block, rolled back if it raises.

        Raises `StorageFull`; `DatabaseBusy` where others were in the way for too long; `Invalid` for a value that
        can't be stored.

        On SQLite writers take turns. On PostgreSQL several write at a time (READ COMMITTED): what a decision is based
        on has to be locked (`with_for_update`), rows in sorted order, or what is no row yet with `alone`. Keep the
        block short and never wait for anything but the database in it.
        """
        async with self.backend.turn_to_write(), self._session(self.backend.writer) as session:
            yield session
            await self._commit(session)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent view of the data; writing through it fails."""
        async with self._session(self.backend.reader) as session:
            yield session

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        """A session within its transaction, which is rolled back unless somebody has committed it."""
        async with AsyncSession(engine, expire_on_commit=False) as session:
            with self._trouble_by_name():
                try:
                    await session.connection()
                    yield session
                except Exception:
                    await _to_the_end(session.rollback())
                    raise
                except BaseException:  # cancelled, perhaps in the middle of a statement
                    await _to_the_end(self.backend.abandon(session))
                    raise

    async def _commit(self, session: AsyncSession) -> None:
        try:
            with self._trouble_by_name():
                await _to_the_end(session.commit())
        except DatabaseUnavailable as error:
            raise DatabaseUnavailable(_IN_DOUBT) from error

    @contextmanager
    def _trouble_by_name(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise Invalid("Half of a surrogate pair is no text. Take it out and send it again.") from error
        except (DBAPIError, PoolTimeoutError, ConnectionError, TimeoutError) as error:
            if named := self.backend.named(error):
                raise named from error
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
