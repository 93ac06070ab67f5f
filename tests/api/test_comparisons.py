"""Now and then a question gets two answers; who asked picks one, and pays for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from homespun.billing import Money, Tariff
from homespun.core.errors import EngineBusy, PaymentRequired
from homespun.core.incoming import Placement
from homespun.engines import GenerationRequest
from homespun.gate import Settings as GateSettings
from homespun.journal import TurnState
from homespun.learning import Settings
from tests.ring.houses import MODEL, Home, home

from .people import signed_in
from .talks import Json, begun, events, started


def numbered(request: GenerationRequest, choice: int) -> list[str]:
    """No two answers are alike."""
    return ["answer ", request.id]


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """Every question of somebody who consents is compared."""
    async with home(tmp_path, migrated, learning=Settings(comparison_share=1.0)) as opened:
        opened.puppet.words = numbered
        yield opened


@pytest.fixture
async def browser(at_home: Home) -> AsyncIterator[httpx.AsyncClient]:
    """Of somebody who consents."""
    async with signed_in(at_home, "Ada") as ada:
        await at_home.house.accounts.consents.set(ada.person.id, True)
        yield ada.browser


async def two(browser: httpx.AsyncClient) -> tuple[Json, Json]:
    """The conversation's comparison, complete, and the turn that was asked."""
    conversation = await started(browser)
    turn = await begun(browser, conversation["id"], question="Which?")
    assert turn["rival"]
    for turn_id in (turn["id"], turn["rival"]["id"]):
        async with events(browser, turn_id) as stream:
            async for _ in stream:
                pass
    return (await browser.get(f"/api/conversations/{conversation['id']}")).json(), turn


async def test_nobody_is_asked_who_has_not_consented(at_home: Home) -> None:
    async with signed_in(at_home, "Silent") as silent:
        turn = await begun(silent.browser, (await started(silent.browser))["id"], question="Which?")
        assert (turn["side_by_side"], turn["rival"]) == (None, None)
        async with signed_in(at_home, "Ada") as ada:
            await at_home.house.accounts.consents.set(ada.person.id, True)
            await at_home.house.accounts.consents.set(ada.person.id, False)
            turn = await begun(ada.browser, (await started(ada.browser))["id"], question="Which?")
            assert turn["side_by_side"] is None


async def test_a_stranger_does_not_choose(at_home: Home, browser: httpx.AsyncClient) -> None:
    _, turn = await two(browser)
    path = f"/api/turns/{turn['id']}/choice"
    async with at_home.client() as anonymous:
        assert (await anonymous.put(path, json={"choice": "left"})).status_code == 401
    async with signed_in(at_home, "Stranger") as stranger:
        assert (await stranger.browser.put(path, json={"choice": "left"})).status_code == 404


@pytest.mark.parametrize("choice", ["left", "right", "neither", "skipped"])
async def test_two_answers_are_written_at_once_and_one_is_kept(browser: httpx.AsyncClient, choice: str) -> None:
    conversation, turn = await two(browser)
    (shown,) = conversation["side_by_side"]
    assert shown == turn["side_by_side"]
    assert {shown["left_id"], shown["right_id"]} == {turn["id"], turn["rival"]["id"]}
    assert [one["question_id"] for one in conversation["turns"]] == [turn["id"]] * 2
    assert conversation["selected_turn_id"] == turn["id"]
    decided = await browser.put(f"/api/turns/{turn['id']}/choice", json={"choice": choice})
    assert decided.json() == shown | {"choice": choice}
    after = (await browser.get(f"/api/conversations/{conversation['id']}")).json()
    assert after["side_by_side"] == [decided.json()]
    kept = {"left": shown["left_id"], "right": shown["right_id"]}.get(choice, turn["id"])
    assert after["selected_turn_id"] == kept
    later = await begun(browser, conversation["id"], question="And?", parent_id=kept)
    assert later["parent_id"] == kept


