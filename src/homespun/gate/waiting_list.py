"""The waiting list: who asked, and when. Places are by who asked first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.store import Store, alone

from .tables import WaitingRow

_LOCK = "waiting list"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list."""

    position: int
    """Counted from 1."""
    person_id: str
    country: str
    """Where they asked from; `ZZ`: nobody knows."""
    asked_at: datetime


class WaitingList:
    """Keeps the list."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def place(self, person_id: str, country: str) -> int:
        """The person's position. Who asks for the first time is put at the end; to ask again changes nothing."""
        async with self._store.read() as session:
            position = await _position(session, person_id)
        return position or await self._join(person_id, country)

    async def first(self, limit: int, *, after: int = 0) -> tuple[Waiting, ...]:
        """Those who have waited longest, from the one after this position."""
        async with self._store.read() as session:
            rows = await session.scalars(select(WaitingRow).order_by(WaitingRow.number).offset(after).limit(limit))
            return tuple(
                Waiting(position, row.person_id, row.country, row.asked_at)
                for position, row in enumerate(rows, start=after + 1)
            )

    async def length(self) -> int:
        """How many wait."""
        async with self._store.read() as session:
            return await session.scalar(select(func.count()).select_from(WaitingRow)) or 0

    async def leave(self, session: AsyncSession, person_id: str) -> bool:
        """Takes somebody off the list, within the caller's unit of work; whether they were on it."""
        gone = delete(WaitingRow).where(WaitingRow.person_id == person_id).returning(WaitingRow.number)
        return (await session.scalar(gone)) is not None

    async def _join(self, person_id: str, country: str) -> int:
        async with self._store.write() as session:
            await alone(session, _LOCK)  # so that numbers are committed in their order
            position = await _position(session, person_id)
            if not position:
                session.add(WaitingRow(person_id=person_id, country=country, asked_at=self._clock.now()))
                await session.flush()
                position = await _position(session, person_id)
            return position


async def _position(session: AsyncSession, person_id: str) -> int:
    """0 for who isn't on the list."""
    mine = select(WaitingRow.number).where(WaitingRow.person_id == person_id).scalar_subquery()
    counted = select(func.count()).select_from(WaitingRow).where(WaitingRow.number <= mine)
    return await session.scalar(counted) or 0
