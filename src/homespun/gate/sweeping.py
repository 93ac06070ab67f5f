"""Sweeping: idempotency keys are deleted when their day is over, and so are the responses that were kept for some."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy import Table

from homespun.core.clock import Clock
from homespun.store import Store, delete_in_batches, swept_hourly

from .responses import KEPT_FOR
from .tables import IdempotencyRow, IdempotentResponseRow


async def sweep(store: Store, now: datetime) -> None:
    """Deletes the keys that nobody may count on any more. Safe in several processes at once."""
    for row in (IdempotencyRow, IdempotentResponseRow):
        table = cast("Table", row.__table__)
        await delete_in_batches(store, table, table.c.created_at < now - KEPT_FOR)


def swept(store: Store, clock: Clock) -> AbstractAsyncContextManager[None]:
    """Sweeps now and every hour while the block lasts."""
    return swept_hourly(clock, partial(sweep, store), "Idempotency keys")
