"""What the two kinds of database have to offer, so that nothing else needs to know which one it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from homespun.core.errors import HomespunError

from .condition import Condition


class Backend(Protocol):
    """All that is particular to one kind of database."""

    writer: AsyncEngine
    """Its transactions write."""
    reader: AsyncEngine
    """Its transactions can't write, and see one state of the data from their first statement on."""

    def turn_to_write(self) -> AbstractAsyncContextManager[object]:
        """Held for the length of a unit of work that writes; where only one may write, the others queue here."""
        ...

    def named(self, error: Exception) -> HomespunError | None:
        """What people are told of a failure of the database; None: it isn't one that has a name."""
        ...

    async def abandon(self, session: AsyncSession) -> None:
        """Ends the session of a task that was cancelled, so that nobody else gets to hear its connection's answers."""
        ...

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """Makes the database if there is none and runs the steps in one transaction, one process at a time."""
        ...

    async def condition(self, *, thoroughly: bool) -> Condition:
        """How the database is; thoroughly: all of a file is read. Changes nothing, makes none where there is none."""
        ...

    def replacement(self, *, ours: frozenset[str]) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction in an empty database that takes the old one's place, all at once, when the block ends well.

        `ours` are the names of the tables that go. Raises `Conflict` while anybody else is using the old one.
        """
        ...

    async def discard_replacement(self) -> None:
        """Removes what a process has left that was killed within `replacement`. Nobody may be in it."""
        ...

    async def before_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """Rows may now be loaded in any order."""
        ...

    async def after_loading(self, connection: AsyncConnection, metadata: MetaData) -> None:
        """Foreign keys hold again, and numbers go on after the highest. Raises `Invalid` where a key leads nowhere."""
        ...

    async def close(self) -> None:
        """Closes all connections; they are opened anew when they are needed."""
        ...
