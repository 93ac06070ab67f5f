"""Locks by name, for what is no row yet and so can't be locked as one."""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

_NUMBERS = func.unnest(bindparam("numbers", type_=ARRAY(BigInteger))).column_valued("number")
_LOCK = select(func.pg_advisory_xact_lock(_NUMBERS))


async def alone(session: AsyncSession, *names: str) -> None:
    """Waits until no other unit of work, of any process, holds one of these names, and holds them until this one ends.

    Raises `DatabaseBusy` after ten seconds. On SQLite whoever writes is alone in any case.
    """
    if names and session.get_bind().dialect.name == "postgresql":
        # In one order, lest two that want the same names each wait for the other.
        await session.execute(_LOCK, {"numbers": sorted({_number(name) for name in names})})


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
