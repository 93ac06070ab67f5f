from __future__ import annotations

import asyncio
from typing import Any

import pytest

from homespun.cli.load.exchange import Address, Recording, exchange, request_bytes
from homespun.core.errors import Invalid
from tests.patience import PATIENCE_S

from .fake_server import END, HEAD, Respond, answering, chunked, event, server


async def record(respond: Respond, *, timeout_s: float = PATIENCE_S) -> Recording:
    async with server(respond) as url:
        address = Address.of(url, "/chat/completions")
        return await exchange(address, request_bytes(address, "key", {"model": "m"}), timeout_s=timeout_s)


def content(recording: Recording) -> bytes:
    return b"".join(piece for _, piece in recording.pieces)


async def test_records_the_body_without_its_framing() -> None:
    recording = await record(answering("a"))
    assert (recording.status, recording.problem) == (200, None)
    assert content(recording).startswith(event(""))
    assert content(recording).endswith(b"data: [DONE]\n\n")


async def test_pieces_carry_the_time_of_their_own_arrival() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunked(event("a")))
        await writer.drain()
        await asyncio.sleep(0.25)
        writer.write(chunked(event("b")) + END)

    recording = await record(respond)
    first, *_, last = (arrived_at for arrived_at, _ in recording.pieces)
    assert recording.sent_at < first
    assert last - first >= 0.05


async def test_survives_an_answer_that_is_cut_anywhere() -> None:
    whole = HEAD + chunked(event("a")) + END

    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        for byte in whole:
            writer.write(bytes([byte]))
            await writer.drain()

    assert content(await record(respond)) == event("a") + b"data: [DONE]\n\n"


async def test_an_answer_that_ends_with_the_connection_is_complete() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + event("a"))

    recording = await record(respond)
    assert recording.problem is None
    assert content(recording) == event("a")


async def test_an_answer_that_breaks_off_is_a_problem() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + chunked(event("a")))

    assert (await record(respond)).problem == "the server closed the connection in the middle of an answer"


async def test_what_is_no_http_is_a_problem() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    problem = (await record(respond)).problem
    assert problem is not None
    assert problem.startswith("the server's answer is no HTTP")


async def test_silence_is_a_problem() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)

    assert (await record(respond, timeout_s=0.1)).problem == "no complete answer within 0 s"


async def test_nobody_there_is_a_problem() -> None:
    address = Address.of("http://127.0.0.1:9/v1", "/chat/completions")
    problem = (await exchange(address, b"", timeout_s=PATIENCE_S)).problem
    assert problem is not None
    assert problem.startswith("127.0.0.1:9 can't be reached")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000/v1", Address("localhost", 8000, "/v1/models", tls=False)),
        ("https://example.com/v1/", Address("example.com", 443, "/v1/models", tls=True)),
        ("http://gpu/llm/v1", Address("gpu", 80, "/llm/v1/models", tls=False)),
    ],
)
def test_reads_addresses_as_openai_clients_take_them(url: str, expected: Address) -> None:
    assert Address.of(url, "/models") == expected


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://example.com/v1", "http:///v1", ""])
def test_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(Invalid, match="is no address of a server"):
        Address.of(url, "/models")
