"""All that is particular to PostgreSQL: pools, isolation, timeouts, locks across processes, its words for trouble."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, MetaData, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.schema import AddConstraint, DropConstraint

from homespun.core.errors import (
    Conflict,
    DatabaseBusy,
    DatabaseUnavailable,
    HomespunError,
    Invalid,
    StorageFull,
)

from .condition import Condition

OLDEST = 14
"""The oldest version of PostgreSQL that we know to work."""

_CONNECT_TIMEOUT_S = 10.0
_ANSWER_TIMEOUT_S = 60.0
"""Silence for so long means that the server, or the way to it, is gone."""
_POOL_TIMEOUT_S = 30.0
"""How long a unit of work waits for a connection."""
_OLDEST_CONNECTION_S = 600
"""Firewalls forget idle connections without a word; so old ones are replaced."""

_SESSION = {
    "application_name": "homespun",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}

_MIGRATION = 0x686F6D6573  # "homes"
"""The advisory lock that the process which migrates holds."""
_STEP_LOCK_TIMEOUT = "2s"
"""How long a step waits for a table. Whoever comes after it waits too, so it mustn't wait behind a long query."""
_STEP_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Between attempts, in which servers of the older version get on with their work."""

_ATTEMPTS_TO_BE_ALONE, _PAUSE_TO_BE_ALONE_S = 10, 0.1

_LOCK_NOT_AVAILABLE = "55P03"
_BUSY = frozenset({"40001", "40P01", "57014", _LOCK_NOT_AVAILABLE})
"""serialization_failure, deadlock_detected, query_canceled (by statement_timeout)."""
_DISK_FULL = "53100"
_GONE = frozenset({"57P01", "57P02", "57P03", "53200"})
"""Shutting down, crashed, starting up, out of memory."""
_CONNECTION, _DATA = "08", "22"
"""Classes of codes: trouble with the connection; values that can't be stored."""
_REFUSALS = {
    "28P01": "The database refuses the user or the password of database_url. Correct it and start again.",
    "28000": "The database refuses the user of database_url, or asks for TLS (sslmode=require). Correct it.",
    "3D000": "There is no such database on the server that database_url names. Create it: `createdb NAME`.",
    "42501": "The user of database_url may not do this. Make it the owner of the database.",
    "53300": "The database takes no more connections. Raise its max_connections, or lower database_connections.",
}
_UNREADABLE = "The database that database_url names does not keep UTF-8. Create one that does: `createdb -E UTF8 NAME`."


class Postgresql:
    """A server. Several writers at a time: they lock the rows that they go by, in sorted order (READ COMMITTED)."""

    def __init__(self, url: URL, *, connections: int) -> None:
        """At most so many connections, half of them for reading."""
        readers = max(1, connections // 2)
        self.writer = _engine(url, connections=max(1, connections - readers), isolation="READ COMMITTED")
        engine = _engine(url, connections=readers, isolation="REPEATABLE READ")
        self.reader = engine.execution_options(postgresql_readonly=True)

    def turn_to_write(self) -> AbstractAsyncContextManager[None]:
        """See `Backend`."""
        return nullcontext()

    def named(self, error: Exception) -> HomespunError | None:
        """See `Backend`."""
        if isinstance(error, PoolTimeoutError):
            return DatabaseBusy()
        if isinstance(error, ConnectionError | TimeoutError):
            return DatabaseUnavailable()
        if isinstance(error, DBAPIError):
            return DatabaseUnavailable() if error.connection_invalidated else _named(error.orig)
        return None

    async def abandon(self, session: AsyncSession) -> None:
        """See `Backend`. The answer to a question that nobody waits for any more may still be on its way, so the
        connection is closed rather than given to the next.
        """
        await session.invalidate()

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """See `Backend`. Rather than make everybody wait, a step that can't have its table comes again later."""
        for pause_s in _STEP_PAUSES_S:
            try:
                return await self._migrate_once(upgrade)
            except DBAPIError as error:
                if _code(error.orig) != _LOCK_NOT_AVAILABLE:
                    raise
            await asyncio.sleep(pause_s)
        return await self._migrate_once(upgrade)

    async def condition(self, *, thoroughly: bool) -> Condition:
        """See `Backend`. A server looks after its files itself."""
        async with self.reader.connect() as connection:
            asked = time.time()
            row = (
                await connection.execute(
                    text(
                        "SELECT extract(epoch FROM clock_timestamp()) AS now, current_setting('server_version') AS"
                        " version, current_setting('server_version_num')::int / 10000 AS major,"
                        " current_setting('server_encoding') AS encoding,"
                        " pg_database_size(current_database()) AS size,"
                        " to_regclass('alembic_version') IS NOT NULL AS has_revision"
                    )
                )
            ).one()
            ahead = float(row.now) - (asked + time.time()) / 2
            has = bool(row.has_revision)
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version")) if has else None
        return Condition(f"PostgreSQL {row.version}", revision, row.size, ahead, _problem(row.major, row.encoding))

    @asynccontextmanager
    async def replacement(self, *, ours: frozenset[str]) -> AsyncIterator[AsyncConnection]:
        """See `Backend`. All in one transaction, which others see nothing of until it is committed."""
        await self.close()
        async with self.writer.begin() as connection:
            await _without_timeouts(connection)
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION)))
            await _refuse_if_used(connection)
            old = MetaData()
            await connection.run_sync(old.reflect, only=lambda name, _: name in ours)
            await connection.run_sync(old.drop_all)
            yield connection
            await connection.execute(text("ANALYZE"))  # until it has counted the rows, it plans for empty tables

    async def discard_replacement(self) -> None:
        """See `Backend`. There is nothing to do: the server has rolled it back."""

    async def before_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """See `Backend`. The keys come back in `after_loading`; to switch them off takes a superuser."""
        for table in metadata.tables.values():
            for constraint in table.foreign_key_constraints:
                await connection.execute(DropConstraint(constraint))

    async def after_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """See `Backend`."""
        for table in metadata.sorted_tables:
            for column in table.primary_key.columns:
                if column.identity is not None:
                    await connection.execute(_count_on(table.name, column.name))
        try:
            for table in metadata.tables.values():
                for constraint in table.foreign_key_constraints:
                    await connection.execute(AddConstraint(constraint))
        except DBAPIError as error:
            raise Invalid("The rows don't fit together: one refers to another that isn't there.") from error

    async def close(self) -> None:
        """See `Backend`."""
        await self.writer.dispose()
        await self.reader.dispose()

    async def _migrate_once(self, upgrade: Callable[[Connection], None]) -> None:
        async with self.writer.begin() as connection:
            if await connection.scalar(text("SHOW server_encoding")) != "UTF8":
                raise Invalid(_UNREADABLE, param="database_url")
            await _without_timeouts(connection)
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION)))
            await connection.execute(text(f"SET LOCAL lock_timeout = '{_STEP_LOCK_TIMEOUT}'"))
            await connection.run_sync(upgrade)


