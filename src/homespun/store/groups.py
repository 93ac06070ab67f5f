"""Group commit: small units of work of one kind, written several at a time.

A commit waits for the disk, and much of what it costs is the same for one row as for fifty. So while one unit of work
is being written, those that arrive meanwhile gather, and go into the next one together. A lone one is not held back.
The idea is that of databases' own logs (DeWitt et al. 1984); this one shares the statements too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import DatabaseUnavailable, HomespunError

from .database import Store

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Write = Callable[[AsyncSession, Sequence[Item]], Awaitable[Sequence[Outcome | HomespunError]]]
"""Writes some items; an error among the outcomes, which come in the same order, is that item's alone."""

_LARGEST = 128
"""Items of one unit of work: more would keep other writers waiting."""


class Groups(Generic[Item, Outcome]):
    """Calls `write` with what has gathered, in one unit of work at a time."""

    def __init__(self, store: Store, write: Write[Item, Outcome]) -> None:
        self._store = store
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Outcome:
        """The item's outcome, once it is committed; raises its own error, or what befell its unit of work.

        Whoever is cancelled meanwhile won't learn the outcome: the item may be written all the same.
        """
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await outcome

    async def _write_all(self) -> None:
        """Until nothing waits any more."""
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_LARGEST], self._waiting[_LARGEST:]
                await self._write_group(group)
        finally:
            self._writing = None

    async def _write_group(self, group: Sequence[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        """If it fails as a whole, each item gets a unit of work of its own: the others are not to suffer from one.

        Unless the database is away: that befalls all of them.
        """
        try:
            async with self._store.write() as session:
                outcomes = await self._write(session, [item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for it are told
            if len(group) == 1 or isinstance(error, DatabaseUnavailable):
                for _, future in group:
                    _tell(future, error)
            else:
                for one in group:
                    await self._write_group([one])
        except asyncio.CancelledError:
            for _, future in group:
                future.cancel()
            raise
        else:
            for (_, future), outcome in zip(group, outcomes, strict=True):
                _tell(future, outcome)


def _tell(future: asyncio.Future[Outcome], outcome: Outcome | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
