"""Units of work, on both databases: all or nothing, and a cancelled one is in nobody's way."""

from __future__ import annotations

import asyncio
import random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid
from homespun.store import Store
from tests.patience import PATIENCE_S

from .tallying import count, count_up, make_tally


@pytest.fixture
async def tally(store: Store) -> Store:
    return await make_tally(store)


async def count_up_and_fail(store: Store) -> None:
    async with store.write() as session:
        await session.execute(text("UPDATE tally SET number = 99"))
        raise ZeroDivisionError


async def test_nothing_remains_of_a_unit_of_work_that_failed(tally: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        await count_up_and_fail(tally)
    assert await count(tally) == 0


async def test_reading_cannot_write(tally: Store) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        async with tally.read() as session:
            await session.execute(text("UPDATE tally SET number = 99"))
    await count_up(tally)
    assert await count(tally) == 1


async def test_a_reader_sees_one_state_while_others_write(tally: Store) -> None:
    async with tally.read() as session:
        before = await session.scalar(text("SELECT number FROM tally"))
        await count_up(tally)
        assert await session.scalar(text("SELECT number FROM tally")) == before
    assert await count(tally) == 1


async def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.write() as session:
            await session.execute(text("INSERT INTO answers VALUES ('turn_none', 0, '', 'stop', 0)"))


async def test_64_writers_at_once_all_get_their_turn(tally: Store) -> None:
    await asyncio.gather(*(count_up(tally, pause=0.001) for _ in range(64)))
    assert await count(tally) == 64


async def test_writers_of_two_stores_on_one_file_all_get_their_turn(tally: Store, url: str) -> None:
    other = Store(url)
    await asyncio.gather(*(count_up(store) for store in (tally, other) for _ in range(32)))
    await other.close()
    assert await count(tally) == 64


async def test_writers_that_are_cancelled_at_any_moment_block_nobody(tally: Store) -> None:
    chance = random.Random(1)
    writers = [asyncio.create_task(count_up(tally)) for _ in range(64)]
    for writer in writers[::2]:
        await asyncio.sleep(chance.random() / 200)
        writer.cancel()
    ended = await asyncio.gather(*writers, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, asyncio.CancelledError) for outcome in ended)
    await asyncio.wait_for(count_up(tally), timeout=PATIENCE_S)
    done = sum(outcome is None for outcome in ended)
    cancelled = sum(outcome is not None for outcome in ended)
    assert done + 1 <= await count(tally) <= done + cancelled + 1


async def test_a_commit_that_has_begun_takes_place_even_if_its_caller_is_cancelled(
    tally: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, begun = AsyncSession.commit, asyncio.Event()

    async def slow_commit(session: AsyncSession) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        await commit(session)

    monkeypatch.setattr(AsyncSession, "commit", slow_commit)
    writer = asyncio.create_task(count_up(tally))
    await begun.wait()
    for _ in range(3):
        writer.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await writer
    assert await count(tally) == 1


async def look_up(store: Store, name: str) -> None:
    async with store.read() as session:
        await session.execute(text("SELECT :name"), {"name": name})


async def test_half_a_character_is_no_value(tally: Store) -> None:
    with pytest.raises(Invalid):
        await look_up(tally, "half \ud83d")
    await look_up(tally, "whole")


async def test_works_again_after_it_was_closed(tally: Store) -> None:
    await tally.close()
    await count_up(tally)
    assert await count(tally) == 1
