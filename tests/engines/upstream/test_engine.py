"""The upstream engine: what it sends, what it makes of the answers, and of all that goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from homespun.core.errors import (
    EngineBusy,
    EngineFailed,
    HomespunError,
    Invalid,
    ModelUnreadable,
    PromptTooLong,
    Unavailable,
    UnsupportedParameter,
)
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import EngineState, GenerationRequest
from homespun.engines.upstream import VLLM, Settings, UpstreamEngine

from .stand_in import WORDS, StandIn, stand_in

CHAT = ChatPrompt((Message(Role.SYSTEM, "Be kind."), Message(Role.USER, "Grüß Gott \ud800")))


@pytest.fixture
async def server() -> AsyncGenerator[StandIn]:
    async with stand_in() as running:
        running.words = WORDS[:6]
        yield running


def settings_for(server: StandIn, **more: Any) -> Settings:
    return Settings(server.url, "stand-in", probe_interval_s=0.01, **more)


@pytest.fixture
async def engine(server: StandIn) -> AsyncGenerator[UpstreamEngine]:
    async with running(settings_for(server)) as ready:
        yield ready


class running:  # noqa: N801 - reads as a word in `async with`
    """An engine that is ready, and stopped in the end."""

    def __init__(self, settings: Settings) -> None:
        self.engine = UpstreamEngine(settings)

    async def __aenter__(self) -> UpstreamEngine:
        await self.engine.start()
        await self.engine.wait_ready()
        return self.engine

    async def __aexit__(self, *_: object) -> None:
        await self.engine.stop()


async def events_of(engine: UpstreamEngine, prompt: Prompt = CHAT, **sampling: Any) -> list[Event]:
    async with aclosing(engine.generate(GenerationRequest("r", prompt, Sampling(**sampling)))) as events:
        return [event async for event in events]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Piece))


async def until(server: StandIn, hang_ups: int) -> None:
    while server.hang_ups < hang_ups:
        await asyncio.sleep(0.01)


async def test_sends_every_parameter_and_none_that_does_nothing(server: StandIn, engine: UpstreamEngine) -> None:
    await events_of(engine)
    assert server.bodies[-1] == {
        "model": "stand-in",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Grüß Gott \ud800"}],
        "temperature": 1.0,
        "top_p": 1.0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    await events_of(
        engine,
        temperature=0.5,
        top_p=0.9,
        presence_penalty=0.1,
        frequency_penalty=-0.1,
        seed=0,
        max_tokens=9,
        stop=("x",),
        logprobs=0,
        logit_bias={7: -100.0},
        n=2,
    )
    assert {name: value for name, value in server.bodies[-1].items() if name not in ("model", "messages")} == {
        "temperature": 0.5,
        "top_p": 0.9,
        "presence_penalty": 0.1,
        "frequency_penalty": -0.1,
        "seed": 0,
        "max_tokens": 9,
        "stop": ["x"],
        "logprobs": True,
        "top_logprobs": 0,
        "logit_bias": {"7": -100.0},
        "n": 2,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_bare_prompts_go_to_the_other_endpoint(server: StandIn, engine: UpstreamEngine) -> None:
    events = await events_of(engine, TextPrompt("Once"), logprobs=2)
    assert server.bodies[-1]["prompt"] == "Once"
    assert server.bodies[-1]["logprobs"] == 2
    assert text_of(events) == "".join(WORDS[:6])
    piece = next(event for event in events if isinstance(event, Piece))
    assert [top.logprob for top in piece.logprobs[0].top] == [-1.0, -2.0]
    await events_of(engine, TokenPrompt((1, 2)))
    assert server.bodies[-1]["prompt"] == [1, 2]


@pytest.mark.parametrize(
    ("name", "value"), [("top_k", 5), ("min_p", 0.1), ("repetition_penalty", 1.1), ("stop_token_ids", (3,))]
)
async def test_what_the_server_has_no_word_for_is_refused(engine: UpstreamEngine, name: str, value: Any) -> None:
    with pytest.raises(UnsupportedParameter, match=name) as caught:
        await events_of(engine, **{name: value})
    assert caught.value.param == name


async def test_vllm_understands_more(server: StandIn) -> None:
    async with running(settings_for(server, dialect=VLLM)) as engine:
        events = await events_of(engine, top_k=5, stop_token_ids=(3,))
        body = server.bodies[-1]
        assert (body["top_k"], body["min_p"], body["repetition_penalty"], body["stop_token_ids"]) == (5, 0.0, 1.0, [3])
        assert isinstance(events[0], Began)
        assert (events[0].prompt_tokens, events[0].cached_tokens) == (server.length(body), 1)


async def test_the_server_counts_where_it_can(server: StandIn) -> None:
    server.tokenizes = True
    async with running(settings_for(server, dialect=VLLM)) as engine:
        assert await engine.count_tokens(TextPrompt("one two three")) == 3
        server.tokenizes = False
        assert await engine.count_tokens(TextPrompt("one two three")) == 4


async def test_estimates_count_chinese_by_the_character(engine: UpstreamEngine) -> None:
    assert await engine.count_tokens(TextPrompt("你好世界")) == 4
    assert await engine.count_tokens(ChatPrompt((Message(Role.USER, "abcde"),))) == 10


async def test_usage_tells_the_tokens_of_a_single_choice(server: StandIn, engine: UpstreamEngine) -> None:
    server.words = ["several words in one chunk"]
    server.tells_usage = True
    events = await events_of(engine)
    assert events[-1] == Ended(0, FinishReason.STOP, 1)
    server.tells_usage = False
    assert (await events_of(engine))[-1] == Ended(0, FinishReason.STOP, 1)
    assert engine.status.completion_tokens_total == 2


async def test_a_stop_string_ends_the_request_at_the_server_too(server: StandIn, engine: UpstreamEngine) -> None:
    server.words = WORDS
    server.delay_s = 0.01
    events = await events_of(engine, stop=("d1é w",))
    assert text_of(events) == " word0é wor"
    await until(server, hang_ups=1)


async def test_closing_closes_the_connection(server: StandIn, engine: UpstreamEngine) -> None:
    server.words = WORDS
    server.delay_s = 0.01
    events = engine.generate(GenerationRequest("r", CHAT, Sampling()))
    assert isinstance(await anext(events), Began)
    assert engine.status.running == 1
    await events.aclose()
    assert engine.status.running == 0
    await until(server, hang_ups=1)


@pytest.mark.parametrize(
    ("status", "body", "error", "why"),
    [
        (400, {"error": {"message": "max_tokens is too large", "param": "max_tokens"}}, Invalid, "too large"),
        (422, {"detail": "nonsense"}, Invalid, "does not accept"),
        (400, {"error": {"message": "x", "code": "context_length_exceeded"}}, PromptTooLong, "x"),
        (400, {"error": {"message": "the request exceeds the available context size"}}, PromptTooLong, "exceeds"),
        (400, {"message": "This model's maximum context length is 5 tokens"}, PromptTooLong, "maximum"),
        (401, {"error": "no"}, Unavailable, "refuses the key"),
        (404, {"error": {"message": "no such model"}}, Unavailable, "no model 'stand-in'"),
        (429, {"error": {"code": "insufficient_quota"}}, Unavailable, "no credit"),
        (500, "not even JSON", EngineFailed, "failed on this request"),
        (503, {"error": {"message": "Loading model"}}, Unavailable, "not available"),
        (302, None, Unavailable, "answered 302"),
    ],
)
async def test_its_refusals_become_ours(
    server: StandIn, engine: UpstreamEngine, status: int, body: Any, error: type[HomespunError], why: str
) -> None:
    server.refusal = (status, body)
    with pytest.raises(error, match=why) as caught:
        await events_of(engine)
    assert type(caught.value) is error
    server.refusal = None
    assert text_of(await events_of(engine))


async def test_the_field_at_fault_is_passed_on(server: StandIn, engine: UpstreamEngine) -> None:
    server.refusal = (400, {"error": {"message": "no", "param": "max_tokens"}})
    with pytest.raises(Invalid) as caught:
        await events_of(engine)
    assert caught.value.param == "max_tokens"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 1.0),
        ({"retry-after": "86400"}, 1.0),
        ({"retry-after": "nan"}, 1.0),
        ({}, 1.0),
    ],
)
async def test_a_busy_server_says_when_to_come_back(
    server: StandIn, engine: UpstreamEngine, headers: dict[str, str], seconds: float
) -> None:
    server.refusal, server.retry_after = (429, {}), headers
    with pytest.raises(EngineBusy) as caught:
        await events_of(engine)
    assert caught.value.retry_after_s == seconds


async def test_more_than_it_may_send_is_refused_here(server: StandIn) -> None:
    server.hold = asyncio.Event()
    async with running(settings_for(server, max_in_flight=1)) as engine:
        events = engine.generate(GenerationRequest("r", CHAT, Sampling()))
        await anext(events)
        with pytest.raises(EngineBusy):
            await events_of(engine)
        await events.aclose()
        server.hold.set()
        assert text_of(await events_of(engine))


@pytest.mark.parametrize("after", [0, 3])
async def test_a_server_that_breaks_off_has_failed(
    server: StandIn, engine: UpstreamEngine, after: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.break_off_after = after
    with pytest.raises(EngineFailed, match="broke off"):
        await events_of(engine)
    assert engine.status.running == 0


async def test_an_answer_without_an_end_has_failed(server: StandIn, engine: UpstreamEngine) -> None:
    server.ends_properly = False
    with pytest.raises(EngineFailed, match="broke off"):
        await events_of(engine)


async def test_an_error_within_the_stream_is_passed_on(server: StandIn, engine: UpstreamEngine) -> None:
    server.error_after = 2
    with pytest.raises(EngineFailed, match="CUDA out of memory"):
        await events_of(engine)


async def test_silence_is_failure(server: StandIn) -> None:
    server.hold = asyncio.Event()
    async with running(settings_for(server, stall_timeout_s=0.2)) as engine:
        with pytest.raises(EngineFailed, match="silent"):
            await events_of(engine)
        server.hold.set()


async def test_a_server_that_starts_later_is_waited_for(server: StandIn) -> None:
    server.models_status = 503
    engine = UpstreamEngine(settings_for(server))
    await engine.start()
    with pytest.raises(Unavailable):
        await events_of(engine)
    while engine.status.problem is None:
        await asyncio.sleep(0.01)
    waiting = engine.status
    assert waiting.state is EngineState.STARTING
    assert "503" in (waiting.problem or "")
    server.models_status = 200
    await engine.wait_ready()
    ready = engine.status
    assert (ready.state, ready.problem) == (EngineState.READY, None)
    assert ready.context_tokens == server.context_tokens
    await engine.stop()


async def test_a_server_that_is_not_there_is_named() -> None:
    engine = UpstreamEngine(Settings("http://127.0.0.1:1/v1", "m", probe_interval_s=0.01))
    await engine.start()
    while engine.status.problem is None:
        await asyncio.sleep(0.01)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        await events_of(engine)
    await engine.stop()


async def test_a_server_that_goes_away_is_looked_for_until_it_is_back() -> None:
    async with stand_in() as server:
        engine = await running(settings_for(server)).__aenter__()
    with pytest.raises(Unavailable, match="can't be reached"):
        await events_of(engine)
    status = engine.status
    assert (status.state, status.restarts_total) == (EngineState.RESTARTING, 1)
    await engine.stop()


@pytest.mark.parametrize(
    ("change", "why"),
    [({"model_ids": ("a", "b")}, r"no model 'stand-in'. It has a, b"), ({"key": "sk-right"}, "refuses the key")],
)
async def test_settings_that_can_never_work_are_told_so(server: StandIn, change: dict[str, Any], why: str) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    engine = UpstreamEngine(settings_for(server))
    await engine.start()
    with pytest.raises(ModelUnreadable, match=why):
        await engine.wait_ready()
    assert engine.status.state is EngineState.FAILED
    with pytest.raises(Unavailable, match=why):
        await events_of(engine)
    await engine.stop()


async def test_the_key_is_sent_and_never_shown(server: StandIn) -> None:
    server.key = "sk-right"
    settings = settings_for(server, api_key="sk-right")
    assert "sk-right" not in repr(settings)
    async with running(settings) as engine:
        assert text_of(await events_of(engine))


async def test_a_server_without_a_list_of_models_is_ready_all_the_same(server: StandIn) -> None:
    server.models_status = 404
    async with running(replace(settings_for(server), context_tokens=77)) as engine:
        assert engine.status.context_tokens == 77
        assert text_of(await events_of(engine))


async def test_something_else_than_a_model_server_is_recognised(server: StandIn) -> None:
    engine = UpstreamEngine(Settings(server.url.removesuffix("/v1") + "/tokenize", "m", probe_interval_s=0.01))
    await engine.start()
    await engine.wait_ready()
    with pytest.raises(Unavailable, match="has no model"):
        await events_of(engine)
    await engine.stop()
