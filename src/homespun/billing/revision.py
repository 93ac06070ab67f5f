"""The number by which a process notices that what it remembers of prices and plans is out of date."""

from __future__ import annotations

import secrets

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import insert_or_add

from .tables import OFFER

_LARGEST_STEP = 2**40
"""Steps are random, so that a database that was put back to an earlier state never comes by the same number again."""


async def changed(session: AsyncSession) -> None:
    """To be called in every unit of work that changes prices or plans."""
    step = 1 + secrets.randbelow(_LARGEST_STEP)
    await session.execute(insert_or_add(session, OFFER), [{"id": 1, "revision": step}])
