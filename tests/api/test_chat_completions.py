"""POST /v1/chat/completions through OpenAI's own SDK, unchanged."""

from __future__ import annotations

import asyncio
import math

import openai
import pytest
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from homespun.core.errors import EngineBusy, EngineFailed, ModelUnreadable
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import EngineState
from homespun.journal import TurnState
from tests.ring.houses import MODEL, Home

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "one two three"}]


async def streamed(sdk: openai.AsyncOpenAI, **parameters: object) -> list[ChatCompletionChunk]:
    stream = await sdk.chat.completions.create(model=MODEL, messages=HELLO, stream=True, **parameters)  # type: ignore[call-overload]
    return [chunk async for chunk in stream]


async def test_anonymous_is_turned_away_before_the_body_is_read(at_home: Home) -> None:
    async with at_home.client() as client:
        response = await client.post("/v1/chat/completions", content=b"{not even json")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_stranger_is_turned_away(at_home: Home) -> None:
    async with at_home.sdk("sk-homespun-stranger") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.chat.completions.create(model=MODEL, messages=HELLO)
    assert not at_home.puppet.requests


async def test_a_session_cookie_is_no_key(at_home: Home) -> None:
    async with at_home.client() as client:
        response = await client.post(
            "/v1/chat/completions", json={}, headers={"cookie": f"homespun_session={at_home.key}"}
        )
    assert response.status_code == 401


