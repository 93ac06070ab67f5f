"""Sweeping: what has expired is deleted, a day later. Nothing is let in by it meanwhile."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete, func, select

from homespun.core.clock import Clock
from homespun.store import Base, Store, swept_hourly

from .tables import EndingRow, OpenIdAttemptRow, SessionRow, SignInCodeRow, SignInLinkRow, ThrottleRow

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


def swept(store: Store, clock: Clock) -> AbstractAsyncContextManager[None]:
    """Sweeps now and every hour while the block lasts."""
    return swept_hourly(clock, partial(sweep, store), "What has expired")
