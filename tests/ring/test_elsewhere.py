"""A page that lands on another process than the one that answers sees the same, and can stop it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from homespun.journal import TurnState
from homespun.wiring import build
from tests.databases.fixtures import ON_POSTGRESQL
from tests.patience import PATIENCE_S

from .houses import MODEL, Home, home, served
from .puppet import Puppet


@pytest.fixture
async def elsewhere(at_home: Home) -> AsyncIterator[str]:
    """Another process's address, on the same database and the same machine."""
    other = build(at_home.house.settings, {MODEL: Puppet()})
    async with other.running(), served(other.app) as url:
        yield url


@asynccontextmanager
async def two_pages(home: Home, elsewhere: str) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """The same person on both."""
    async with (
        home.browser() as here,
        httpx.AsyncClient(base_url=elsewhere, timeout=PATIENCE_S, cookies=here.cookies) as there,
    ):
        yield here, there


async def begun(page: httpx.AsyncClient, question: str) -> dict[str, Any]:
    conversation = (await page.post("/api/conversations", json={})).json()["id"]
    turn: dict[str, Any] = (
        await page.post(f"/api/conversations/{conversation}/turns", json={"question": question})
    ).json()
    return turn


async def told(page: httpx.AsyncClient, turn_id: str) -> AsyncIterator[tuple[str, Any]]:
    """The events of a turn, by name."""
    async with page.stream("GET", f"/api/turns/{turn_id}/events") as response:
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def test_it_hears_what_was_said_and_what_is_said_from_then_on(at_home: Home, elsewhere: str) -> None:
    at_home.puppet.hold()
    async with two_pages(at_home, elsewhere) as (here, there):
        turn = await begun(here, "one two three")
        at_home.puppet.let(1)
        await heard(there, turn["id"], "one ")
        events = told(there, turn["id"])
        name, snapshot = await anext(events)
        assert (name, snapshot["turn"]["answer"]) == ("snapshot", "one ")
        at_home.puppet.let(1)
        assert await anext(events) == ("delta", {"text": "two "})
        at_home.puppet.let(1)
        rest = [event async for event in events]
    assert rest[-1][0] == "done"
    assert rest[-1][1]["turn"]["answer"] == "one two three "


async def heard(page: httpx.AsyncClient, turn_id: str, text: str) -> None:
    """Returns when the page sees so much of the answer."""
    async with asyncio.timeout(PATIENCE_S):
        while (await page.get(f"/api/turns/{turn_id}")).json()["answer"] != text:
            await asyncio.sleep(0.02)


async def test_it_can_stop_it(at_home: Home, elsewhere: str) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(1)
    async with two_pages(at_home, elsewhere) as (here, there):
        turn = await begun(here, "one two three")
        await heard(there, turn["id"], "one ")
        stopped = (await there.post(f"/api/turns/{turn['id']}/stop")).json()
    assert (stopped["state"], stopped["answer"]) == ("stopped", "one ")
    assert await at_home.settled() == [TurnState.STOPPED]


async def test_a_conversation_that_is_deleted_there_is_not_answered_here(at_home: Home, elsewhere: str) -> None:
    at_home.puppet.hold()
    async with two_pages(at_home, elsewhere) as (here, there):
        turn = await begun(here, "one two three")
        await there.delete(f"/api/conversations/{turn['conversation_id']}")
        assert await at_home.settled() == [TurnState.STOPPED]


async def test_who_signs_out_there_hears_no_more_here(at_home: Home, elsewhere: str) -> None:
    at_home.puppet.hold()
    async with two_pages(at_home, elsewhere) as (here, there):
        turn = await begun(here, "one two three")
        events = told(here, turn["id"])
        await anext(events)
        await there.delete("/api/session")
        assert [event async for event in events] == []


@ON_POSTGRESQL
async def test_another_machine_hears_what_is_said_while_it_is_said(url: str, tmp_path: Path) -> None:
    async with home(tmp_path / "data", database_url=url) as at_home:
        at_home.puppet.hold()
        other = build(replace(at_home.house.settings, data_dir=tmp_path / "other"), {MODEL: Puppet()})
        async with other.running(), served(other.app) as elsewhere, two_pages(at_home, elsewhere) as (here, there):
            turn = await begun(here, "one two three")
            at_home.puppet.let(1)
            events = told(there, turn["id"])
            name, snapshot = await anext(events)
            assert (name, snapshot["turn"]["answer"]) == ("snapshot", "")
            assert await anext(events) == ("delta", {"text": "one "})
            at_home.puppet.let(1)
            assert await anext(events) == ("delta", {"text": "two "})
            at_home.puppet.let(1)
            rest = [event async for event in events]
    assert rest[-1][0] == "done"
    assert rest[-1][1]["turn"]["answer"] == "one two three "
