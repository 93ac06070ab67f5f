"""Projects over the app's API: a team's chats are seen by those who are in it, for as long as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from homespun.accounts import Person, Role, TeamRole
from tests.patience import PATIENCE_S
from tests.ring.houses import Home

from .people import Visitor, signed_in
from .talks import Json, asked, begun, events


@dataclass
class Studio:
    """A team with a project: Anna and Ben are members, Carl isn't in it."""

    home: Home
    boss: Person
    team_id: str
    project_id: str
    anna: Visitor
    ben: Visitor
    carl: Visitor

    @property
    def path(self) -> str:
        return f"/api/projects/{self.project_id}/conversations"

    async def chat(self, who: Visitor, question: str = "how many threads") -> tuple[Json, Json]:
        """A conversation in the project, and its first turn."""
        started = await who.browser.post(self.path, json={})
        assert started.status_code == 201, started.text
        return started.json(), await asked(who.browser, started.json()["id"], question=question)

    async def leave(self, who: Visitor) -> None:
        await self.home.house.accounts.teams.remove_member(self.boss, self.team_id, who.person.id)


@asynccontextmanager
async def studio(home: Home) -> AsyncIterator[Studio]:
    accounts, boss = home.house.accounts, await home.person()
    async with signed_in(home, "Anna") as anna, signed_in(home, "Ben") as ben, signed_in(home, "Carl") as carl:
        team = await accounts.teams.create(boss, "Weavers")
        for one in (anna, ben):
            await accounts.teams.add_member(boss, team.id, one.person.id, TeamRole.MEMBER)
        project = await accounts.projects.create(boss, team.id, "Loom")
        yield Studio(home, boss, team.id, project.id, anna, ben, carl)


async def test_strangers_and_those_who_only_look_after_people_see_nothing(at_home: Home) -> None:
    async with studio(at_home) as one, signed_in(at_home, "Admin", Role.ADMIN) as admin, at_home.browser() as owner:
        conversation, turn = await one.chat(one.anna)
        teams = at_home.house.accounts.teams
        await teams.set_role(one.boss, one.team_id, one.ben.person.id, TeamRole.OWNER)
        await teams.remove_member(one.boss, one.team_id, one.boss.id)
        for browser in (one.carl.browser, admin.browser, owner):
            assert (await browser.get("/api/me/projects")).json() == []
            for path in (one.path, f"/api/conversations/{conversation['id']}", f"/api/turns/{turn['id']}"):
                assert (await browser.get(path)).status_code == 404
            found = await browser.get("/api/conversations", params={"query": "threads"})
            assert found.json()["conversations"] == []


