"""All that is particular to SQLite: one writer at a time, a file that is replaced by renaming, its own errors."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, MetaData, event, text
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from homespun.core.errors import Conflict, HomespunError, Invalid, StorageFull

from . import writing
from .condition import Condition

_BUSY_TIMEOUT_S = 30
"""How long a connection waits for another process's transaction."""

_READERS = 8

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""Readers never wait for the writer, and a commit that was reported outlives a power cut."""

_IN_THE_MAKING = ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=OFF")
"""One file without a second one beside it, so that it can be renamed."""

_FULL = frozenset({13, 4874})
"""SQLITE_FULL; SQLITE_IOERR_SHMSIZE, which is how a full disk shows when the WAL's index has to grow."""


class Sqlite:
    """A file. Within the process writers queue for the one writing connection; with other processes they take turns
    through SQLite's own lock.
    """

    def __init__(self, url: URL) -> None:
        self._file = Path(str(url.database))
        self.writer = _engine(url, connections=1, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS, connect=writing.connect)
        """Its transactions take the write lock at once: to take it later, after a read, is what makes SQLite give up
        with "database is locked" rather than wait.
        """
        self.reader = _engine(url, connections=_READERS, begin="BEGIN", pragmas=(*_PRAGMAS, "query_only=ON"))
        self._turn_to_write = asyncio.Lock()
        """First come, first served, however long it takes; the pool alone would give up after half a minute."""

    def turn_to_write(self) -> asyncio.Lock:
        """See `Backend`."""
        return self._turn_to_write

    def named(self, error: Exception) -> HomespunError | None:
        """See `Backend`."""
        if isinstance(error, DBAPIError) and getattr(error.orig, "sqlite_errorcode", None) in _FULL:
            return StorageFull()
        return None

    async def abandon(self, session: AsyncSession) -> None:
        """See `Backend`. The connection's thread does one thing after the other, so a rollback is enough."""
        await session.rollback()

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """See `Backend`."""
        self._make_folder()
        async with self._turn_to_write, self.writer.begin() as connection:
            await connection.run_sync(upgrade)

    async def condition(self, *, thoroughly: bool) -> Condition:
        """See `Backend`."""
        server = f"SQLite {sqlite3.sqlite_version}"
        if not self._file.exists():
            return Condition(server, None, 0)
        size = self._file.stat().st_size
        try:
            problem, revision = await asyncio.to_thread(_looked_at, self._file, thoroughly=thoroughly)
        except sqlite3.Error as error:
            problem, revision = str(error), None
        return Condition(server, revision, size, problem="" if problem == "ok" else f"damaged: {problem}")

    @asynccontextmanager
    async def replacement(self, *, ours: frozenset[str]) -> AsyncIterator[AsyncConnection]:
        """See `Backend`. The new database is another file until it is whole."""
        self._make_folder()
        await self.close()
        _settle(self._file)
        await self.discard_replacement()
        unfinished = self._replacement
        url = self.writer.url.set(database=str(unfinished))
        engine = _engine(url, connections=1, begin="BEGIN IMMEDIATE", pragmas=_IN_THE_MAKING)
        try:
            async with engine.begin() as connection:
                yield connection
            await engine.dispose()
            self._put_in_place(unfinished)
        finally:
            await engine.dispose()
            unfinished.unlink(missing_ok=True)

    async def discard_replacement(self) -> None:
        """See `Backend`."""
        for path in (self._replacement, self._replacement.with_name(f"{self._replacement.name}-journal")):
            path.unlink(missing_ok=True)

    async def before_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """See `Backend`. There is nothing to do: foreign keys don't count on this connection."""

    async def after_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """See `Backend`."""
        lost = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
        if lost is not None:
            raise Invalid(f"A row of {lost[0]} refers to a row of {lost[2]} that isn't there.")

    async def close(self) -> None:
        """See `Backend`."""
        await self.writer.dispose()
        await self.reader.dispose()

    @property
    def _replacement(self) -> Path:
        return self._file.with_name(f"{self._file.name}.restoring")

    def _make_folder(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _put_in_place(self, finished: Path) -> None:
        _settle(self._file)
        finished.chmod(0o600)
        os.replace(finished, self._file)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else a power cut might bring the old name back
        finally:
            os.close(folder)


def _settle(file: Path) -> None:
    """Moves what a file's `-wal` holds into it, which only whoever is alone with it can.

    Raises `Conflict` if somebody else has it open: they would go on writing into a file that nobody sees any more.
    """
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise Conflict("Somebody is using the database. Stop the server, and try again.") from error
        except sqlite3.DatabaseError:
            pass  # damaged: the best reason to put a backup in its place
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)


def _looked_at(file: Path, *, thoroughly: bool) -> tuple[str, str | None]:
    """SQLite's own verdict, "ok" if all is well, and the revision of the tables."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (problem,) = connection.execute("PRAGMA integrity_check(1)").fetchone() if thoroughly else ("ok",)
        has_revision = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_revision else None
    return problem, row[0] if row else None


def _engine(
    url: URL,
    *,
    connections: int,
    begin: str,
    pragmas: tuple[str, ...],
    connect: Callable[..., aiosqlite.Connection] = aiosqlite.connect,
) -> AsyncEngine:
    # The driver must not begin transactions of its own: the listener below does.
    options: dict[str, Any] = {"isolation_level": None, "timeout": _BUSY_TIMEOUT_S}
    options["async_creator_fn"] = partial(_connected, connect, pragmas)
    engine = create_async_engine(
        url, pool_size=connections, max_overflow=0, connect_args=options, pool_reset_on_return=None
    )

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "handle_error")
    def keep_when_cancelled(context: ExceptionContext) -> None:
        # SQLAlchemy would close the connection. But SQLite closes one only when its last cursor is gone, and holds the
        # write lock until then; the traceback of the cancelled task has a cursor, and may live for long. So the
        # connection stays, and is rolled back.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    return engine


async def _connected(
    connect: Callable[..., aiosqlite.Connection], pragmas: tuple[str, ...], database: str, **options: Any
) -> aiosqlite.Connection:
    """A connection that is set up. Whoever is cancelled meanwhile waits until it is, and closes it: left alone, its
    thread would hold the file, and tell an event loop that may be gone.
    """
    opening = asyncio.ensure_future(_set_up(connect(database, **options), pragmas))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise


async def _set_up(connection: aiosqlite.Connection, pragmas: tuple[str, ...]) -> aiosqlite.Connection:
    connection._thread.daemon = True
    await connection
    try:
        for pragma in pragmas:
            async with connection.execute(f"PRAGMA {pragma}"):
                pass
    except sqlite3.Error:
        await connection.close()
        raise
    return connection
