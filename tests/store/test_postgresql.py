"""What only PostgreSQL has: many writers, a server that can go away, connections that are shared."""

from __future__ import annotations

import asyncio
import random

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, DatabaseBusy, DatabaseUnavailable, HomespunError, Invalid, StorageFull
from homespun.store import Store
from homespun.store.database import CONNECTIONS
from tests.databases.fixtures import ON_POSTGRESQL
from tests.databases.server import Server

from .tallying import count, count_up, make_tally

pytestmark = ON_POSTGRESQL


@pytest.fixture
async def tally(store: Store) -> Store:
    return await make_tally(store)


async def backend_pid(session: AsyncSession) -> int:
    return int(await session.scalar(text("SELECT pg_backend_pid()")))


async def write_99_and(store: Store, then: str, *, killed_by: Server | None = None) -> None:
    """A unit of work that goes wrong at another statement, or at its end if there is none."""
    async with store.write() as session:
        await session.execute(text("UPDATE tally SET number = 99"))
        if killed_by:
            killed_by.run(f"SELECT pg_terminate_backend({await backend_pid(session)})")
        if then:
            await session.execute(text(then))


async def test_several_write_at_a_time(tally: Store) -> None:
    async with tally.write() as one, tally.write() as other:
        for session in (one, other):
            await session.execute(text("INSERT INTO tally VALUES (1)"))


