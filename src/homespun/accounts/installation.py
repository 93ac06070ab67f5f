"""Secrets that the installation keeps to itself, made when they are first wanted."""

from __future__ import annotations

import secrets

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import insert_or_leave

from .tables import InstallationSecretRow


async def secret(session: AsyncSession, name: str) -> bytes:
    """The secret of this name, 256 bits; the same for all processes. Within a unit of work that writes."""
    table = InstallationSecretRow.__table__
    assert isinstance(table, Table)
    made = secrets.token_hex(32)
    await session.execute(insert_or_leave(session, table).values(name=name, secret=made))
    kept = await session.scalar(select(InstallationSecretRow.secret).where(InstallationSecretRow.name == name))
    assert kept is not None
    return bytes.fromhex(kept)
