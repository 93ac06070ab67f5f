"""SQLite's writing connection: what may wait is done in its thread, what can't wait right here.

aiosqlite hands every call to a thread and waits for it, a tenth of a millisecond and more each time, several times what
the statement itself takes. Between BEGIN IMMEDIATE and COMMIT a statement waits for nobody: the write lock is had, and
nothing goes to the disk yet. So these statements run on the event loop's own thread; to begin, to commit, and all else
that may wait for another process or for the disk, stays in the connection's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

_QUICK = ("SELECT", "INSERT", "UPDATE", "DELETE")
_STEPS = ("cursor", "fetchall", "fetchone", "fetchmany", "close")
"""Calls on a cursor that go with such a statement."""


class WritingConnection(aiosqlite.Connection):
    """Used by one task at a time, as the pool sees to."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._is_quick(fn, args):
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _is_quick(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        connection: sqlite3.Connection | None = self._connection
        if connection is None or not connection.in_transaction or getattr(fn, "__self__", None) is connection:
            return fn == getattr(connection, "cursor", None)
        if fn.__name__ in ("execute", "executemany"):
            return str(args[0]).lstrip().upper().startswith(_QUICK)
        return fn.__name__ in _STEPS


def connect(database: str, **options: Any) -> WritingConnection:
    """A connection that is still to be awaited; takes `sqlite3.connect`'s options."""

    def open_file() -> sqlite3.Connection:
        file: sqlite3.Connection = sqlite3.connect(database, **options | {"check_same_thread": False})
        return file

    return WritingConnection(open_file, iter_chunk_size=64)
