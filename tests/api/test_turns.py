"""Turns of the web app: ask, ask again, edit, stop, rate."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from homespun.accounts import Caller
from homespun.core.errors import EngineFailed
from homespun.core.incoming import Door, Incoming
from homespun.core.messages import ChatPrompt, Message, Role, TextPrompt
from homespun.core.sampling import Sampling
from homespun.journal import TurnState
from tests.ring.houses import MODEL, Home

from .talks import asked, begun, events, started


async def test_a_stranger_s_turn_is_not_there(at_home: Home, browser: httpx.AsyncClient) -> None:
    turn = await asked(browser, (await started(browser))["id"], question="one")
    async with at_home.house.store.write() as session:
        for table in ("turns", "conversations"):
            await session.execute(text(f"UPDATE {table} SET owner_id = 'person_stranger'"))
    path = f"/api/turns/{turn['id']}"
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/events", None),
        ("POST", "/stop", None),
        ("PUT", "/feedback", {"thumb": "up"}),
        ("PUT", "/answer", {"text": "better"}),
    ):
        response = await browser.request(method, path + tail, json=body)
        assert response.status_code == 404, tail


async def test_a_program_s_turns_are_not_the_web_app_s(at_home: Home, browser: httpx.AsyncClient) -> None:
    person = await at_home.person()
    async for _ in at_home.house.ring.turn(Caller(person), Incoming(Door.API, MODEL, TextPrompt("one"), Sampling())):
        pass
    turn = await at_home.last_turn()
    assert (await browser.get(f"/api/turns/{turn.id}")).status_code == 404
    assert (await browser.get(f"/api/turns/{turn.id}/events")).status_code == 404
    assert (await browser.put(f"/api/turns/{turn.id}/feedback", json={"thumb": "up"})).status_code == 404


async def test_a_question_gets_an_open_turn_at_once_and_an_answer_in_time(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    conversation = await started(browser)
    turn = await begun(browser, conversation["id"], question="one two three")
    assert (turn["state"], turn["question"], turn["question_id"], turn["answer"]) == (
        "open",
        "one two three",
        turn["id"],
        "",
    )
    at_home.puppet.let(3)
    await at_home.puppet.busy()
    assert await at_home.settled() == [TurnState.COMPLETE]
    closed = (await browser.get(f"/api/turns/{turn['id']}")).json()
    assert (closed["state"], closed["answer"], closed["finish_reason"]) == ("complete", "one two three ", "stop")
    assert (closed["prompt_tokens"], closed["cached_tokens"], closed["completion_tokens"]) == (10, 4, 3)
    assert closed["total_ms"] >= closed["first_token_ms"] >= 0


async def test_a_follow_up_knows_what_was_said_before(at_home: Home, browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    first = await asked(browser, conversation["id"], question="one")
    await asked(browser, conversation["id"], question="two", parent_id=first["id"], parameters={"system": "Be kind."})
    assert at_home.puppet.requests[1].prompt == ChatPrompt(
        (
            Message(Role.SYSTEM, "Be kind."),
            Message(Role.USER, "one"),
            Message(Role.ASSISTANT, "one "),
            Message(Role.USER, "two"),
        )
    )


async def test_to_regenerate_asks_the_same_question_in_the_same_place(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    conversation = await started(browser)
    first = await asked(browser, conversation["id"], question="one")
    second = await asked(browser, conversation["id"], question="two", parent_id=first["id"])
    again = await asked(browser, conversation["id"], regenerate=second["id"])
    assert (again["question"], again["question_id"], again["parent_id"]) == ("two", second["id"], first["id"])
    assert at_home.puppet.requests[1].prompt == at_home.puppet.requests[2].prompt


async def test_an_edited_question_is_a_branch_beside_the_first(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    first = await asked(browser, conversation["id"], question="one")
    edited = await asked(browser, conversation["id"], question="other", parent_id=first["parent_id"])
    assert edited["parent_id"] is None
    assert edited["question_id"] == edited["id"] != first["question_id"]


async def test_parameters_are_used_and_shown_and_the_rest_is_the_server_s_choice(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    conversation = await started(browser)
    chosen = {"temperature": 0.1, "top_k": 5, "max_tokens": 2, "seed": 7, "repetition_penalty": 1.2, "min_p": 0.1}
    turn = await asked(browser, conversation["id"], question="one two three", parameters=chosen)
    assert at_home.puppet.requests[0].sampling == Sampling(top_p=0.95, **chosen)  # type: ignore[arg-type]
    assert turn["parameters"] == chosen | {"top_p": 0.95, "system": None}
    assert turn["finish_reason"] == "length"


async def test_to_stop_ends_the_answer_and_keeps_what_was_said(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    turn = await begun(browser, (await started(browser))["id"], question="one two three")
    async with events(browser, turn["id"]) as stream:
        await anext(stream)
        at_home.puppet.let(1)
        await anext(stream)
        stopped = (await browser.post(f"/api/turns/{turn['id']}/stop")).json()
        name, data = await anext(stream)
    assert (stopped["state"], stopped["answer"], stopped["finish_reason"]) == ("stopped", "one ", "cancelled")
    assert (name, data["turn"]) == ("done", stopped)
    assert not at_home.puppet.running


async def test_to_stop_what_is_over_does_nothing(browser: httpx.AsyncClient) -> None:
    turn = await asked(browser, (await started(browser))["id"], question="one")
    assert (await browser.post(f"/api/turns/{turn['id']}/stop")).json() == turn


async def test_an_engine_that_dies_leaves_a_failed_turn_with_words_for_people(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    at_home.puppet.fail()
    turn = await asked(browser, (await started(browser))["id"], question="one")
    assert (turn["state"], turn["error"]) == ("failed", EngineFailed().message)


async def test_feedback_is_shown_with_the_turn(browser: httpx.AsyncClient) -> None:
    turn = await asked(browser, (await started(browser))["id"], question="one")
    said = {"thumb": "down", "reasons": ["wrong"], "words": "It is two."}
    response = await browser.put(f"/api/turns/{turn['id']}/feedback", json=said)
    assert response.json()["feedback"] == said
    response = await browser.put(f"/api/turns/{turn['id']}/feedback", json={"thumb": "up"})
    assert response.json()["feedback"] == {"thumb": "up", "reasons": [], "words": ""}
    assert (await browser.get(f"/api/turns/{turn['id']}")).json() == response.json()


async def test_an_edited_answer_stands_beside_the_original_and_in_the_history(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    conversation = await started(browser)
    turn = await asked(browser, conversation["id"], question="one")
    edited = (await browser.put(f"/api/turns/{turn['id']}/answer", json={"text": "ONE"})).json()
    assert (edited["answer"], edited["edited_answer"]) == ("one ", "ONE")
    await asked(browser, conversation["id"], question="two", parent_id=turn["id"])
    prompt = at_home.puppet.requests[1].prompt
    assert isinstance(prompt, ChatPrompt)
    assert prompt.messages[1] == Message(Role.ASSISTANT, "ONE")


@pytest.mark.parametrize(
    ("new", "status", "param"),
    [
        ({}, 400, "question"),
        ({"question": "a", "regenerate": "turn_1"}, 400, "question"),
        ({"question": ""}, 400, "question"),
        ({"question": "a\0"}, 400, "question"),
        ({"question": "a", "model": "gpt-9"}, 404, "model"),
        ({"question": "a", "parent_id": "turn_none"}, 404, "parent_id"),
        ({"regenerate": "turn_none"}, 404, None),
        ({"question": "a", "parameters": {"temperature": 3}}, 400, "parameters.temperature"),
        ({"question": "a", "parameters": {"temprature": 1}}, 400, "parameters.temprature"),
        ({"question": "a", "parameters": {"seed": 2**70}}, 400, "parameters.seed"),
        ({"question": "a", "parameters": {"max_tokens": 10**20}}, 400, "parameters.max_tokens"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_set_running(
    at_home: Home, browser: httpx.AsyncClient, new: dict[str, Any], status: int, param: str | None
) -> None:
    conversation = await started(browser)
    response = await browser.post(f"/api/conversations/{conversation['id']}/turns", json=new)
    assert (response.status_code, response.json()["error"]["param"]) == (status, param)
    assert not at_home.puppet.requests
    assert at_home.states() == []


@pytest.mark.parametrize(
    "feedback", [{"thumb": "sideways"}, {"reasons": ["x" * 51]}, {"reasons": ["x"] * 11}, {"words": "x" * 4001}]
)
async def test_feedback_out_of_bounds_is_refused(browser: httpx.AsyncClient, feedback: dict[str, Any]) -> None:
    turn = await asked(browser, (await started(browser))["id"], question="one")
    response = await browser.put(f"/api/turns/{turn['id']}/feedback", json=feedback)
    assert response.status_code == 400
