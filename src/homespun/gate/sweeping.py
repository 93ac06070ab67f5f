"""Sweeping: idempotency keys are deleted when their day is over, and so are the responses that were kept for some."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast

from sqlalchemy import Table

from homespun.core.clock import Clock, Steadiness
from homespun.core.errors import HomespunError
from homespun.store import Store, delete_in_batches

from .responses import KEPT_FOR
from .tables import IdempotencyRow, IdempotentResponseRow

_EVERY_S = 3600.0

logger = logging.getLogger(__name__)


async def sweep(store: Store, now: datetime) -> None:
    """Deletes the keys that nobody may count on any more. Safe in several processes at once."""
    for row in (IdempotencyRow, IdempotentResponseRow):
        table = cast("Table", row.__table__)
        await delete_in_batches(store, table, table.c.created_at < now - KEPT_FOR)


@asynccontextmanager
async def swept(store: Store, clock: Clock) -> AsyncIterator[None]:
    """Sweeps now and every hour while the block lasts."""
    task = asyncio.create_task(_keep_sweeping(store, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep_sweeping(store: Store, clock: Clock) -> None:
    steadiness = Steadiness(clock)
    while True:
        try:
            if steadiness.is_steady():
                await sweep(store, clock.now())
        except HomespunError as error:  # a full disk, a database that is away: there is time enough
            logger.warning("Idempotency keys could not be deleted: %s", error.message)
        await asyncio.sleep(_EVERY_S)