async def test_a_writer_sees_what_others_have_committed_meanwhile(tally: Store) -> None:
    async with tally.write() as session:
        assert await session.scalar(text("SELECT number FROM tally")) == 0
        await count_up(tally)
        assert await session.scalar(text("SELECT number FROM tally")) == 1


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        ("53100", StorageFull, "disk"),
        ("40001", DatabaseBusy, "nothing was changed"),
        ("40P01", DatabaseBusy, "nothing was changed"),
        ("55P03", DatabaseBusy, "nothing was changed"),
        ("57014", DatabaseBusy, "nothing was changed"),
        ("57P01", DatabaseUnavailable, "doctor"),
        ("08006", DatabaseUnavailable, "doctor"),
        ("42501", DatabaseUnavailable, "owner"),
        ("22001", Invalid, "can't be stored"),
    ],
)
async def test_trouble_has_a_name_and_a_remedy_and_undoes_the_unit_of_work(
    tally: Store, code: str, kind: type[HomespunError], word: str
) -> None:
    with pytest.raises(kind, match=word):
        await write_99_and(tally, f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
    assert await count(tally) == 0
    await count_up(tally)
    assert await count(tally) == 1


async def test_two_who_wait_for_each_other_are_told_apart_by_the_database(tally: Store) -> None:
    async with tally.write() as session:
        await session.execute(text("INSERT INTO tally VALUES (1)"))
    meeting = asyncio.Barrier(2)

    async def lock(first: int, second: int) -> None:
        async with tally.write() as session:
            await session.execute(text("SELECT 1 FROM tally WHERE number = :n FOR UPDATE"), {"n": first})
            await meeting.wait()
            await session.execute(text("SELECT 1 FROM tally WHERE number = :n FOR UPDATE"), {"n": second})

    ended = await asyncio.gather(lock(0, 1), lock(1, 0), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in ended) == ["DatabaseBusy", "NoneType"]


@pytest.mark.parametrize("value", ["a NUL \0", "half \ud83d"])
async def test_what_postgresql_cannot_hold_is_invalid(store: Store, value: str) -> None:
    with pytest.raises(Invalid):
        async with store.read() as session:
            await session.execute(text("SELECT CAST(:value AS TEXT)"), {"value": value})


async def test_a_number_that_is_too_large_is_invalid(tally: Store) -> None:
    with pytest.raises(Invalid):
        async with tally.write() as session:
            await session.execute(text("UPDATE tally SET number = CAST(:number AS INTEGER)"), {"number": 2**40})


async def test_a_lost_connection_is_told_and_replaced(tally: Store, postgresql: Server) -> None:
    with pytest.raises(DatabaseUnavailable, match="can't be reached"):
        await write_99_and(tally, "SELECT 1", killed_by=postgresql)
    await count_up(tally)
    assert await count(tally) == 1


async def test_a_connection_that_is_lost_at_the_commit_leaves_a_doubt_that_is_told(
    tally: Store, postgresql: Server
) -> None:
    with pytest.raises(DatabaseUnavailable, match="may have been made, or not"):
        await write_99_and(tally, "", killed_by=postgresql)


async def test_goes_on_by_itself_when_the_server_has_been_restarted(tally: Store, postgresql: Server) -> None:
    await asyncio.gather(*(count_up(tally) for _ in range(8)), *(count(tally) for _ in range(8)))
    await asyncio.to_thread(postgresql.restart)
    for _ in range(10):
        await count_up(tally)
        await count(tally)


@pytest.mark.parametrize("host", ["/nowhere", "127.0.0.1&port=1", "nobody.invalid"])
async def test_a_server_that_is_not_there_is_unavailable(url: str, host: str) -> None:
    store = Store(f"{url.split('?')[0]}?host={host}")
    for work in (store.read, store.write):
        with pytest.raises(DatabaseUnavailable, match="doctor"):
            async with work():
                pass
    with pytest.raises(DatabaseUnavailable):
        await store.migrate()


async def test_a_database_that_is_not_there_is_named_as_the_cause(url: str) -> None:
    store = Store(url.replace("/test_", "/no_"))
    with pytest.raises(DatabaseUnavailable, match="createdb"):
        await store.migrate()


async def test_a_database_that_keeps_no_unicode_is_refused(postgresql: Server, url: str) -> None:
    postgresql.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    store = Store(postgresql.url("latin"))
    with pytest.raises(Invalid, match="UTF-8"):
        await store.migrate()
    assert "UTF-8" in (await store.condition()).problem
    await store.close()
    postgresql.run("DROP DATABASE latin")


async def test_whoever_finds_no_connection_is_told_that_all_are_busy(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homespun.store.postgresql._POOL_TIMEOUT_S", 0.05)
    store = Store(url, connections=2)
    async with store.write():
        with pytest.raises(DatabaseBusy):
            async with store.write():
                pass
    await store.close()


async def test_one_migrates_at_a_time(url: str) -> None:
    inside: list[int] = []

    def step(connection: Connection) -> None:
        inside.append(1)
        assert len(inside) == 1
        connection.execute(text("SELECT pg_sleep(0.05)"))
        inside.pop()

    stores = [Store(url) for _ in range(3)]
    await asyncio.gather(*(store.backend.migrate(step) for store in stores))
    for store in stores:
        await store.close()


async def test_a_step_that_cannot_have_its_table_comes_again_and_nobody_waits_behind_it(
    tally: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homespun.store.postgresql._STEP_LOCK_TIMEOUT", "50ms")
    attempts: list[int] = []

    def step(connection: Connection) -> None:
        attempts.append(1)
        connection.execute(text("ALTER TABLE tally ADD COLUMN words TEXT"))

    newer = Store(url)
    async with tally.read() as session:
        await session.execute(text("SELECT * FROM tally"))
        migrating = asyncio.create_task(newer.backend.migrate(step))
        while len(attempts) < 2:
            await asyncio.sleep(0.01)
        await count_up(tally)
    await migrating
    await newer.close()
    assert await count(tally) == 1


async def test_servers_go_on_while_a_step_adds_a_column(tally: Store, url: str) -> None:
    await count_up(tally)
    newer = Store(url)
    async with newer.write() as session:
        await session.execute(text("ALTER TABLE tally ADD COLUMN words TEXT"))
    await newer.close()
    await count_up(tally)
    assert await count(tally) == 2


async def ask(store: Store, question: str, *, writing: bool) -> str:
    """What the database answers to a question that has its own answer."""
    async with store.write() if writing else store.read() as session:
        pause = random.Random(question).random() / 100
        echo = text("SELECT CAST(:question AS TEXT), pg_sleep(:pause)")
        answers = [(await session.execute(echo, {"question": question, "pause": pause})).scalar_one() for _ in range(3)]
    assert set(answers) == {question}
    return question


async def test_a_cancelled_question_is_never_answered_to_somebody_else(store: Store, postgresql: Server) -> None:
    chance = random.Random(1)
    for round_ in range(8):
        tasks = [asyncio.create_task(ask(store, f"{round_} {n}", writing=n % 2 == 0)) for n in range(32)]
        for task in chance.sample(tasks, 20):
            await asyncio.sleep(chance.random() / 100)
            task.cancel()
        for n, heard in enumerate(await asyncio.gather(*tasks, return_exceptions=True)):
            assert isinstance(heard, asyncio.CancelledError) or heard == f"{round_} {n}"
    afterwards = [f"after {n}" for n in range(2 * CONNECTIONS)]
    heard_then = await asyncio.gather(*(ask(store, words, writing=len(words) % 2 == 0) for words in afterwards))
    assert heard_then == afterwards
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    assert postgresql.run(idle) == "0"


async def test_the_connection_of_a_cancelled_task_is_given_to_nobody(store: Store) -> None:
    pids: list[int] = []

    async def wait_for_ever() -> None:
        async with store.write() as session:
            pids.append(await backend_pid(session))
            await asyncio.sleep(60)

    task = asyncio.create_task(wait_for_ever())
    while not pids:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.write() as session:
        assert await backend_pid(session) not in pids


async def test_a_database_that_others_use_is_not_replaced(tally: Store, url: str) -> None:
    await count(tally)
    other = Store(url)
    with pytest.raises(Conflict, match="Stop all servers"):
        async with other.backend.replacement(ours=frozenset({"tally"})):
            pass
    await other.close()
    assert await count(tally) == 0
