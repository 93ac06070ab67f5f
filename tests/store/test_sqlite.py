"""What only SQLite has: a file, one writer, pragmas, a lock that other processes hold."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from homespun.core.errors import StorageFull
from homespun.store import Store
from tests.databases.fixtures import ON_SQLITE
from tests.patience import PATIENCE_S

from .tallying import count, count_up, make_tally

pytestmark = ON_SQLITE


@pytest.fixture
async def tally(store: Store) -> Store:
    return await make_tally(store)


async def test_makes_a_folder_for_the_database_that_is_its_users_alone(url: str, tmp_path: Path) -> None:
    store = Store(url.replace("homespun.db", "deep/down/homespun.db"))
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


SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT max(i) FROM n"


async def test_a_cancelled_writer_holds_no_lock_though_its_traceback_is_kept(tally: Store) -> None:
    begun = asyncio.Event()

    async def write_slowly() -> None:
        async with tally.write() as session:
            await session.execute(text("UPDATE tally SET number = 99"))
            begun.set()
            await session.execute(text(SLOW))

    writer = asyncio.create_task(write_slowly())
    await begun.wait()
    await asyncio.sleep(0.01)
    writer.cancel()
    with pytest.raises(asyncio.CancelledError) as kept:
        await writer
    await asyncio.wait_for(count_up(tally), timeout=PATIENCE_S)
    assert await count(tally) == 1
    assert kept.traceback


@pytest.mark.parametrize("unit_of_work", [Store.read, Store.write])
async def test_whoever_is_cancelled_while_the_file_is_opened_closes_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, unit_of_work: Callable[[Store], AbstractAsyncContextManager[Any]]
) -> None:
    """Its thread would tell an event loop that may be gone, and hold the file."""
    asked, may_open = asyncio.Event(), threading.Event()
    loop, connect, threads = asyncio.get_running_loop(), sqlite3.connect, set(threading.enumerate())

    def opened_late(*arguments: Any, **options: Any) -> sqlite3.Connection:
        loop.call_soon_threadsafe(asked.set)
        may_open.wait(PATIENCE_S)
        file: sqlite3.Connection = connect(*arguments, **options)
        return file

    async def work() -> None:
        async with unit_of_work(store) as session:
            await session.execute(text("SELECT 1"))

    monkeypatch.setattr(sqlite3, "connect", opened_late)
    working = asyncio.create_task(work())
    await asked.wait()
    working.cancel()
    loop.call_later(0.05, may_open.set)
    with pytest.raises(asyncio.CancelledError):
        await working
    assert may_open.is_set()
    async with asyncio.timeout(PATIENCE_S):
        while set(threading.enumerate()) - threads:
            await asyncio.sleep(0.01)


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
