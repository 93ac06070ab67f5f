"""Locks by name, for what is no row yet and so can't be locked as one."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def alone(session: AsyncSession, name: str) -> None:
    """Waits until no other unit of work, of any process, holds this name, and holds it until this one ends.

    Raises `DatabaseBusy` after ten seconds. On SQLite whoever writes is alone in any case.
    """
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        await session.execute(select(func.pg_advisory_xact_lock(number)))
