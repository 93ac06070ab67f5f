"""All that is particular to SQLite: how its connections are set up, and how it says that the disk is full."""

from __future__ import annotations

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

_BUSY_TIMEOUT_S = 30
"""How long a connection waits for another process's transaction."""

_READERS = 8

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""Readers never wait for the writer, and a commit that was reported outlives a power cut."""

_FULL = frozenset({13, 4874})
"""SQLITE_FULL; SQLITE_IOERR_SHMSIZE, which is how a full disk shows when the WAL's index has to grow."""


def writing_engine(url: URL) -> AsyncEngine:
    """An engine of one connection. Its transactions take the write lock at once: to take it later, after a read, is
    what makes SQLite give up with "database is locked" rather than wait.
    """
    return _engine(url, connections=1, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS)


def reading_engine(url: URL) -> AsyncEngine:
    """An engine whose connections can't write; each of its transactions sees one state of the data."""
    return _engine(url, connections=_READERS, begin="BEGIN", pragmas=(*_PRAGMAS, "query_only=ON"))


def says_full(error: DBAPIError) -> bool:
    """Whether this is SQLite's way to say that the disk is full."""
    return getattr(error.orig, "sqlite_errorcode", None) in _FULL


def _engine(url: URL, *, connections: int, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        # The driver must not begin transactions of its own: the listener below does.
        connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
