"""A client may hang up at any moment: nothing goes on for it, and its turn is closed."""

from __future__ import annotations

import asyncio

import pytest

from homespun.core.errors import EngineBusy
from homespun.engines import EngineState
from homespun.journal import TurnState
from tests.patience import PATIENCE_S
from tests.ring.houses import MODEL, Home
from tests.ring.wires import post, wire

BODY = {"model": MODEL, "messages": [{"role": "user", "content": "one two three"}]}


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def request_bytes(request: pytest.FixtureRequest, at_home: Home) -> bytes:
    return post("/v1/chat/completions", at_home.key, BODY | {"stream": request.param})


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
async def test_before_the_whole_request_was_sent(at_home: Home, request_bytes: bytes, share: float) -> None:
    async with wire(at_home.url) as client:
        await client.send(request_bytes[: int(len(request_bytes) * share)])
        await asyncio.sleep(0.05)
        client.hang_up()
    await asyncio.sleep(0.05)
    assert not at_home.puppet.requests
    assert at_home.states() == []


async def test_as_soon_as_the_request_was_sent(at_home: Home, request_bytes: bytes) -> None:
    at_home.puppet.hold()
    for pause_ms in range(0, 30, 2):
        async with wire(at_home.url) as client:
            await client.send(request_bytes)
            await asyncio.sleep(pause_ms / 1000)
            client.hang_up()
    assert set(await at_home.settled()) <= {TurnState.STOPPED}


async def test_while_the_model_loads(at_home: Home, request_bytes: bytes) -> None:
    at_home.puppet.state = EngineState.STARTING
    async with wire(at_home.url) as client:
        await client.send(request_bytes)
        while not at_home.states():
            await asyncio.sleep(0.01)
        client.hang_up()
    assert await at_home.settled() == [TurnState.STOPPED]
    assert not at_home.puppet.requests


async def test_is_counted_as_a_client_that_hung_up(at_home: Home) -> None:
    at_home.puppet.queue.clear()
    async with wire(at_home.url) as client:
        await client.send(post("/v1/chat/completions", at_home.key, BODY))
        await at_home.puppet.busy()
        client.hang_up()
    await at_home.settled()
    # The edge counts a request when its handling has ended, which may be a moment after its turn was closed.
    async with at_home.client() as client_of_metrics, asyncio.timeout(PATIENCE_S):
        while 'status="499"} 1.0' not in (await client_of_metrics.get("/metrics")).text:
            await asyncio.sleep(0.01)


async def test_in_the_engine_s_queue(at_home: Home, request_bytes: bytes) -> None:
    at_home.puppet.queue.clear()
    async with wire(at_home.url) as client:
        await client.send(request_bytes)
        await at_home.puppet.busy()
        client.hang_up()
    assert await at_home.settled() == [TurnState.STOPPED]


@pytest.mark.parametrize("tokens", [0, 1, 2])
async def test_in_the_middle_of_the_answer(at_home: Home, request_bytes: bytes, tokens: int) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(tokens)
    async with wire(at_home.url) as client:
        await client.send(request_bytes)
        await at_home.puppet.starve()
        client.hang_up()
    assert await at_home.settled() == [TurnState.STOPPED]
    assert (await at_home.last_turn()).answer == "".join(["one ", "two ", "three "][:tokens])


async def test_just_before_the_end(at_home: Home, request_bytes: bytes) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(2)
    async with wire(at_home.url) as client:
        await client.send(request_bytes)
        await at_home.puppet.starve()
        at_home.puppet.let(1)
        client.hang_up()
    [state] = await at_home.settled()
    assert state in (TurnState.COMPLETE, TurnState.STOPPED)


async def test_with_several_prompts_all_of_them_stop(at_home: Home) -> None:
    at_home.puppet.hold()
    body = {"model": MODEL, "prompt": ["one", "two", "three"], "n": 2, "stream": True}
    async with wire(at_home.url) as client:
        await client.send(post("/v1/completions", at_home.key, body))
        await at_home.puppet.busy(3)
        client.hang_up()
    assert await at_home.settled() == [TurnState.STOPPED] * 3


async def test_others_answers_go_on(at_home: Home, request_bytes: bytes) -> None:
    at_home.puppet.hold()
    async with wire(at_home.url) as stays, wire(at_home.url) as leaves:
        await stays.send(post("/v1/chat/completions", at_home.key, BODY | {"stream": True}))
        await at_home.puppet.busy(1)
        await leaves.send(request_bytes)
        await at_home.puppet.busy(2)
        leaves.hang_up()
        while len(at_home.puppet.running) > 1:
            await asyncio.sleep(0.01)
        at_home.puppet.let(3)
        assert b'"three "' in await stays.read_until(b"[DONE]")
    assert await at_home.settled() == [TurnState.COMPLETE, TurnState.STOPPED]


async def test_a_client_that_does_not_read_holds_nothing_back(at_home: Home) -> None:
    words = " ".join(f"word{number}" for number in range(20_000))
    body = {"model": MODEL, "prompt": words, "max_tokens": 20_000, "stream": True}
    async with wire(at_home.url) as client:
        await client.send(post("/v1/completions", at_home.key, body))
        await at_home.puppet.busy()
        assert await at_home.settled() == [TurnState.COMPLETE]
        answer = await client.read_until(b"[DONE]")
    assert answer.count(b'"text":"word') == 20_000


async def test_a_key_that_is_revoked_ends_its_streams(at_home: Home) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(1)
    async with wire(at_home.url) as client:
        await client.send(post("/v1/chat/completions", at_home.key, BODY | {"stream": True}))
        await client.read_until(b'"one "')
        await at_home.house.accounts.revoke_key("test")
        assert b'"code":"invalid_api_key"' in await client.read_until(b"\r\n0\r\n")
    assert await at_home.settled() == [TurnState.STOPPED]


async def test_a_request_that_was_refused_leaves_a_connection_that_still_serves(at_home: Home) -> None:
    at_home.puppet.refuse_with = EngineBusy()
    async with wire(at_home.url) as client:
        await client.send(post("/v1/chat/completions", at_home.key, BODY))
        assert b"429" in await client.read_until(b"\r\n\r\n")
        await client.read_until(b"}}")
        at_home.puppet.refuse_with = None
        await client.send(post("/v1/chat/completions", at_home.key, BODY))
        assert b"200" in await client.read_until(b"\r\n\r\n")
