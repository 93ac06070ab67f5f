"""Deleting what is over, every hour and a few rows at a time: nobody who writes waits long for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from homespun.core.clock import Clock, Steadiness
from homespun.core.errors import HomespunError

from .database import Store

_AT_ONCE = 500
_EVERY_S = 3600.0

logger = logging.getLogger(__name__)


async def delete_in_batches(store: Store, table: Table, *over: ColumnElement[bool]) -> int:
    """Deletes the rows of which all of this is true, five hundred in a unit of work; returns how many there were.

    Safe in several processes at once: each takes rows that no other is at.
    """
    key = tuple(table.primary_key)
    batch = select(*key).where(*over).limit(_AT_ONCE).with_for_update(skip_locked=True)
    deleted = 0
    while True:
        async with store.write() as session:
            gone = len((await session.execute(delete(table).where(tuple_(*key).in_(batch)).returning(key[0]))).all())
        deleted += gone
        if gone < _AT_ONCE:
            return deleted


@asynccontextmanager
async def swept_hourly(clock: Clock, sweep: Callable[[datetime], Awaitable[None]], what: str) -> AsyncIterator[None]:
    """Sweeps now and every hour while the block lasts, unless the clock was set lately. `what` is for the log."""
    task = asyncio.create_task(_keep_sweeping(clock, sweep, what))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep_sweeping(clock: Clock, sweep: Callable[[datetime], Awaitable[None]], what: str) -> None:
    steadiness = Steadiness(clock)
    while True:
        try:
            if steadiness.is_steady():
                await sweep(clock.now())
        except HomespunError as error:  # a full disk, a database that is away: there is time enough
            logger.warning("%s could not be deleted: %s", what, error.message)
        except Exception:  # it would end with the first file that isn't ours, and nobody would notice
            logger.exception("%s could not be deleted", what)
        await asyncio.sleep(_EVERY_S)
