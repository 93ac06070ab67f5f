"""POST /v1/completions with `echo`: prompts told again, and how likely the model finds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import openai
import pytest

from homespun.accounts import NewKey, Scope
from homespun.engines.scripted import ScriptedEngine
from homespun.engines.upstream import Settings, UpstreamEngine
from tests.engines.upstream.stand_in import stand_in
from tests.ring.houses import MODEL, Home, home


@pytest.fixture
async def scripted(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """With an engine that says "and so on"."""
    async with home(tmp_path, migrated, engine=ScriptedEngine(" and so on")) as opened:
        yield opened


@pytest.fixture
async def sdk(scripted: Home) -> AsyncIterator[openai.AsyncOpenAI]:
    async with scripted.sdk() as client:
        yield client


async def test_anonymous_is_turned_away(scripted: Home) -> None:
    async with scripted.client() as client:
        body = {"model": MODEL, "prompt": "x", "echo": True, "logprobs": 1}
        assert (await client.post("/v1/completions", json=body)).status_code == 401


async def test_a_stranger_is_turned_away(scripted: Home) -> None:
    async with scripted.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.completions.create(model=MODEL, prompt="x", echo=True, logprobs=1)


async def test_the_prompt_comes_again_before_each_choice(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt=["one two", "three"], echo=True, n=2)
    texts = [choice.text for choice in completion.choices]
    assert texts == ["one two and so on"] * 2 + ["three and so on"] * 2
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (3, 12)


async def test_a_prompt_is_scored_without_an_answer(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt="one two three", echo=True, logprobs=2, max_tokens=0)
    (choice,) = completion.choices
    assert (choice.text, choice.finish_reason) == ("one two three", "length")
    assert choice.logprobs is not None
    assert choice.logprobs.tokens == ["one", " two", " three"]
    assert list(choice.logprobs.token_logprobs or ()) == [None, -0.25, -0.25]
    assert choice.logprobs.text_offset == [0, 3, 7]
    tops: list[object] = [*(choice.logprobs.top_logprobs or ())]
    assert tops[:2] == [None, {" two": -0.25, " two~1": -2.0}]
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (3, 0)


async def test_an_answers_tokens_come_after_the_prompts(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt=[[5, 6], [7]], echo=True, logprobs=1, max_tokens=1)
    assert [choice.text for choice in completion.choices] == ["<5> <6> and", "<7> and"]
    tokens = [choice.logprobs.tokens for choice in completion.choices if choice.logprobs]
    assert tokens == [["<5>", " <6>", " and"], ["<7>", " and"]]


async def test_lm_evaluation_harness_gets_what_it_reads(scripted: Home) -> None:
    """Its request, and how it reads the answer: from where the context ends to the one token before the last."""
    body = {"temperature": 0, "max_tokens": 1, "logprobs": 1, "seed": 1234, "echo": True}
    prompts = [[1, 2, 3, 4], [1, 2, 9]]
    async with scripted.owner() as client:
        response = await client.post("/v1/completions", json={"model": MODEL, "prompt": prompts} | body)
    for choice, context in zip(response.json()["choices"], (2, 2), strict=True):
        logprobs = choice["logprobs"]
        read = slice(context, -1)
        assert len(logprobs["token_logprobs"][read]) == len(prompts[choice["index"]]) - context
        assert sum(logprobs["token_logprobs"][read]) < 0
        for token, tops in zip(logprobs["token_logprobs"][read], logprobs["top_logprobs"][read], strict=True):
            assert token == max(tops.values()), "this engine finds every token the likeliest"


async def test_a_stream_tells_the_same_as_the_whole(sdk: openai.AsyncOpenAI) -> None:
    whole = await sdk.completions.create(model=MODEL, prompt="one two", echo=True, logprobs=0, max_tokens=2)
    stream = await sdk.completions.create(
        model=MODEL, prompt="one two", echo=True, logprobs=0, max_tokens=2, stream=True
    )
    choices = [chunk.choices[0] async for chunk in stream]
    assert "".join(choice.text for choice in choices) == whole.choices[0].text == "one two and so"
    parts = [choice.logprobs for choice in choices if choice.logprobs]
    assert whole.choices[0].logprobs is not None
    for name, expected in whole.choices[0].logprobs.model_dump().items():
        assert [each for part in parts for each in getattr(part, name)] == expected


async def test_a_scored_prompt_is_charged_as_any_other(scripted: Home) -> None:
    _, key = await scripted.house.accounts.keys.create(await scripted.person(), NewKey("all", scopes=frozenset(Scope)))
    async with scripted.sdk(key) as sdk:
        await sdk.completions.create(model=MODEL, prompt="one two three", echo=True, logprobs=0, max_tokens=0)
        usage = await sdk.get("/usage", cast_to=httpx.Response)
    (line,) = usage.json()["data"]
    assert (line["requests"], line["prompt_tokens"], line["completion_tokens"]) == (1, 3, 0)


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 0, "echo": True}, "max_tokens"),
        ({"max_tokens": 0, "logprobs": 1}, "max_tokens"),
        ({"max_tokens": -1, "echo": True, "logprobs": 1}, "max_tokens"),
        ({"echo": True, "logprobs": 1, "n": 2}, "n"),
        ({"echo": True, "logprobs": 21}, "logprobs"),
        ({"echo": 1}, "echo"),
    ],
)
async def test_what_cannot_be_done_is_refused_by_name(
    scripted: Home, parameters: dict[str, object], param: str
) -> None:
    async with scripted.owner() as client:
        response = await client.post("/v1/completions", json={"model": MODEL, "prompt": "x"} | parameters)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


async def test_chats_have_no_echo(scripted: Home) -> None:
    async with scripted.owner() as client:
        body = {"model": MODEL, "messages": [{"role": "user", "content": "x"}], "echo": True}
        response = await client.post("/v1/chat/completions", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "echo")


async def test_a_model_of_another_server_is_not_asked_for_it(tmp_path: Path, migrated: Path) -> None:
    async with stand_in() as server:
        engine = UpstreamEngine(Settings(server.url, "stand-in"))
        async with home(tmp_path, migrated, engine=engine) as opened, opened.owner() as client:
            body = {"model": MODEL, "prompt": "x", "echo": True, "logprobs": 1}
            response = await client.post("/v1/completions", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "echo")
