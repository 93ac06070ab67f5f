"""POST /v1/chat/completions through OpenAI's own SDK, unchanged."""

from __future__ import annotations

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from homespun.journal import TurnState
from tests.ring.houses import MODEL, Home

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "one two three"}]


async def test_anonymous_is_turned_away(at_home: Home) -> None:
    async with at_home.client() as client:
        response = await client.post("/v1/chat/completions", json={})
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"


async def test_a_stranger_is_turned_away(at_home: Home) -> None:
    async with at_home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.chat.completions.create(model=MODEL, messages=HELLO)
    assert not at_home.puppet.requests


async def test_answers_whole(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert completion.choices[0].message.content == "one two three "
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage is not None
    assert completion.usage.model_dump(exclude_none=True) == {
        "prompt_tokens": 10,
        "completion_tokens": 3,
        "total_tokens": 13,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    turn = await at_home.last_turn()
    assert (turn.state, turn.answer) == (TurnState.COMPLETE, "one two three ")


async def test_answers_as_a_stream(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    stream = await sdk.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    chunks = [chunk async for chunk in stream]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "one two three "
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert len({chunk.id for chunk in chunks}) == 1
