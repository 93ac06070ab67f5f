"""The migrations lead to the tables that the code has, on a fresh database and beside other processes."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

from sqlalchemy import text

from homespun.store import Store, newest_revision

from .comparing import differences

MIGRATE = """
import asyncio, sys
from homespun.store import Store

sys.stdin.read(1)

async def main():
    store = Store(sys.argv[1])
    await store.migrate()
    await store.close()

asyncio.run(main())
"""


async def test_after_all_steps_the_tables_are_those_of_the_code(store: Store) -> None:
    async with store.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_a_missing_table_would_be_noticed(store: Store) -> None:
    async with store.write() as session:
        await session.execute(text("DROP TABLE feedback"))
    async with store.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) != []


async def test_migrating_twice_changes_nothing(store: Store) -> None:
    await store.migrate()
    async with store.read() as session:
        assert (await session.scalars(text("SELECT version_num FROM alembic_version"))).all() == [newest_revision()]


async def test_processes_that_start_together_on_a_fresh_database_all_succeed(empty_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, empty_url, stdin=PIPE, stderr=PIPE)
        for _ in range(3)
    ]
    complaints = await asyncio.gather(*(process.communicate(b".") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], complaints
