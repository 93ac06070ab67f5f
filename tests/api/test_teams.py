"""Teams over the app's API: who is in them, their projects with keys, invitations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import Registration, Role, Settings, TeamRole
from tests.ring.houses import Home, home

from .people import Visitor, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Firm:
    """A team with people of several roles, and one who isn't in it."""

    id: str
    boss: Visitor
    """Admin of the installation, owner of the team."""
    clerk: Visitor
    stranger: Visitor

    @property
    def path(self) -> str:
        return f"/api/teams/{self.id}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def by_invitation(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Home]:
    settings = Settings(registration=Registration.INVITATION)
    async with home(tmp_path_factory.mktemp("firm"), migrated, accounts=settings) as opened:
        yield opened


@asynccontextmanager
async def firm(house: Home) -> AsyncIterator[Firm]:
    teams = house.house.accounts.teams
    async with (
        signed_in(house, "Boss", Role.ADMIN) as boss,
        signed_in(house, "Clerk") as clerk,
        signed_in(house, "Stranger") as stranger,
    ):
        team = await teams.create(boss.person, "Firm")
        await teams.add_member(boss.person, team.id, clerk.person.id, TeamRole.MEMBER)
        yield Firm(team.id, boss, clerk, stranger)


async def test_members_see_their_team_and_strangers_do_not(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        for who in (one.boss, one.clerk):
            assert (await who.browser.get(one.path)).json()["name"] == "Firm"
        for below in ("", "/members", "/projects", "/invitations"):
            assert (await one.stranger.browser.get(one.path + below)).status_code == 404
        mine = (await one.clerk.browser.get("/api/me")).json()["teams"]
        assert [(team["id"], team["role"]) for team in mine] == [(one.id, "member")]


async def test_only_who_manages_a_team_changes_it(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        change = {"name": "Company"}
        assert (await one.clerk.browser.patch(one.path, json=change)).status_code == 403
        assert (await one.stranger.browser.patch(one.path, json=change)).status_code == 404
        assert (await one.boss.browser.patch(one.path, json=change)).json()["name"] == "Company"
        assert (await one.clerk.browser.delete(one.path)).status_code == 403


async def test_members_come_and_go(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        new = {"person_id": one.stranger.person.id, "role": "reviewer"}
        assert (await one.boss.browser.post(f"{one.path}/members", json=new)).status_code == 204
        listed = (await one.stranger.browser.get(f"{one.path}/members")).json()["members"]
        assert [(member["name"], member["role"]) for member in listed] == [
            ("Boss", "owner"), ("Clerk", "member"), ("Stranger", "reviewer"),
        ]  # fmt: skip
        theirs = f"{one.path}/members/{one.stranger.person.id}"
        assert (await one.boss.browser.patch(theirs, json={"role": "admin"})).status_code == 204
        last = f"{one.path}/members/{one.boss.person.id}"
        refused = await one.boss.browser.delete(last)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
        assert (await one.stranger.browser.delete(theirs)).status_code == 204, "everybody may leave"
        assert (await one.stranger.browser.get(one.path)).status_code == 404


async def test_a_project_s_keys_belong_to_the_team(by_invitation: Home) -> None:
    async with firm(by_invitation) as one, by_invitation.client() as program:
        project = (await one.boss.browser.post(f"{one.path}/projects", json={"name": "Site"})).json()
        new = {"name": "site", "project_id": project["id"]}
        assert (await one.stranger.browser.post("/api/me/keys", json=new)).status_code == 404
        made = (await one.clerk.browser.post("/api/me/keys", json=new)).json()
        path = f"/api/projects/{project['id']}/keys"
        assert [key["id"] for key in (await one.boss.browser.get(path)).json()["keys"]] == [made["key"]["id"]]
        assert (await one.stranger.browser.get(path)).status_code == 404
        program.headers["authorization"] = f"Bearer {made['secret']}"
        assert (await program.get("/v1/models")).status_code == 200
        assert (await one.boss.browser.delete(f"{path}/{made['key']['id']}")).json()["revoked_at"]
        assert (await program.get("/v1/models")).status_code == 401
        assert (await one.boss.browser.delete(f"/api/projects/{project['id']}")).status_code == 204
        assert (await one.boss.browser.get(path)).status_code == 404


async def test_an_invitation_lets_somebody_into_the_team(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        made = (await one.boss.browser.post(f"{one.path}/invitations", json={"team_role": "trainer"})).json()
        assert (await one.clerk.browser.post(f"{one.path}/invitations", json={})).status_code == 403
        assert "token" not in (await one.boss.browser.get(f"{one.path}/invitations")).json()[0]
        accepted = await one.stranger.browser.post("/api/me/invitations", json={"token": made["token"]})
        assert accepted.status_code == 204
        assert await role_in(one.stranger.browser, one.id) == "trainer"
        used = await one.boss.browser.delete(f"/api/invitations/{made['invitation']['id']}")
        assert used.status_code == 409


async def test_a_revoked_invitation_lets_nobody_in(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        made = (await one.boss.browser.post(f"{one.path}/invitations", json={})).json()
        path = f"/api/invitations/{made['invitation']['id']}"
        assert (await one.stranger.browser.delete(path)).status_code in (403, 404)
        assert (await one.boss.browser.delete(path)).json()["revoked_at"]
        refused = await one.stranger.browser.post("/api/me/invitations", json={"token": made["token"]})
        assert refused.status_code == 404


async def test_one_works_for_a_team_of_one_s_own_and_it_pays_if_it_says_so(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        current = {"team_id": one.id}
        assert (await one.stranger.browser.put("/api/me/current-team", json=current)).status_code == 404
        assert (await one.clerk.browser.put("/api/me/current-team", json=current)).status_code == 204
        me = (await one.clerk.browser.get("/api/me")).json()
        assert (me["current_team_id"], me["payer_id"]) == (one.id, one.clerk.person.id)
        await one.boss.browser.patch(one.path, json={"pays_for_members": True})
        assert (await one.clerk.browser.get("/api/me")).json()["payer_id"] == one.id
        assert (await one.clerk.browser.put("/api/me/current-team", json={"team_id": None})).status_code == 204
        assert (await one.clerk.browser.get("/api/me")).json()["payer_id"] == one.clerk.person.id


async def role_in(browser: httpx.AsyncClient, team_id: str) -> str:
    teams = (await browser.get("/api/me")).json()["teams"]
    return str(next(team["role"] for team in teams if team["id"] == team_id))


async def test_members_come_in_pages_the_longest_first(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        new = {"person_id": one.stranger.person.id, "role": "member"}
        await one.boss.browser.post(f"{one.path}/members", json=new)
        first = (await one.clerk.browser.get(f"{one.path}/members", params={"limit": 2})).json()
        rest = (
            await one.clerk.browser.get(f"{one.path}/members", params={"limit": 2, "cursor": first["next_cursor"]})
        ).json()
        names = [member["name"] for member in first["members"] + rest["members"]]
        assert (names, rest["next_cursor"]) == (["Boss", "Clerk", "Stranger"], None)
        bad = await one.clerk.browser.get(f"{one.path}/members", params={"cursor": "'; DROP TABLE"})
        assert (bad.status_code, bad.json()["error"]["param"]) == (400, "cursor")


async def test_a_project_s_keys_come_in_pages(by_invitation: Home) -> None:
    async with firm(by_invitation) as one:
        project = (await one.boss.browser.post(f"{one.path}/projects", json={"name": "Site"})).json()
        for name in ("a", "b", "c"):
            await one.clerk.browser.post("/api/me/keys", json={"name": name, "project_id": project["id"]})
        path = f"/api/projects/{project['id']}/keys"
        first = (await one.boss.browser.get(path, params={"limit": 2})).json()
        rest = (await one.boss.browser.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [key["name"] for key in first["keys"] + rest["keys"]] == ["c", "b", "a"]
        assert rest["next_cursor"] is None
