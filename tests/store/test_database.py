"""Units of work: all or nothing, one writer at a time, never "database is locked"."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid, StorageFull
from homespun.store import Store


@pytest.fixture
async def tally(store: Store) -> Store:
    """A store with one number in it that units of work count up."""
    async with store.write() as session:
        await session.execute(text("CREATE TABLE tally (number INTEGER)"))
        await session.execute(text("INSERT INTO tally VALUES (0)"))
    return store


async def count(store: Store) -> int:
    async with store.read() as session:
        return int(await session.scalar(text("SELECT number FROM tally")))


async def count_up(store: Store, *, pause: float = 0.0) -> None:
    """Reads, then writes what it read plus one: wrong wherever two do it at a time."""
    async with store.write() as session:
        number = await session.scalar(text("SELECT number FROM tally"))
        await asyncio.sleep(pause)
        await session.execute(text("UPDATE tally SET number = :number"), {"number": number + 1})


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "postgresql+asyncpg://db/homespun", "sqlite:///a.db"]
)
def test_refuses_a_database_that_is_not_a_sqlite_file(url: str) -> None:
    with pytest.raises(Invalid):
        Store(url)


async def test_makes_a_folder_for_the_database_that_is_its_users_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/deep/down/homespun.db")
    await store.migrate()
    await store.close()
    assert (tmp_path / "deep/down/homespun.db").exists()
    assert (tmp_path / "deep/down").stat().st_mode & 0o077 == 0, "others can look in"


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)]
)
async def test_every_connection_is_set_up(store: Store, pragma: str, value: object) -> None:
    async with store.write() as writer, store.read() as reader:
        assert await writer.scalar(text(f"PRAGMA {pragma}")) == value
        assert await reader.scalar(text(f"PRAGMA {pragma}")) == value


async def test_what_a_unit_of_work_wrote_is_there_afterwards(tally: Store) -> None:
    await count_up(tally)
    assert await count(tally) == 1


async def count_up_and_fail(store: Store) -> None:
    async with store.write() as session:
        await session.execute(text("UPDATE tally SET number = 99"))
        raise ZeroDivisionError


async def test_nothing_remains_of_a_unit_of_work_that_failed(tally: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        await count_up_and_fail(tally)
    assert await count(tally) == 0


async def test_reading_cannot_write(tally: Store) -> None:
    with pytest.raises(OperationalError, match="readonly"):
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


async def test_waits_for_another_process_that_writes(tally: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "homespun.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(count_up(tally))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    other.execute("ROLLBACK")
    other.close()
    await waiting
    assert await count(tally) == 1


async def test_writers_that_are_cancelled_at_any_moment_block_nobody(tally: Store) -> None:
    chance = random.Random(1)
    writers = [asyncio.create_task(count_up(tally)) for _ in range(64)]
    for writer in writers[::2]:
        await asyncio.sleep(chance.random() / 200)
        writer.cancel()
    ended = await asyncio.gather(*writers, return_exceptions=True)
    assert all(outcome is None or isinstance(outcome, asyncio.CancelledError) for outcome in ended)
    await asyncio.wait_for(count_up(tally), timeout=10)
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


async def write_a_megabyte(store: Store, *, pages_left: int) -> None:
    async with store.write() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count = {pages + pages_left}"))
        await session.execute(text("UPDATE tally SET number = 99"))
        await session.execute(text("CREATE TABLE big (bytes BLOB)"))
        await session.execute(text("INSERT INTO big VALUES (zeroblob(1000000))"))


async def test_a_full_disk_has_a_name_and_undoes_the_unit_of_work(tally: Store) -> None:
    with pytest.raises(StorageFull):
        await write_a_megabyte(tally, pages_left=2)
    assert await count(tally) == 0
    await count_up(tally)
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
