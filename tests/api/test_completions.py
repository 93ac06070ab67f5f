"""POST /v1/completions through OpenAI's own SDK, unchanged."""

from __future__ import annotations

import openai
import pytest

from homespun.core.messages import TextPrompt, TokenPrompt
from tests.ring.houses import MODEL, Home


async def test_anonymous_is_turned_away(at_home: Home) -> None:
    async with at_home.client() as client:
        assert (await client.post("/v1/completions", json={})).status_code == 401


async def test_a_stranger_is_turned_away(at_home: Home) -> None:
    async with at_home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.completions.create(model=MODEL, prompt="x")


async def test_continues_a_text(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt="one two")
    assert completion.choices[0].text == "one two "
    assert completion.choices[0].finish_reason == "stop"
    assert completion.object == "text_completion"
    assert at_home.puppet.requests[0].prompt == TextPrompt("one two")
    assert at_home.puppet.requests[0].sampling.max_tokens == 16, "OpenAI's default"


async def test_continues_as_a_stream(sdk: openai.AsyncOpenAI) -> None:
    stream = await sdk.completions.create(
        model=MODEL, prompt="one two", stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].text for chunk in chunks) == "one two "
    assert last.usage is not None
    assert last.usage.completion_tokens == 2


async def test_several_prompts_with_several_choices_are_numbered_through(
    at_home: Home, sdk: openai.AsyncOpenAI
) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt=["one", "two"], n=2)
    assert [(choice.index, choice.text) for choice in completion.choices] == [
        (0, "one "),
        (1, "1: one "),
        (2, "two "),
        (3, "1: two "),
    ]
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (20, 6)
    assert len(at_home.puppet.requests) == 2


async def test_several_prompts_stream_side_by_side(sdk: openai.AsyncOpenAI) -> None:
    stream = await sdk.completions.create(model=MODEL, prompt=["one two", "three four"], stream=True)
    texts = {0: "", 1: ""}
    async for chunk in stream:
        texts[chunk.choices[0].index] += chunk.choices[0].text
    assert texts == {0: "one two ", 1: "three four "}


async def test_if_one_prompt_fails_the_request_fails_and_nothing_goes_on(
    at_home: Home, sdk: openai.AsyncOpenAI
) -> None:
    at_home.puppet.hold()
    at_home.puppet.fail()
    with pytest.raises(openai.InternalServerError):
        await sdk.completions.create(model=MODEL, prompt=["one", "two"])
    await at_home.puppet.idle()


async def test_token_ids_are_continued_as_they_stand(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.completions.create(model=MODEL, prompt=[1, 2, 3])
    await sdk.completions.create(model=MODEL, prompt=[[4, 5], [6]])
    prompts = {request.prompt for request in at_home.puppet.requests}
    assert prompts == {TokenPrompt((1, 2, 3)), TokenPrompt((4, 5)), TokenPrompt((6,))}


async def test_log_probabilities_come_with_offsets_into_the_text(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.completions.create(model=MODEL, prompt="one two three", logprobs=2)
    logprobs = completion.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.tokens == ["one ", "two ", "three "]
    assert logprobs.text_offset == [0, 4, 8]
    assert logprobs.top_logprobs is not None
    assert set(logprobs.top_logprobs[0]) == {"one ", "other0"}
    stream = await sdk.completions.create(model=MODEL, prompt="one two three", logprobs=2, stream=True)
    parts = [part async for chunk in stream if (part := chunk.choices[0].logprobs)]
    offsets = [offset for part in parts for offset in part.text_offset or []]
    assert offsets == [0, 4, 8]


@pytest.mark.parametrize(
    ("prompt", "param"),
    [
        ([], "prompt"),
        ([1, "a"], "prompt"),
        ([1, -1], "prompt[1]"),
        (["x"] * 17, "prompt"),
        (None, "prompt"),
        (7, "prompt"),
    ],
)
async def test_a_prompt_that_is_none_is_refused(at_home: Home, prompt: object, param: str) -> None:
    async with at_home.owner() as client:
        response = await client.post("/v1/completions", json={"model": MODEL, "prompt": prompt})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize("parameters", [{"suffix": "end"}, {"best_of": 2}, {"messages": []}])
async def test_what_is_not_supported_is_refused_by_name(at_home: Home, parameters: dict[str, object]) -> None:
    async with at_home.owner() as client:
        response = await client.post("/v1/completions", json={"model": MODEL, "prompt": "x"} | parameters)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (
        400,
        "unsupported_parameter",
        next(iter(parameters)),
    )
