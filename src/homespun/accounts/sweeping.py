"""Sweeping: what has expired is deleted, a day later. Nothing is let in by it meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from homespun.core.clock import Clock, Steadiness
from homespun.core.errors import HomespunError
from homespun.store import Base, Store

from .tables import EndingRow, OpenIdAttemptRow, SessionRow, SignInCodeRow, SignInLinkRow, ThrottleRow

_log = logging.getLogger(__name__)

_EVERY_S = 3600.0
_KEPT = timedelta(days=1)
"""Longer than any throttle's window, and than any process takes to notice an ending."""


async def sweep(store: Store, now: datetime) -> None:
    """Deletes what has been over for a day. Each kind in a unit of work of its own, so that none waits long."""
    old = now - _KEPT
    for row, moment in (
        (SessionRow, SessionRow.expires_at),
        (SignInLinkRow, SignInLinkRow.expires_at),
        (SignInCodeRow, SignInCodeRow.expires_at),
        (OpenIdAttemptRow, OpenIdAttemptRow.expires_at),
        (ThrottleRow, ThrottleRow.since),
        (EndingRow, EndingRow.at),
    ):
        async with store.write() as session:
            await session.execute(delete(row).where(moment < old, *_but(row)))


def _but(row: type[Base]) -> tuple[ColumnElement[bool], ...]:
    """The latest ending stays: SQLite would number the next one from 1 again, which no process would ever notice."""
    if row is not EndingRow:
        return ()
    return (EndingRow.number < select(func.max(EndingRow.number)).scalar_subquery(),)


@asynccontextmanager
async def swept(store: Store, clock: Clock) -> AsyncIterator[None]:
    """Sweeps now and every hour while the block lasts."""
    task = asyncio.create_task(_keep_sweeping(store, clock))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_sweeping(store: Store, clock: Clock) -> None:
    steadiness = Steadiness(clock)
    while True:
        try:
            if steadiness.is_steady():
                await sweep(store, clock.now())
        except HomespunError as error:  # a full disk, a database that is away: there is time enough
            _log.warning("What has expired could not be deleted: %s", error.message)
        await asyncio.sleep(_EVERY_S)
