"""What tests of the web app's API do again and again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

Json = dict[str, Any]


async def started(browser: httpx.AsyncClient) -> Json:
    """A new conversation."""
    response = await browser.post("/api/conversations", json={})
    assert response.status_code == 201
    conversation: Json = response.json()
    return conversation


async def begun(browser: httpx.AsyncClient, conversation_id: str, **new: object) -> Json:
    """A turn whose answer has been set running."""
    response = await browser.post(f"/api/conversations/{conversation_id}/turns", json=new)
    assert response.status_code == 201, response.text
    turn: Json = response.json()
    return turn


async def asked(browser: httpx.AsyncClient, conversation_id: str, **new: object) -> Json:
    """A turn whose answer is complete."""
    turn = await begun(browser, conversation_id, **new)
    async with events(browser, turn["id"]) as stream:
        async for name, data in stream:
            if name == "done":
                turn = data["turn"]
    return turn


@asynccontextmanager
async def events(browser: httpx.AsyncClient, turn_id: str) -> AsyncIterator[AsyncIterator[tuple[str, Json]]]:
    """Attaches to a turn: names and data of its events. Comments are named after their text."""
    async with browser.stream("GET", f"/api/turns/{turn_id}/events") as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _parsed(response)


async def _parsed(response: httpx.Response) -> AsyncIterator[tuple[str, Json]]:
    name = ""
    async for line in response.aiter_lines():
        if line.startswith(":"):
            yield line[1:].strip(), {}
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
