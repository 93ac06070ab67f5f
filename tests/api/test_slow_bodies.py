"""A body that stops coming, or takes for ever, is refused in the door's own words, and holds no connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from homespun.api import Settings as ApiSettings
from homespun.api import protocol
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, home
from tests.ring.wires import Wire, wire

IMPATIENT = ApiSettings(body_pause_s=0.2, body_timeout_s=0.6)
DOORS = pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/api/session"])


@pytest.fixture
async def impatient(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    monkeypatch.setattr(protocol, "LINGER_S", 0.3)
    async with home(tmp_path, migrated, api=IMPATIENT) as house:
        yield house


async def begin(client: Wire, path: str, key: str, length: int) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: {length}\r\n\r\n"
    await client.send(head.encode())


async def refusal(client: Wire) -> tuple[bytes, str]:
    """Status line and error code."""
    head = await client.read_until(b"\r\n\r\n")
    body = await client.read_until(b"}}")
    return head.split(b"\r\n")[0], json.loads(body)["error"]["code"]


async def is_let_go(client: Wire) -> bool:
    """Whether the server closes the connection though the client goes on and on."""
    with suppress(ConnectionError, RuntimeError):  # uvloop writes to no transport that has been closed
        async with asyncio.timeout(PATIENCE_S):
            while not client.reader.at_eof():
                await client.send(b" ")
                await asyncio.sleep(0.02)
    return True


@DOORS
async def test_a_body_that_stops_coming_is_refused_and_its_connection_closed(impatient: Home, path: str) -> None:
    async with wire(impatient.url) as client:
        await begin(client, path, impatient.key, 100)
        await client.send(b'{"a":')
        assert await refusal(client) == (b"HTTP/1.1 408 Request Timeout", "request_timeout")
        assert await asyncio.wait_for(client.reader.read(), 10) == b""


@DOORS
async def test_a_body_that_trickles_has_an_end(impatient: Home, path: str) -> None:
    async with wire(impatient.url) as client:
        await begin(client, path, impatient.key, 100_000)
        answer = asyncio.create_task(refusal(client))
        while not answer.done():
            await client.send(b" ")
            await asyncio.sleep(0.02)
        assert await answer == (b"HTTP/1.1 408 Request Timeout", "request_timeout")
        assert await is_let_go(client)


async def test_a_body_that_comes_slowly_but_in_time_is_taken(impatient: Home) -> None:
    async with wire(impatient.url) as client:
        await begin(client, "/api/session", "", 2)
        await client.send(b"{")
        await asyncio.sleep(0.1)
        await client.send(b"}")
        assert b"400" in await client.read_until(b"\r\n")


async def test_who_was_refused_cannot_hold_the_connection_by_a_body_that_never_ends(impatient: Home) -> None:
    async with wire(impatient.url) as client:
        await begin(client, "/v1/completions", "sk-homespun-stranger", 100_000)
        assert b"401" in (await refusal(client))[0]
        assert await is_let_go(client)


async def test_the_next_request_on_a_connection_is_answered_however_late_it_comes(
    at_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER_S", 0.05)
    async with wire(at_home.url) as client:
        for _ in range(3):
            await client.send(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            assert b"200" in await client.read_until(b"\r\n")
            await client.read_until(b"}")
            await asyncio.sleep(0.1)