async def test_two_members_see_the_same_chat_and_who_said_what(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, turn = await one.chat(one.anna)
        [project] = (await one.ben.browser.get("/api/me/projects")).json()
        assert (project["id"], project["team_name"], project["role"]) == (one.project_id, "Weavers", "member")
        page = (await one.ben.browser.get(one.path)).json()
        assert [(line["id"], line["project_id"]) for line in page["conversations"]] == [
            (conversation["id"], one.project_id)
        ]
        assert page["people"] == {one.anna.person.id: "Anna"}
        reply = await asked(one.ben.browser, conversation["id"], question="and the weft", parent_id=turn["id"])
        seen = (await one.anna.browser.get(f"/api/conversations/{conversation['id']}")).json()
        assert [said["asked_by"] for said in seen["turns"]] == [one.anna.person.id, one.ben.person.id]
        assert seen["people"] == {one.ben.person.id: "Ben"}
        assert seen["selected_turn_id"] == reply["id"]
        assert (await one.anna.browser.get("/api/conversations")).json()["conversations"] == []


async def test_the_engine_is_told_what_the_others_said(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, turn = await one.chat(one.anna, "first")
        await asked(one.ben.browser, conversation["id"], question="second", parent_id=turn["id"])
        prompt = at_home.puppet.requests[-1].prompt
        assert [message.content for message in prompt.messages][-3:] == ["first", "first ", "second"]  # type: ignore[union-attr]


async def test_a_member_who_is_removed_loses_sight_of_it_at_once(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, turn = await one.chat(one.anna)
        path, retry = f"/api/conversations/{conversation['id']}", {"idempotency-key": "again"}
        question = {"question": "and the weft", "parent_id": turn["id"]}
        before = await one.anna.browser.post(f"{path}/turns", json=question, headers=retry)
        assert before.status_code == 201
        await one.leave(one.anna)
        for method, address, body in (
            ("GET", one.path, None),
            ("POST", one.path, {}),
            ("GET", path, None),
            ("PATCH", path, {"title": "Mine"}),
            ("PATCH", path, {"project_id": None}),
            ("DELETE", path, None),
            ("POST", f"{path}/turns", {"question": "hi", "parent_id": turn["id"]}),
            ("GET", f"/api/turns/{turn['id']}", None),
            ("GET", f"/api/turns/{turn['id']}/events", None),
            ("PUT", f"/api/turns/{turn['id']}/feedback", {"thumb": "up"}),
        ):
            answer = await one.anna.browser.request(method, address, json=body)
            assert answer.status_code == 404, (method, address, answer.text)
        again = await one.anna.browser.post(f"{path}/turns", json=question, headers=retry)
        assert again.status_code == 404, "what was asked before isn't told again"
        found = await one.anna.browser.get("/api/conversations", params={"query": "threads"})
        assert found.json()["conversations"] == []
        assert (await one.ben.browser.get(path)).status_code == 200


async def rest_of(stream: AsyncIterator[tuple[str, Json]]) -> list[str]:
    """The names of all further events, until the stream ends."""
    async with asyncio.timeout(PATIENCE_S):
        return [name async for name, _ in stream]


async def test_what_a_removed_member_watches_ends_though_the_answer_goes_on(at_home: Home) -> None:
    async with studio(at_home) as one:
        await at_home.house.accounts.teams.work_for(one.anna.person, None)
        conversation, turn = await one.chat(one.anna)
        at_home.puppet.hold()
        running = await begun(one.ben.browser, conversation["id"], question="one two", parent_id=turn["id"])
        async with events(one.anna.browser, running["id"]) as stream:
            assert (await anext(stream))[0] == "snapshot"
            await one.leave(one.anna)
            assert await rest_of(stream) == []
        at_home.puppet.let(10)
        await at_home.settled()
        assert (await one.ben.browser.get(f"/api/turns/{running['id']}")).json()["answer"] == "one two "


async def test_moving_a_chat_out_ends_what_others_watch(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, turn = await one.chat(one.anna)
        path = f"/api/conversations/{conversation['id']}"
        at_home.puppet.hold()
        running = await begun(one.anna.browser, conversation["id"], question="one two", parent_id=turn["id"])
        async with events(one.ben.browser, running["id"]) as stream:
            assert (await anext(stream))[0] == "snapshot"
            moved = await one.anna.browser.patch(path, json={"project_id": None})
            assert moved.json()["project_id"] is None
            assert await rest_of(stream) == []
        at_home.puppet.let(10)
        await at_home.settled()
        assert (await one.ben.browser.get(path)).status_code == 404
        [mine] = (await one.anna.browser.get("/api/conversations")).json()["conversations"]
        assert mine["id"] == conversation["id"]
        assert (await one.ben.browser.patch(path, json={"project_id": one.project_id})).status_code == 404
        back = await one.anna.browser.patch(path, json={"project_id": one.project_id})
        assert back.json()["project_id"] == one.project_id
        assert (await one.ben.browser.get(path)).status_code == 200


async def test_only_who_started_a_chat_or_manages_the_team_changes_it(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, _ = await one.chat(one.anna)
        path = f"/api/conversations/{conversation['id']}"
        for change in ({"title": "Ben's"}, {"project_id": None}):
            assert (await one.ben.browser.patch(path, json=change)).status_code == 403
        assert (await one.ben.browser.delete(path)).status_code == 403
        teams = at_home.house.accounts.teams
        await teams.set_role(one.boss, one.team_id, one.ben.person.id, TeamRole.ADMIN)
        assert (await one.ben.browser.patch(path, json={"title": "Ours"})).json()["title"] == "Ours"
        assert (await one.ben.browser.patch(path, json={"project_id": None})).status_code == 403
        assert (await one.ben.browser.delete(path)).status_code == 204
        assert (await one.anna.browser.get(path)).status_code == 404


async def test_a_deleted_project_takes_its_chats_along_and_stops_what_is_answered_in_it(at_home: Home) -> None:
    async with studio(at_home) as one:
        conversation, turn = await one.chat(one.anna)
        at_home.puppet.hold()
        await begun(one.ben.browser, conversation["id"], question="one two", parent_id=turn["id"])
        await at_home.puppet.busy(2)
        await at_home.house.accounts.projects.delete(one.boss, one.project_id)
        assert (await at_home.settled())[-1] == "stopped"
        for who in (one.anna, one.ben):
            assert (await who.browser.get(f"/api/conversations/{conversation['id']}")).status_code == 404
            assert (await who.browser.get(one.path)).status_code == 404


@pytest.mark.parametrize("what", ["project", "team"])
async def test_what_is_deleted_with_its_project_counts_as_deleted(at_home: Home, what: str) -> None:
    async with studio(at_home) as one, at_home.browser() as boss:
        await one.chat(one.anna)
        own = (await one.anna.browser.post("/api/conversations", json={})).json()
        path = f"/api/projects/{one.project_id}" if what == "project" else f"/api/teams/{one.team_id}"
        assert (await boss.delete(path)).status_code == 204
        async with at_home.house.store.read() as session:
            left = await session.scalars(text("SELECT id FROM conversations WHERE deleted_at IS NULL"))
            assert left.all() == [own["id"]]


async def test_a_chat_in_a_project_is_paid_as_the_project_s_team_pays(at_home: Home) -> None:
    async with studio(at_home) as one:
        teams = at_home.house.accounts.teams
        await teams.work_for(one.anna.person, None)
        conversation, turn = await one.chat(one.anna)
        assert len((await one.anna.browser.get("/api/me/usage/turns")).json()["turns"]) == 1
        await teams.change(one.boss, one.team_id, pays_for_members=True)
        await asked(one.anna.browser, conversation["id"], question="more", parent_id=turn["id"])
        async with at_home.browser() as boss:
            used = (await boss.get(f"/api/teams/{one.team_id}/usage", params={"by": "person"})).json()
        assert [(line["group"], line["turns"]) for line in used] == [(one.anna.person.id, 1)]


async def test_a_visitor_has_no_part_in_projects(at_home: Home) -> None:
    async with studio(at_home) as one, signed_in(at_home, "Visitor", Role.VISITOR) as visitor:
        assert (await visitor.browser.get("/api/me/projects")).status_code == 403
        assert (await visitor.browser.get(one.path)).status_code == 403
        mine = (await visitor.browser.post("/api/conversations", json={})).json()
        moved = await visitor.browser.patch(f"/api/conversations/{mine['id']}", json={"project_id": one.project_id})
        assert moved.status_code == 404
