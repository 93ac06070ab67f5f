"""GET /v1/usage: what a program's own people, or their team, have used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from homespun.accounts import NewKey, Role, Scope, TeamRole
from tests.ring.houses import MODEL, Home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(home: Home, secret: str, query: str = "") -> Any:
    async with home.client() as program:
        response = await program.get(f"/v1/usage{query}", headers={"authorization": f"Bearer {secret}"})
    assert response.status_code == 200, response.text
    return response.json()


async def ask(home: Home, secret: str) -> None:
    async with home.sdk(secret) as sdk:
        await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "one two"}])


async def test_a_key_tells_what_its_owner_used_by_day_and_model(long_at_home: Home) -> None:
    keys = long_at_home.house.accounts.keys
    async with signed_in(long_at_home, "Anna") as anna, signed_in(long_at_home, "Ben") as ben:
        _, hers = await keys.create(anna.person, NewKey("hers"))
        _, another = await keys.create(anna.person, NewKey("another"))
        _, his = await keys.create(ben.person, NewKey("his"))
        for secret in (hers, another, his):
            await ask(long_at_home, secret)
        answer = await told(long_at_home, hers)
        [line] = answer["data"]
        assert answer["object"] == "list"
        assert (line["day"], line["model"], line["requests"]) == (datetime.now(UTC).date().isoformat(), MODEL, 2)
        assert line["prompt_tokens"] > 0
        assert line["completion_tokens"] > 0
        assert line["cost"] == {"micros": 0, "currency": "USD"}
        assert (await told(long_at_home, hers, "?last=2020-01-01"))["data"] == []


async def test_a_team_s_key_tells_of_the_team_to_those_who_may_see_it(long_at_home: Home) -> None:
    accounts = long_at_home.house.accounts
    async with signed_in(long_at_home, "Boss", Role.ADMIN) as boss, signed_in(long_at_home, "Clerk") as clerk:
        team = await accounts.teams.create(boss.person, "Firm")
        await accounts.teams.add_member(boss.person, team.id, clerk.person.id, TeamRole.MEMBER)
        project = await accounts.projects.create(boss.person, team.id, "Site")
        _, of_boss = await accounts.keys.create(boss.person, NewKey("b", project_id=project.id))
        _, of_clerk = await accounts.keys.create(clerk.person, NewKey("c", project_id=project.id))
        for secret in (of_boss, of_clerk, of_clerk):
            await ask(long_at_home, secret)
        assert [line["requests"] for line in (await told(long_at_home, of_boss))["data"]] == [3]
        assert [line["requests"] for line in (await told(long_at_home, of_clerk))["data"]] == [2]


async def test_a_key_without_the_scope_is_told_nothing(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna, long_at_home.client() as program:
        new = NewKey("chat", scopes=frozenset({Scope.CHAT}))
        _, secret = await long_at_home.house.accounts.keys.create(anna.person, new)
        response = await program.get("/v1/usage", headers={"authorization": f"Bearer {secret}"})
        assert (response.status_code, response.json()["error"]["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("first=yesterday", "first"),
        ("last=", "last"),
        ("first=2026-02-30", "first"),
        ("first=2026-02-01&last=2026-01-01", "last"),
        ("first=0001-01-01&last=9999-12-31", "last"),
        ("first='; DROP TABLE usage; --", "first"),
        ("person_id=person_1", "query"),
    ],
)
async def test_nonsense_is_refused_by_the_name_of_the_parameter(long_at_home: Home, query: str, param: str) -> None:
    async with long_at_home.owner() as program:
        response = await program.get(f"/v1/usage?{query}")
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


async def test_the_first_day_there_is_has_a_month_before_it_no_more(long_at_home: Home) -> None:
    async with long_at_home.owner() as program:
        assert (await program.get("/v1/usage?last=0001-01-01")).status_code == 200
