"""Throttles: how often something may be tried, counted in the database, exactly, for all processes together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, Table, case, delete, literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import TooManyAttempts
from homespun.store import Store, UtcDateTime, insert_or_leave

from .tables import ThrottleRow


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts within a window that begins with the first of them."""

    of: str
    """What is counted: `password:ada@example.com`."""
    attempts: int
    window: timedelta

    @property
    def name(self) -> str:
        """What the database knows it by."""
        return hashlib.sha256(self.of.encode(errors="surrogatepass")).hexdigest()


class Throttle:
    """Counts attempts before they are made, so that many at once are no way round."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def count(self, *limits: Limit) -> None:
        """One more attempt of each. Raises `TooManyAttempts`, and then counts it nowhere."""
        async with self._store.write() as session:
            for limit in in_order(limits):
                await self._count(session, limit)

    async def _count(self, session: AsyncSession, limit: Limit) -> None:
        now = self._clock.now()
        table = ThrottleRow.__table__
        assert isinstance(table, Table)
        await session.execute(insert_or_leave(session, table).values(name=limit.name, attempts=0, since=now))
        counted = update(ThrottleRow).where(ThrottleRow.name == limit.name).values(_counted(limit, now))
        row = (await session.execute(counted.returning(ThrottleRow.attempts, ThrottleRow.since))).one()
        if row.attempts > limit.attempts:
            raise _too_many(row.since + limit.window - now)


def in_order(limits: Iterable[Limit]) -> list[Limit]:
    """The one order in which all units of work touch them, so that none wait for each other in a ring."""
    return sorted(limits, key=lambda limit: limit.name)


async def succeed(session: AsyncSession, by_account: Limit, *by_address: Limit) -> None:
    """Begins the account's count anew. The address's only goes back by one, or whoever has a password of their own
    could guess others for as long as they like.
    """
    for limit in in_order((by_account, *by_address)):
        if limit is by_account:
            await session.execute(delete(ThrottleRow).where(ThrottleRow.name == limit.name))
        else:
            await take_back(session, limit)


async def take_back(session: AsyncSession, limit: Limit) -> None:
    """One attempt less."""
    fewer = update(ThrottleRow).where(ThrottleRow.name == limit.name, ThrottleRow.attempts > 0)
    await session.execute(fewer.values(attempts=ThrottleRow.attempts - 1))


def _counted(limit: Limit, now: datetime) -> dict[str, ColumnElement[int] | ColumnElement[datetime]]:
    """The window's next state. A clock that was set back lengthens it, but no longer than by itself."""
    is_over = ThrottleRow.since <= now - limit.window
    at_present = literal(now, UtcDateTime())
    return {
        "attempts": case((is_over, 1), else_=ThrottleRow.attempts + 1),
        "since": case((is_over, at_present), (ThrottleRow.since > now, at_present), else_=ThrottleRow.since),
    }


def _too_many(wait: timedelta) -> TooManyAttempts:
    minutes = max(1, ceil(wait.total_seconds() / 60))
    wait_words = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooManyAttempts(
        f"Too many attempts. Wait {wait_words} and try again, or sign in another way.",
        retry_after_s=max(1.0, wait.total_seconds()),
    )
