"""A store with one number in it that units of work count up."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from homespun.store import Store, alone


async def make_tally(store: Store) -> Store:
    """Puts the number in."""
    async with store.write() as session:
        await session.execute(text("CREATE TABLE tally (number INTEGER)"))
        await session.execute(text("INSERT INTO tally VALUES (0)"))
    return store


async def count(store: Store) -> int:
    """The number."""
    async with store.read() as session:
        return int(await session.scalar(text("SELECT number FROM tally")))


async def count_up(store: Store, *, pause: float = 0.0) -> None:
    """Reads, then writes what it read plus one: wrong wherever two do it at a time."""
    async with store.write() as session:
        await alone(session, "tally")
        number = await session.scalar(text("SELECT number FROM tally"))
        await asyncio.sleep(pause)
        await session.execute(text("UPDATE tally SET number = :number"), {"number": number + 1})