def _engine(url: URL, *, connections: int, isolation: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        async_creator=lambda: _connect(url),
        isolation_level=isolation,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        pool_recycle=_OLDEST_CONNECTION_S,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def refuse_closed(connection: DBAPIConnection, _: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
        # After a restart of the server the pool's connections are closed, and know it; asking each one first whether
        # it is alive (pool_pre_ping) would cost three round trips every time.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


async def _connect(url: URL) -> asyncpg.Connection[Any]:
    """A new connection. Raises `DatabaseUnavailable` that says why."""
    options: dict[str, Any] = dict(url.query)
    options |= {} if url.host is None else {"host": url.host}
    options |= {} if url.port is None else {"port": url.port}
    try:
        return await asyncpg.connect(
            user=url.username,
            password=url.password,
            database=url.database,
            timeout=_CONNECT_TIMEOUT_S,
            command_timeout=_ANSWER_TIMEOUT_S,
            server_settings=_SESSION,
            **options,
        )
    except asyncpg.PostgresError as error:
        raise _named(error) or DatabaseUnavailable() from error
    except (OSError, TimeoutError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable from error


def _named(error: BaseException | None) -> HomespunError | None:
    code = _code(error)
    if code == _DISK_FULL:
        return StorageFull("The database's disk is full. Free some space; nothing that was acknowledged is lost.")
    if code in _BUSY:
        return DatabaseBusy()
    if code in _REFUSALS:
        return DatabaseUnavailable(_REFUSALS[code])
    if code in _GONE or code.startswith(_CONNECTION):
        return DatabaseUnavailable()
    if code.startswith(_DATA) or _is_unsendable(error):
        return Invalid("The text or the number can't be stored. Correct it and send it again.")
    return None


def _is_unsendable(error: BaseException | None) -> bool:
    """Whether the driver could not put a value into words that PostgreSQL reads, though it is of the right type."""
    while error and not isinstance(error, UnicodeEncodeError | OverflowError):
        error = error.__cause__
    return error is not None


def _code(error: BaseException | None) -> str:
    """The five characters that PostgreSQL says what is wrong with; empty if it isn't PostgreSQL that says it."""
    return getattr(error, "sqlstate", None) or ""


def _problem(major: int, encoding: str) -> str:
    if major < OLDEST:
        return f"older than PostgreSQL {OLDEST}. Upgrade it."
    return "" if encoding == "UTF8" else _UNREADABLE


async def _without_timeouts(connection: AsyncConnection) -> None:
    """For this transaction, which may take as long as it takes."""
    for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        await connection.execute(text(f"SET LOCAL {setting} = 0"))


async def _refuse_if_used(connection: AsyncConnection) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :ours AND pid <> pg_backend_pid()"
    )
    for _ in range(_ATTEMPTS_TO_BE_ALONE):  # the connections that were closed just now take a moment to be gone
        if not await connection.scalar(others, {"ours": _SESSION["application_name"]}):
            return
        await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        await asyncio.sleep(_PAUSE_TO_BE_ALONE_S)
    raise Conflict("Somebody is using the database. Stop all servers, and try again.")


def _count_on(table: str, column: str) -> Any:
    """The statement after which new rows get numbers above the highest there is."""
    quoted = f'"{table}"'
    return text(
        f"SELECT setval(pg_get_serial_sequence('{quoted}', '{column}'),"  # noqa: S608 - names of our own tables
        f' (SELECT coalesce(max("{column}"), 0) + 1 FROM {quoted}), false)'
    )
