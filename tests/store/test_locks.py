"""Who holds a name is alone with it."""

from __future__ import annotations

import asyncio

from sqlalchemy import Engine, event

from homespun.store import Store, alone
from tests.databases.fixtures import ON_POSTGRESQL
from tests.patience import PATIENCE_S


async def test_two_with_one_name_go_one_after_the_other(store: Store) -> None:
    inside: list[int] = []

    async def work() -> None:
        async with store.write() as session:
            await alone(session, "the owner")
            inside.append(1)
            assert len(inside) == 1
            await asyncio.sleep(0.01)
            inside.pop()

    await asyncio.gather(*(work() for _ in range(4)))


@ON_POSTGRESQL
async def test_many_names_are_taken_by_one_statement_and_in_one_order(store: Store) -> None:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    async def work(*names: str) -> None:
        async with store.write() as session:
            await alone(session, *names)
            await asyncio.sleep(0.01)

    event.listen(Engine, "before_cursor_execute", note)
    names = [f"name {number}" for number in range(20)]
    await asyncio.wait_for(asyncio.gather(*(work(*turned) for turned in (names, names[::-1]) * 4)), timeout=PATIENCE_S)
    event.remove(Engine, "before_cursor_execute", note)
    assert sum("pg_advisory_xact_lock" in statement for statement in statements) == 8


@ON_POSTGRESQL
async def test_other_names_are_in_nobodys_way(store: Store) -> None:
    async with store.write() as one, store.write() as other:
        await alone(one, "the owner")
        await asyncio.wait_for(alone(other, "somebody else"), timeout=PATIENCE_S)
