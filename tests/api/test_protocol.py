"""What isn't HTTP, or is too much of it, ends the connection and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from homespun.api import protocol
from tests.patience import PATIENCE_S
from tests.ring.houses import Home
from tests.ring.wires import wire


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"garbage\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"GET /health HTTP/9.9\r\nhost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_not_http_is_a_bad_request(at_home: Home, request_bytes: bytes) -> None:
    async with wire(at_home.url) as client:
        await client.send(request_bytes)
        assert b"400" in await client.read_until(b"\r\n")


@pytest.mark.parametrize(
    "piece", [b"x-big: " + b"a" * 60_000, b"x: y\r\n" * 10_000], ids=["one long header", "many headers"]
)
async def test_a_head_without_end_is_cut_off(at_home: Home, piece: bytes) -> None:
    async with wire(at_home.url) as client:
        await client.send(b"GET /health HTTP/1.1\r\nhost: x\r\n" + piece)
        await asyncio.sleep(0.01)
        await client.send(piece)
        assert b"431" in await client.read_until(b"\r\n")


async def test_a_client_that_never_finishes_its_head_is_let_go(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT_S", 0.05)
    for beginning in (b"", b"GET /hea"):
        async with wire(at_home.url) as client:
            await client.send(beginning)
            assert await asyncio.wait_for(client.reader.read(), PATIENCE_S) == b""


async def test_a_request_may_take_longer_than_its_head(at_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT_S", 0.5)
    async with wire(at_home.url) as client:
        await client.send(b"POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{")
        await asyncio.sleep(0.75)
        await client.send(b"}")
        assert b"400" in await client.read_until(b"\r\n")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"OPTIONS * HTTP/1.1", b"404"),
        (b"GET http://elsewhere/health HTTP/1.1", b"200"),
        (b"GET //evil.example/x HTTP/1.1", b"404"),
        (b"GET /api/turns/../../v1/models HTTP/1.1", b"404"),
        (b"GET /v1/models/%ff%00 HTTP/1.1", b"401"),
    ],
)
async def test_odd_addresses_are_answered(at_home: Home, request_line: bytes, status: bytes) -> None:
    async with wire(at_home.url) as client:
        await client.send(request_line + b"\r\nhost: x\r\n\r\n")
        assert (await client.read_until(b"\r\n")).split()[1] == status
