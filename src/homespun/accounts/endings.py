"""Endings: how every process learns that a key, a session, a person or a membership is no more.

Whatever ends appends a row, in the transaction that ends it. Each process asks twice a second for the rows after the
last that it has seen, forgets what it remembered of them, and cuts what it is streaming to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import alone

from .tables import EndingRow


async def note(session: AsyncSession, subjects: Iterable[str], at: datetime) -> None:
    """Says that these have ended. The last thing in a unit of work: it waits for others that do the same.

    One at a time, because PostgreSQL may number rows in another order than it commits them in; who reads the higher
    number first would never see the lower.
    """
    rows = [{"subject_id": subject, "at": at} for subject in subjects]
    if rows:
        await alone(session, "endings")
        await session.execute(insert(EndingRow), rows)


async def after(session: AsyncSession, number: int) -> tuple[int, frozenset[str]]:
    """The last ending's number, and what has ended since the one with this number."""
    found = await session.execute(select(EndingRow.number, EndingRow.subject_id).where(EndingRow.number > number))
    rows = found.all()
    return max((row.number for row in rows), default=number), frozenset(row.subject_id for row in rows)
