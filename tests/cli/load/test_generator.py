from __future__ import annotations

import asyncio
from typing import Any

import pytest

from homespun.cli.load import Address, Level, Prompts, Target, measure_level, size_prompts
from homespun.core.errors import Unavailable

from .fake_server import answering, server


def target(url: str, **extra: object) -> Target:
    return Target(Address.of(url, "/chat/completions"), "key", "m", extra)


def question(body: dict[str, Any]) -> str:
    (message,) = body["messages"]
    return str(message["content"])


async def test_keeps_as_many_chats_busy_as_it_is_told() -> None:
    busy = most = 0

    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1
        await answering("a", "b")(body, writer)

    answers = []
    async with server(respond) as url:
        level = Level(3, 12, max_tokens=5)
        figures = await measure_level(target(url), Prompts(4), level, on_answer=lambda: answers.append(1))
    assert most == 3
    assert (figures.requests, figures.failed, figures.completion_tokens) == (12, 0, 24)
    assert len(answers) == 12


async def test_asks_as_told_and_never_twice_the_same() -> None:
    bodies = []

    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        bodies.append(body)
        await answering("a")(body, writer)

    async with server(respond) as url:
        await measure_level(target(url, ignore_eos=True), Prompts(4), Level(2, 6, max_tokens=5))
    assert len({question(body) for body in bodies}) == 6
    assert all(body["max_tokens"] == 5 and body["stream"] and body["ignore_eos"] for body in bodies)


async def test_finds_the_words_that_make_a_prompt_of_the_wanted_length() -> None:
    def tokens(body: dict[str, Any]) -> int:
        return 30 + len(question(body).split())

    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        await answering("a", prompt_tokens=tokens(body))(body, writer)

    async with server(respond) as url:
        prompts = await size_prompts(target(url), 200)
    assert tokens({"messages": [{"content": prompts.next()}]}) == 200


async def test_a_server_that_does_not_count_gets_as_many_words_as_tokens_are_wanted() -> None:
    async with server(answering("a", prompt_tokens=0)) as url:
        assert (await size_prompts(target(url), 50)).words == 50


async def test_a_server_that_refuses_is_told_of_in_its_own_words() -> None:
    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 401 No\r\nConnection: close\r\n\r\n{"error": {"message": "Wrong key."}}')

    async with server(respond) as url:
        with pytest.raises(Unavailable, match=r"HTTP 401: Wrong key\."):
            await size_prompts(target(url), 50)
