"""Meters: what was used within a window, for plans and budgets. Open turns count with what is set aside for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import Store, delete_in_batches, insert_or_add

from .states import UsageState
from .tables import METERS, USAGE
from .windows import Period, window

_KEPT = timedelta(days=31)
"""So long after a window's end its meters are still there. Nothing asks for them; reports have sums of their own."""

PLAN_PERIODS = (Period.DAY, Period.WEEK, Period.MONTH)
"""All are kept for whoever has a plan, so that a window which is added to it later counts what was used before."""


class MeterKey(NamedTuple):
    """Whose use, of what, in which window."""

    owner_id: str
    scope_id: str
    starts_at: datetime
    ends_at: datetime


class Reading(NamedTuple):
    """What a meter shows."""

    prompts: int
    tokens: int
    micros: int


_NOTHING = Reading(0, 0, 0)


def plan_meter(payer_id: str, plan_id: str, period: Period, at: datetime) -> MeterKey:
    """The meter of a payer's use of a plan."""
    return MeterKey(payer_id, plan_id, *window(period, at))


def key_meter(key_id: str, period: Period, at: datetime) -> MeterKey:
    """The meter of what a key's turns cost."""
    return MeterKey(key_id, "", *window(period, at))


def member_meter(person_id: str, team_id: str, at: datetime) -> MeterKey:
    """The meter of what a member's turns cost their team this month."""
    return MeterKey(person_id, team_id, *window(Period.MONTH, at))


def plan_meters(payer_id: str, plan_id: str, at: datetime) -> tuple[MeterKey, ...]:
    """All meters that a turn under a plan moves."""
    return tuple(plan_meter(payer_id, plan_id, period, at) for period in PLAN_PERIODS)


def spending_meters(key_id: str | None, person_id: str, team_id: str | None, at: datetime) -> tuple[MeterKey, ...]:
    """All meters that a turn moves which may cost something, besides those of a plan."""
    of_key = (key_meter(key_id, Period.MONTH, at), key_meter(key_id, Period.EVER, at)) if key_id else ()
    return (*of_key, member_meter(person_id, team_id, at)) if team_id else of_key


class Meters:
    """The meters that a unit of work reads and moves, under the lock of their payer's wallet."""

    def __init__(self, readings: dict[MeterKey, Reading] | None = None) -> None:
        self._before = readings or {}
        self._moved: dict[MeterKey, Reading] = {}

    @classmethod
    async def load(cls, session: AsyncSession, keys: Collection[MeterKey]) -> Meters:
        """Reads these meters, by one query."""
        if not keys:
            return cls()
        rows = await session.execute(
            select(METERS).where(
                METERS.c.owner_id.in_({key.owner_id for key in keys}),
                METERS.c.starts_at.in_({key.starts_at for key in keys}),
            )
        )
        return cls(
            {
                MeterKey(row.owner_id, row.scope_id, row.starts_at, row.ends_at): Reading(
                    row.prompts, row.tokens, row.micros
                )
                for row in rows
            }
        )

    def reading(self, key: MeterKey) -> Reading:
        """What it shows, with what was added here."""
        return _sum(self._before.get(key, _NOTHING), self._moved.get(key, _NOTHING))

    def move(self, keys: Iterable[MeterKey], *, prompts: int = 0, tokens: int = 0, micros: int = 0) -> None:
        """Adds to some meters."""
        for key in keys:
            self._moved[key] = _sum(self._moved.get(key, _NOTHING), Reading(prompts, tokens, micros))

    async def write(self, session: AsyncSession) -> None:
        """Writes down what was added."""
        if rows := [{**key._asdict(), **self._moved[key]._asdict()} for key in sorted(self._moved)]:
            await session.execute(insert_or_add(session, METERS), rows)


async def sweep(store: Store, now: datetime) -> None:
    """Deletes the meters of windows that were over a month ago, also when the oldest open turn was asked.

    That one will move its own when it is settled. Windows without an end stay.
    """
    async with store.read() as session:
        opened_at = await session.scalar(select(func.min(USAGE.c.at)).where(USAGE.c.state == UsageState.OPEN))
    await delete_in_batches(store, METERS, METERS.c.ends_at < min(now, opened_at or now) - _KEPT)


def _sum(one: Reading, other: Reading) -> Reading:
    return Reading(one.prompts + other.prompts, one.tokens + other.tokens, one.micros + other.micros)
