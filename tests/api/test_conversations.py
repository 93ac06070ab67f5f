"""Conversations: list, search, open, rename, select a branch, delete."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from homespun.journal import TurnState
from tests.ring.houses import Home

from .talks import asked, begun, started


async def test_a_stranger_s_conversations_are_not_there(at_home: Home, browser: httpx.AsyncClient) -> None:
    theirs = await at_home.house.journal.start_conversation("person_stranger", title="Secret")
    path = f"/api/conversations/{theirs.id}"
    assert (await browser.get("/api/conversations")).json()["conversations"] == []
    assert (await browser.get(path)).status_code == 404
    assert (await browser.patch(path, json={"title": "Mine"})).status_code == 404
    assert (await browser.delete(path)).status_code == 404
    assert (await browser.post(f"{path}/turns", json={"question": "hi"})).status_code == 404
    assert not at_home.puppet.requests


async def test_a_new_conversation_is_empty(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    assert (conversation["title"], conversation["turns"], conversation["selected_turn_id"]) == ("", [], None)
    assert (await browser.get(f"/api/conversations/{conversation['id']}")).json() == conversation


async def test_the_first_question_gives_it_its_title(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    await asked(browser, conversation["id"], question="Why is the sky blue?")
    [line] = (await browser.get("/api/conversations")).json()["conversations"]
    assert line["title"] == "Why is the sky blue?"


async def test_the_list_comes_in_pages_newest_first(browser: httpx.AsyncClient) -> None:
    ids = [(await started(browser))["id"] for _ in range(5)]
    first = (await browser.get("/api/conversations", params={"limit": 3})).json()
    rest = (await browser.get("/api/conversations", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [line["id"] for line in first["conversations"] + rest["conversations"]] == ids[::-1]
    assert rest["next_cursor"] is None


async def test_search_finds_words_of_questions_and_answers(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    await asked(browser, conversation["id"], question="elephants never forget")
    await started(browser)
    found = (await browser.get("/api/conversations", params={"query": "elephants"})).json()["conversations"]
    assert [line["id"] for line in found] == [conversation["id"]]


async def test_renames(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    response = await browser.patch(f"/api/conversations/{conversation['id']}", json={"title": " New name "})
    assert response.json()["title"] == "New name"


async def test_an_open_conversation_shows_running_answers_so_far(at_home: Home, browser: httpx.AsyncClient) -> None:
    at_home.puppet.hold()
    conversation = await started(browser)
    turn = await begun(browser, conversation["id"], question="one two three")
    at_home.puppet.let(2)
    while (shown := (await browser.get(f"/api/conversations/{conversation['id']}")).json())["turns"][0]["answer"] == "":
        pass
    assert shown["turns"][0]["state"] == "open"
    assert "one two ".startswith(shown["turns"][0]["answer"])
    assert shown["selected_turn_id"] == turn["id"]


async def test_selects_a_branch(browser: httpx.AsyncClient) -> None:
    conversation = await started(browser)
    first = await asked(browser, conversation["id"], question="one")
    again = await asked(browser, conversation["id"], regenerate=first["id"])
    path = f"/api/conversations/{conversation['id']}"
    assert (await browser.get(path)).json()["selected_turn_id"] == again["id"]
    assert (await browser.patch(path, json={"selected_turn_id": first["id"]})).status_code == 200
    assert (await browser.get(path)).json()["selected_turn_id"] == first["id"]
    assert (await browser.patch(path, json={"selected_turn_id": "turn_none"})).status_code == 404


async def test_a_deleted_conversation_is_gone_and_what_runs_in_it_stops(
    at_home: Home, browser: httpx.AsyncClient
) -> None:
    at_home.puppet.hold()
    conversation = await started(browser)
    turn = await begun(browser, conversation["id"], question="one two three")
    await at_home.puppet.busy()
    assert (await browser.delete(f"/api/conversations/{conversation['id']}")).status_code == 204
    assert await at_home.settled() == [TurnState.STOPPED]
    assert (await browser.get(f"/api/conversations/{conversation['id']}")).status_code == 404
    assert (await browser.get(f"/api/turns/{turn['id']}")).status_code == 404
    assert (await browser.get("/api/conversations")).json()["conversations"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "param"),
    [
        ("POST", "", {"title": "x" * 201}, "title"),
        ("POST", "", {"titel": "x"}, "titel"),
        ("POST", "", {"title": 1}, "title"),
        ("POST", "", {"title": "a\0b"}, "title"),
        ("GET", "?limit=0", None, "limit"),
        ("GET", "?limit=many", None, "limit"),
        ("GET", "?cursor=nonsense", None, "cursor"),
    ],
)
async def test_what_is_wrong_is_named(
    browser: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None, param: str
) -> None:
    response = await browser.request(method, f"/api/conversations{path}", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize(
    "content", [b"{", b"", b"[]", b"\xff", b'{"title": NaN}', b'{"title": "\\ud800"}', b"[" * 100_000, b"9" * 5000]
)
async def test_a_body_that_is_no_object_is_refused(browser: httpx.AsyncClient, content: bytes) -> None:
    response = await browser.post("/api/conversations", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["message"]


async def test_a_body_that_is_too_large_is_refused(browser: httpx.AsyncClient) -> None:
    response = await browser.post("/api/conversations", content=b" " * (5 * 1024 * 1024))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"
