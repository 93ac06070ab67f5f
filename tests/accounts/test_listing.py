"""Long lists come in pages, and are found by how names and addresses begin."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import ScalarResult, Select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts import Accounts, Page, PersonKind, Profile, Role
from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid, Refused
from homespun.store import Store
from tests.databases.fixtures import ON_SQLITE

from .conftest import NewPerson


def names(page: Page[Profile]) -> list[str]:
    return [profile.person.name for profile in page.values]


async def test_a_member_sees_nobody(accounts: Accounts, new_person: NewPerson) -> None:
    with pytest.raises(Refused):
        await accounts.people.list(await new_person())


async def test_pages_follow_each_other_without_gaps(
    accounts: Accounts, new_person: NewPerson, clock: FakeClock
) -> None:
    owner = await accounts.ensure_owner()
    for number in range(7):
        await new_person(f"Person {number}")
        if number % 3 == 0:  # some at the same moment
            clock.advance(1)
    seen: list[str] = []
    cursor, pages = "", 0
    while pages == 0 or cursor:
        page = await accounts.people.list(owner, cursor=cursor, limit=3)
        seen += names(page)
        cursor, pages = page.next_cursor, pages + 1
        await new_person("Somebody who comes meanwhile", Role.VISITOR)
        clock.advance(1)
    assert pages == 3
    assert sorted(seen) == ["Owner", *(f"Person {number}" for number in range(7))]
    assert len(set(seen)) == 8


async def test_people_are_found_by_how_name_or_address_begins(accounts: Accounts, new_person: NewPerson) -> None:
    owner = await accounts.ensure_owner()
    await new_person("Ada Lovelace", email="countess@example.com")
    await new_person("Bob", email="ada.b@example.com")
    await new_person("ÉMILE", email="e@example.com")
    await new_person("天气", email="t@example.com")
    await new_person("100%_sure", email="p@example.com")
    for search, found in (
        ("ada", ["Ada Lovelace", "Bob"]),
        ("ADA L", ["Ada Lovelace"]),
        ("countess@", ["Ada Lovelace"]),
        ("Lovelace", []),
        ("émi", ["ÉMILE"]),
        ("天", ["天气"]),
        ("100%", ["100%_sure"]),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("  ", ["100%_sure", "Ada Lovelace", "Bob", "Owner", "天气", "ÉMILE"]),
    ):
        assert sorted(names(await accounts.people.list(owner, search=search))) == sorted(found), search


async def test_visitors_are_a_list_of_their_own_and_the_removed_are_in_none(
    accounts: Accounts, new_person: NewPerson
) -> None:
    owner, gone = await accounts.ensure_owner(), await new_person("Gone")
    await new_person("Visitor", Role.VISITOR)
    await accounts.people.remove(owner, gone.id)
    assert names(await accounts.people.list(owner)) == ["Owner"]
    assert names(await accounts.people.list(owner, kind=PersonKind.VISITOR)) == ["Visitor"]


@pytest.mark.parametrize("cursor", ["rubbish", "!!!", "天", "half \ud83d", "MjAyNi0wMS0wMSBh", "AAAA", "x" * 10_000])
async def test_a_cursor_of_others_is_refused(accounts: Accounts, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        await accounts.people.list(await accounts.ensure_owner(), cursor=cursor)
    assert caught.value.param == "cursor"


async def test_teams_come_in_pages_too(accounts: Accounts, clock: FakeClock) -> None:
    owner = await accounts.ensure_owner()
    for number in range(3):
        await accounts.teams.create(owner, f"Team {number}")
        clock.advance(1)
    first = await accounts.teams.list(owner, limit=2)
    rest = await accounts.teams.list(owner, cursor=first.next_cursor, limit=2)
    assert [team.name for team in (*first.values, *rest.values)] == ["Team 2", "Team 1", "Team 0"]
    assert rest.next_cursor == ""


@ON_SQLITE
@pytest.mark.parametrize(("search", "indexes"), [("", ["kind_created_at_id"]), ("ada", ["name_key", "email"])])
async def test_a_page_is_read_from_indexes(
    accounts: Accounts, store: Store, monkeypatch: pytest.MonkeyPatch, search: str, indexes: list[str]
) -> None:
    asked: list[Select[Any]] = []
    scalars = AsyncSession.scalars

    async def noted(self: AsyncSession, statement: Select[Any]) -> ScalarResult[Any]:
        asked.append(statement)
        return await scalars(self, statement)

    owner = await accounts.ensure_owner()
    monkeypatch.setattr(AsyncSession, "scalars", noted)
    await accounts.people.list(owner, search=search)
    query = str(asked[0].compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with store.read() as session:
        plan = " ".join(row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {query}")))
    assert all(f"USING INDEX ix_people_{index} " in plan for index in indexes), plan
    assert "SCAN people" not in plan
