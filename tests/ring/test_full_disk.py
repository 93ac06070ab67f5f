"""A full disk: a clear error for each request, nothing lost that was acknowledged, and the server lives on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import StorageFull
from homespun.journal import TurnState
from homespun.store import Store
from homespun.wiring import build

from .houses import MODEL, Home

BODY = {"model": MODEL, "messages": [{"role": "user", "content": "one two three"}]}


class Disk:
    """Full or not."""

    is_full = False


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk, write = Disk(), Store.write

    @asynccontextmanager
    async def write_unless_full(self: Store) -> AsyncIterator[AsyncSession]:
        if disk.is_full:
            raise StorageFull
        async with write(self) as session:
            yield session

    monkeypatch.setattr(Store, "write", write_unless_full)
    return disk


async def test_a_request_is_refused_with_a_clear_error_and_the_next_is_served_when_there_is_room(
    at_home: Home, disk: Disk
) -> None:
    async with at_home.owner() as client:
        disk.is_full = True
        for body in (BODY, BODY | {"stream": True}):
            response = await client.post("/v1/chat/completions", json=body)
            assert (response.status_code, response.json()["error"]["code"]) == (503, "storage_full")
            assert "retry-after" in response.headers
        assert not at_home.puppet.requests
        assert (await client.get("/health")).status_code == 200
        disk.is_full = False
        assert (await client.post("/v1/chat/completions", json=BODY)).status_code == 200


async def test_a_turn_that_could_not_be_closed_is_closed_when_there_is_room(at_home: Home, disk: Disk) -> None:
    at_home.puppet.hold()
    async with at_home.owner() as client:
        async with client.stream("POST", "/v1/chat/completions", json=BODY | {"stream": True}) as response:
            assert response.status_code == 200
            disk.is_full = True
            at_home.puppet.let(3)
            data = [line.removeprefix("data: ") async for line in response.aiter_lines() if line]
        assert json.loads(data[-1])["error"]["code"] == "storage_full"
        assert '"three "' in "".join(data)
        assert at_home.states() == [TurnState.OPEN]
        disk.is_full = False
        at_home.puppet.let(3)
        assert (await client.post("/v1/chat/completions", json=BODY)).status_code == 200
    assert at_home.states() == [TurnState.COMPLETE, TurnState.COMPLETE]
    assert (await at_home.turn(at_home.puppet.requests[0].id)).answer == "one two three "


async def test_or_at_the_next_start_from_its_spool(at_home: Home, disk: Disk) -> None:
    at_home.puppet.hold()
    streamed = BODY | {"stream": True}
    async with at_home.owner() as client, client.stream("POST", "/v1/chat/completions", json=streamed) as response:
        disk.is_full = True
        at_home.puppet.let(3)
        await response.aread()
    disk.is_full = False
    at_home.house.journal.close()
    restarted = build(at_home.house.settings, {MODEL: at_home.puppet})
    async with restarted.open():
        turn = await at_home.last_turn()
    assert (turn.state, turn.answer) == (TurnState.INTERRUPTED, "one two three ")


async def test_a_whole_answer_is_not_acknowledged_before_it_is_written_down(at_home: Home, disk: Disk) -> None:
    at_home.puppet.hold()
    async with at_home.owner() as client:
        asking = asyncio.create_task(client.post("/v1/chat/completions", json=BODY))
        await at_home.puppet.busy()
        disk.is_full = True
        at_home.puppet.let(3)
        response = await asking
    assert (response.status_code, response.json()["error"]["code"]) == (503, "storage_full")