async def test_a_reload_in_the_middle_finds_both(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    conversation = await started(browser)
    turn = await begun(browser, conversation["id"], question="Which?")
    at_home.puppet.let(1)
    reloaded = (await browser.get(f"/api/conversations/{conversation['id']}")).json()
    assert [one["state"] for one in reloaded["turns"]] == ["open", "open"]
    assert reloaded["side_by_side"] == [turn["side_by_side"]]
    early = await browser.put(f"/api/turns/{turn['id']}/choice", json={"choice": "left"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "conflict")
    at_home.puppet.let(10)
    assert await at_home.settled() == [TurnState.COMPLETE] * 2


async def test_a_question_that_is_sent_again_gets_the_same_two(at_home: Home, browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    path, headers = f"/api/conversations/{conversation['id']}/turns", {"idempotency-key": "once"}
    once, again = [(await browser.post(path, json={"question": "Which?"}, headers=headers)).json() for _ in range(2)]
    assert once["side_by_side"] == again["side_by_side"]
    assert once["rival"]["id"] == again["rival"]["id"]
    assert len(await at_home.settled()) == 2


async def test_the_second_answer_is_on_the_house(at_home: Home, browser: httpx.AsyncClient) -> None:
    me = (await browser.get("/api/me")).json()["id"]
    billing = at_home.house.billing
    await billing.prices.set(Tariff(prompt_micros=1_000_000), model=MODEL)
    await billing.adjust(me, Money(1_000_000, "USD"))
    await two(browser)
    await at_home.settled()
    assert (await browser.get("/api/me/balance")).json()["available"] == {"micros": 0, "currency": "USD"}
    costs = [one["cost"]["micros"] for one in (await browser.get("/api/me/usage/turns")).json()["turns"]]
    assert sorted(costs) == [0, 1_000_000]
    refused = await browser.post(f"/api/conversations/{(await started(browser))['id']}/turns", json={"question": "?"})
    assert refused.json()["error"]["code"] == PaymentRequired.code


@pytest.mark.parametrize(
    "parameters", [{"temperature": 0}, {"seed": 7}], ids=["nothing left to chance", "a seed of one's own"]
)
async def test_answers_that_would_be_the_same_are_not_compared(browser: httpx.AsyncClient, parameters: Json) -> None:
    turn = await begun(browser, (await started(browser))["id"], question="Which?", parameters=parameters)
    assert turn["side_by_side"] is None


async def test_while_a_release_is_rolled_out_each_answers_once(
    at_home: Home, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two releases differ even where nothing is left to chance."""
    other = Placement("rel_other", 1.0)
    monkeypatch.setattr(at_home.house.engines, "rival", lambda name, own: other)
    turn = await begun(browser, (await started(browser))["id"], question="Which?", parameters={"temperature": 0})
    await at_home.settled()
    me = (await browser.get("/api/me")).json()["id"]
    asked, rival = [await at_home.house.journal.turn(me, one["id"]) for one in (turn, turn["rival"])]
    base = await at_home.house.releases.champion()
    assert (asked.release_id, rival.release_id) == (base.id, other.release_id)


async def test_an_answer_that_is_asked_for_again_is_not_compared(browser: httpx.AsyncClient) -> None:
    conversation, turn = await two(browser)
    again = await begun(browser, conversation["id"], regenerate=turn["id"])
    assert again["side_by_side"] is None


async def test_where_there_is_no_room_for_the_second_there_is_one(tmp_path: Path, migrated: Path) -> None:
    """A limit that counts answers counts both; it never costs somebody their answer."""
    limits = GateSettings(person_streams=1)
    async with (
        home(tmp_path, migrated, learning=Settings(comparison_share=1.0), gate=limits) as at_home,
        signed_in(at_home, "Ada") as ada,
    ):
        await at_home.house.accounts.consents.set(ada.person.id, True)
        at_home.puppet.hold()
        turn = await begun(ada.browser, (await started(ada.browser))["id"], question="Which?")
        assert turn["side_by_side"] is None
        at_home.puppet.let(10)
        assert await at_home.settled() == [TurnState.COMPLETE]


async def test_of_two_answers_of_which_one_failed_the_other_can_be_picked(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="Which?")
    at_home.puppet.fail(EngineBusy())
    await at_home.settled()
    decided = await browser.put(f"/api/turns/{turn['id']}/choice", json={"choice": "right"})
    assert decided.status_code == 200
    signals = at_home.house.journal.signals(await at_home.house.accounts.consents.given())
    assert [one async for one in signals if one.compared] == []
