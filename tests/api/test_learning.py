"""Who consents, and what trainers see and write, over the app's API."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from homespun.accounts import Role, TeamRole
from homespun.journal import Thumb
from tests.ring.houses import Home

from .people import Visitor, signed_in
from .talks import asked, started


async def disliked(one: Visitor, home: Home, question: str) -> str:
    """A turn whose answer this person didn't like; its id."""
    turn = await asked(one.browser, (await started(one.browser))["id"], question=question)
    await home.house.journal.record_feedback(one.person.id, turn["id"], thumb=Thumb.DOWN, words="Rude.")
    turn_id: str = turn["id"]
    return turn_id


async def test_nobody_consents_for_nobody(at_home: Home) -> None:
    async with at_home.client() as anonymous:
        assert (await anonymous.get("/api/me/learning")).status_code == 401
        assert (await anonymous.put("/api/me/learning", json={"is_given": True})).status_code == 401
    assert await at_home.house.accounts.consents.given() == frozenset()


@pytest.mark.parametrize("role", [Role.VISITOR, Role.MEMBER])
async def test_consent_is_off_until_given_and_may_be_taken_back(at_home: Home, role: Role) -> None:
    async with signed_in(at_home, "Ada", role) as ada:
        path = "/api/me/learning"
        assert (await ada.browser.get(path)).json() == {
            "is_given": False,
            "since": None,
            "changes": [],
            "compares": True,
        }
        given = (await ada.browser.put(path, json={"is_given": True})).json()
        assert given["is_given"]
        assert given["since"] == given["changes"][0]["at"]
        await ada.browser.put(path, json={"is_given": False})
        taken_back = (await ada.browser.get(path)).json()
        assert [change["is_given"] for change in taken_back["changes"]] == [False, True]
        assert (taken_back["is_given"], taken_back["since"]) == (False, None)


async def test_whoever_takes_their_consent_back_is_read_no_more(at_home: Home) -> None:
    house = at_home.house
    async with signed_in(at_home, "Ada") as ada:
        await disliked(ada, at_home, "One?")
        for is_given, found in ((True, 1), (False, 0)):
            await ada.browser.put("/api/me/learning", json={"is_given": is_given})
            read = [one async for one in house.journal.signals(await house.accounts.consents.given())]
            assert len(read) == found


async def test_only_those_who_review_see_what_was_not_good(at_home: Home) -> None:
    async with AsyncExitStack() as stack:
        anonymous = await stack.enter_async_context(at_home.client())
        visitor, member = [
            await stack.enter_async_context(signed_in(at_home, role, role)) for role in (Role.VISITOR, Role.MEMBER)
        ]
        await member.browser.put("/api/me/learning", json={"is_given": True})
        turn_id = await disliked(member, at_home, "One?")
        new = {"turn_id": turn_id, "text": "One."}
        for browser, status in ((anonymous, 401), (visitor.browser, 403), (member.browser, 403)):
            assert (await browser.get("/api/demonstrations")).status_code == status
            assert (await browser.post("/api/demonstrations", json=new)).status_code == status


@pytest.mark.parametrize("role", [TeamRole.TRAINER, TeamRole.REVIEWER])
async def test_a_trainer_answers_for_the_team_s_members_who_consent(at_home: Home, role: TeamRole) -> None:
    teams, boss = at_home.house.accounts.teams, await at_home.person()
    async with AsyncExitStack() as stack:
        tess, ada, silent, other = [
            await stack.enter_async_context(signed_in(at_home, name)) for name in ("Tess", "Ada", "Silent", "Other")
        ]
        team = await teams.create(boss, "Weavers")
        await teams.add_member(boss, team.id, tess.person.id, role)
        for one in (ada, silent):
            await teams.add_member(boss, team.id, one.person.id, TeamRole.MEMBER)
        turn_ids = [await disliked(one, at_home, f"{one.person.name}?") for one in (ada, silent, other)]
        for one in (ada, other):
            await one.browser.put("/api/me/learning", json={"is_given": True})
        listed = (await tess.browser.get("/api/demonstrations")).json()
        assert [one["turn_id"] for one in listed["answers"]] == turn_ids[:1]
        shown = listed["answers"][0]
        assert shown["messages"] == [{"role": "user", "content": "Ada?"}]
        assert (shown["answer"], shown["feedback"]["words"], shown["demonstration"]) == ("Ada? ", "Rude.", None)
        assert ada.person.id not in str(listed), "it says nothing of who asked"
        for turn_id in turn_ids[1:]:
            away = await tess.browser.post("/api/demonstrations", json={"turn_id": turn_id, "text": "So."})
            assert away.status_code == 404
        new = {"turn_id": turn_ids[0], "text": "Welcome."}
        written = (await tess.browser.post("/api/demonstrations", json=new)).json()
        assert written == shown | {"demonstration": "Welcome."}
        (signal,) = [one async for one in at_home.house.journal.signals({ada.person.id})]
        assert (signal.demonstration, signal.demonstrated_by) == ("Welcome.", tess.person.id)


async def test_the_owner_sees_all_who_consent_page_by_page(at_home: Home) -> None:
    async with at_home.browser() as owner, signed_in(at_home, "Ada") as ada:
        await ada.browser.put("/api/me/learning", json={"is_given": True})
        turn_ids = [await disliked(ada, at_home, f"{number}?") for number in range(3)]
        first = (await owner.get("/api/demonstrations", params={"limit": 2})).json()
        rest = (await owner.get("/api/demonstrations", params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [one["turn_id"] for one in first["answers"] + rest["answers"]] == turn_ids[::-1]
        assert rest["next_cursor"] is None
        assert (await owner.get("/api/demonstrations", params={"cursor": "x"})).status_code == 400