async def test_answers_whole(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert completion.choices[0].message.content == "one two three "
    assert completion.choices[0].message.role == "assistant"
    assert completion.choices[0].finish_reason == "stop"
    assert completion.choices[0].logprobs is None
    assert (completion.object, completion.model) == ("chat.completion", MODEL)
    assert completion.usage is not None
    assert completion.usage.model_dump(exclude_none=True) == {
        "prompt_tokens": 10,
        "completion_tokens": 3,
        "total_tokens": 13,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    turn = await at_home.last_turn()
    assert (turn.state, turn.answer) == (TurnState.COMPLETE, "one two three ")
    assert completion.id == f"chatcmpl-{turn.id}"


async def test_answers_as_a_stream(sdk: openai.AsyncOpenAI) -> None:
    chunks = await streamed(sdk)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "one two three "
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert len({(chunk.id, chunk.created, chunk.system_fingerprint) for chunk in chunks}) == 1
    assert all(chunk.usage is None for chunk in chunks)


async def test_a_stream_ends_with_the_usage_if_it_is_wanted(sdk: openai.AsyncOpenAI) -> None:
    *chunks, last = await streamed(sdk, stream_options={"include_usage": True})
    assert all(chunk.usage is None for chunk in chunks)
    assert last.choices == []
    assert last.usage is not None
    assert (last.usage.prompt_tokens, last.usage.completion_tokens) == (10, 3)


async def test_several_choices_come_whole(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(model=MODEL, messages=HELLO, n=3)
    texts = [choice.message.content for choice in completion.choices]
    assert texts == ["one two three ", "1: one two three ", "2: one two three "]
    assert [choice.index for choice in completion.choices] == [0, 1, 2]
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (10, 11)


async def test_several_choices_come_interleaved(sdk: openai.AsyncOpenAI) -> None:
    chunks = await streamed(sdk, n=2)
    texts = ["", ""]
    for chunk in chunks:
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == ["one two three ", "1: one two three "]
    order = [chunk.choices[0].index for chunk in chunks if chunk.choices[0].delta.content]
    assert order == [0, 1, 0, 1, 0, 1, 1]


async def test_log_probabilities_come_whole_and_streamed(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(model=MODEL, messages=HELLO, logprobs=True, top_logprobs=2)
    assert completion.choices[0].logprobs is not None
    tokens = completion.choices[0].logprobs.content
    assert tokens is not None
    assert [token.token for token in tokens] == ["one ", "two ", "three "]
    assert tokens[0].bytes == list(b"one ")
    assert math.isclose(tokens[0].logprob, math.log(0.5))
    assert [top.token for top in tokens[0].top_logprobs] == ["one ", "other0"]
    chunks = await streamed(sdk, logprobs=True, top_logprobs=2)
    in_chunks = [token for chunk in chunks if (said := chunk.choices[0].logprobs) for token in said.content or []]
    assert in_chunks == tokens


async def test_every_sampling_parameter_reaches_the_engine(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.chat.completions.create(
        model=MODEL,
        messages=HELLO,
        temperature=0.3,
        top_p=0.9,
        presence_penalty=0.5,
        frequency_penalty=-0.5,
        seed=42,
        max_completion_tokens=2,
        stop=["END", "."],
        logit_bias={"5": -100, "6": 3},
        logprobs=True,
        top_logprobs=20,
        n=2,
        extra_body={"top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1, "stop_token_ids": [2, 3]},
    )
    assert at_home.puppet.requests[0].sampling == Sampling(
        temperature=0.3,
        top_p=0.9,
        top_k=40,
        min_p=0.05,
        presence_penalty=0.5,
        frequency_penalty=-0.5,
        repetition_penalty=1.1,
        seed=42,
        max_tokens=2,
        stop=("END", "."),
        stop_token_ids=(2, 3),
        logprobs=20,
        logit_bias={5: -100.0, 6: 3.0},
        n=2,
    )


async def test_without_parameters_openai_s_defaults_hold(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert at_home.puppet.requests[0].sampling == Sampling(temperature=1.0, top_p=1.0, max_tokens=None)


async def test_an_answer_that_was_cut_says_so(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=2)
    assert (completion.choices[0].message.content, completion.choices[0].finish_reason) == ("one two ", "length")


async def test_roles_and_text_parts_become_plain_messages(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    await sdk.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "a"},
            {"role": "developer", "content": "b"},
            {"role": "assistant", "content": "c"},
            {"role": "user", "content": [{"type": "text", "text": "d"}, {"type": "text", "text": "e"}]},
        ],
    )
    assert at_home.puppet.requests[0].prompt == ChatPrompt(
        (
            Message(Role.SYSTEM, "a"),
            Message(Role.SYSTEM, "b"),
            Message(Role.ASSISTANT, "c"),
            Message(Role.USER, "de"),
        )
    )


async def test_an_answer_can_be_sent_back_as_the_sdk_gives_it(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    first = await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    said = first.choices[0].message
    await sdk.chat.completions.create(
        model=MODEL,
        messages=[*HELLO, said.model_dump(), {"role": "user", "content": "more"}],  # type: ignore[list-item]
    )
    prompt = at_home.puppet.requests[1].prompt
    assert isinstance(prompt, ChatPrompt)
    assert prompt.messages[1] == Message(Role.ASSISTANT, "one two three ")


async def test_values_that_ask_for_nothing_are_accepted(sdk: openai.AsyncOpenAI) -> None:
    await sdk.chat.completions.create(
        model=MODEL,
        messages=HELLO,
        n=1,
        logprobs=False,
        top_logprobs=None,
        response_format={"type": "text"},
        store=False,
        service_tier="auto",
        user="somebody",
        metadata=None,
        tools=[],
        tool_choice="none",
        parallel_tool_calls=True,
        modalities=["text"],
    )


async def test_a_model_that_is_not_here_is_not_found(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await sdk.chat.completions.create(model="gpt-9", messages=HELLO)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


async def test_a_busy_engine_says_when_to_come_back(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    at_home.puppet.refuse_with = EngineBusy(retry_after_s=1.5)
    for stream in (False, True):
        with pytest.raises(openai.RateLimitError) as caught:
            await sdk.chat.completions.create(model=MODEL, messages=HELLO, stream=stream)
        assert caught.value.code == "engine_busy"
        assert caught.value.response.headers["retry-after"] == "2"
        assert caught.value.response.headers["retry-after-ms"] == "1500"


async def test_the_sdk_tries_again_of_itself_when_the_engine_was_busy(at_home: Home) -> None:
    at_home.puppet.refuse_with = EngineBusy(retry_after_s=0.01)
    async with openai.AsyncOpenAI(base_url=f"{at_home.url}/v1", api_key=at_home.key, max_retries=2) as client:
        with pytest.raises(openai.RateLimitError):
            await client.chat.completions.create(model=MODEL, messages=HELLO)
    assert len(at_home.puppet.requests) == 3


async def test_the_sdk_does_not_try_again_what_cannot_succeed(at_home: Home) -> None:
    at_home.puppet.refuse_with = ModelUnreadable()
    async with openai.AsyncOpenAI(base_url=f"{at_home.url}/v1", api_key=at_home.key, max_retries=2) as client:
        with pytest.raises(openai.InternalServerError):
            await client.chat.completions.create(model=MODEL, messages=HELLO)
    assert len(at_home.puppet.requests) == 1


async def test_an_engine_that_dies_in_the_middle_is_an_error_for_a_whole_answer(
    at_home: Home, sdk: openai.AsyncOpenAI
) -> None:
    at_home.puppet.hold()
    at_home.puppet.fail(EngineFailed())
    with pytest.raises(openai.InternalServerError) as caught:
        await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert (caught.value.status_code, caught.value.code) == (503, "engine_failed")


async def test_an_engine_that_dies_in_the_middle_is_an_event_in_a_stream(
    at_home: Home, sdk: openai.AsyncOpenAI
) -> None:
    at_home.puppet.hold()
    at_home.puppet.let(2)
    stream = await sdk.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    said = ""

    async def read() -> None:
        nonlocal said
        async for chunk in stream:
            said += chunk.choices[0].delta.content or ""
            if said == "one two ":
                at_home.puppet.fail(EngineFailed())

    with pytest.raises(openai.APIError, match="engine stopped"):
        await read()
    assert said == "one two "


async def test_a_fault_that_nobody_foresaw_tells_nothing_of_itself(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    at_home.puppet.hold()
    at_home.puppet.fail(ZeroDivisionError("the secret is 42"))
    with pytest.raises(openai.InternalServerError) as caught:
        await sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert (caught.value.status_code, caught.value.code) == (500, "internal_error")
    assert "42" not in caught.value.response.text


async def test_a_request_that_comes_while_the_model_loads_waits(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    at_home.puppet.state = EngineState.STARTING
    asking = asyncio.create_task(sdk.chat.completions.create(model=MODEL, messages=HELLO))
    await asyncio.sleep(0.05)
    assert not asking.done()
    at_home.puppet.become_ready()
    completion = await asking
    assert completion.choices[0].message.content == "one two three "


async def test_the_sdk_s_own_stream_helper_understands_the_stream(sdk: openai.AsyncOpenAI) -> None:
    async with sdk.chat.completions.stream(model=MODEL, messages=HELLO) as stream:
        final = await stream.get_final_completion()
    assert final.choices[0].message.content == "one two three "


async def test_a_response_carries_openai_s_headers(at_home: Home, sdk: openai.AsyncOpenAI) -> None:
    raw = await sdk.chat.completions.with_raw_response.create(model=MODEL, messages=HELLO)
    assert raw.headers["x-request-id"].startswith("req_")
    assert raw.headers["openai-version"] == "2020-10-01"
    assert int(raw.headers["openai-processing-ms"]) >= 0
    assert raw.parse()._request_id == raw.headers["x-request-id"]
