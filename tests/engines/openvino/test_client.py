"""The engine on the real model, through its process border."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from homespun.core.errors import EngineBusy, Invalid, PromptTooLong
from homespun.core.events import FinishReason, Piece, TokenLogprob
from homespun.core.messages import ChatPrompt, Message, Role, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import EngineState, GenerationRequest
from homespun.engines.openvino import OpenVinoEngine
from tests.patience import PATIENCE_S

from .conftest import SMALL, Reply, ask, collect

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOREVER = {0: -100.0, 2: -100.0}
"""A bias that forbids the default model to end by itself."""


def described(reply: Reply) -> list[TokenLogprob]:
    return [logprob for piece in reply.pieces for logprob in piece.logprobs]


async def until_idle(engine: OpenVinoEngine) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while engine.status.running or engine.status.waiting:
            await asyncio.sleep(0.01)


async def test_knows_the_capital_of_france(engine: OpenVinoEngine) -> None:
    reply = await collect(engine, ask("What is the capital of France?", temperature=0, max_tokens=30))
    assert reply.text() == "The capital of France is Paris."
    assert reply.ended[0].reason is FinishReason.STOP
    assert reply.ended[0].completion_tokens == sum(piece.tokens for piece in reply.pieces) == 7
    assert reply.began is not None
    assert reply.began.prompt_tokens == await engine.count_tokens(ask("What is the capital of France?").prompt)


async def test_follows_up_on_what_was_said(engine: OpenVinoEngine) -> None:
    messages = (
        Message(Role.USER, "What is the capital of France?"),
        Message(Role.ASSISTANT, "The capital of France is Paris."),
        Message(Role.USER, "And of Italy?"),
    )
    request = GenerationRequest("test", ChatPrompt(messages), Sampling(temperature=0, max_tokens=20))
    assert "Rome" in (await collect(engine, request)).text()


async def test_continues_bare_text_and_tokens_alike(engine: OpenVinoEngine) -> None:
    sampling = Sampling(temperature=0, max_tokens=8)
    text = await collect(engine, GenerationRequest("test", TextPrompt("One, two, three, four,"), sampling))
    assert text.text().startswith(" five, six")
    assert text.ended[0].reason is FinishReason.LENGTH


async def test_the_same_seed_gives_the_same_answer(engine: OpenVinoEngine) -> None:
    request = ask("Tell me a story.", temperature=1.0, seed=11, max_tokens=24)
    first, second = await collect(engine, request), await collect(engine, request)
    other = await collect(engine, ask("Tell me a story.", temperature=1.0, seed=12, max_tokens=24))
    assert first.text() == second.text() != other.text()


async def test_several_choices_are_streamed_side_by_side_and_differ(engine: OpenVinoEngine) -> None:
    request = ask("Tell me a story.", temperature=1.0, seed=5, n=3, max_tokens=16, logit_bias=FOREVER)
    reply = await collect(engine, request)
    assert len({reply.text(choice) for choice in range(3)}) == 3
    assert {choice: ended.completion_tokens for choice, ended in reply.ended.items()} == {0: 16, 1: 16, 2: 16}
    order = [piece.choice for piece in reply.pieces]
    assert order.index(2) < len(order) - 1 - order[::-1].index(0)


async def test_a_stop_string_ends_the_answer_before_it(engine: OpenVinoEngine) -> None:
    reply = await collect(engine, ask("What is the capital of France?", temperature=0, stop=("is Par",)))
    assert reply.text() == "The capital of France "
    assert reply.ended[0].reason is FinishReason.STOP


async def test_a_stop_token_ends_the_answer_and_is_not_part_of_it(engine: OpenVinoEngine) -> None:
    request = ask("What is the capital of France?", temperature=0, logprobs=0)
    paris = described(await collect(engine, request))[5].chosen.token_id
    reply = await collect(engine, replace(request, sampling=replace(request.sampling, stop_token_ids=(paris,))))
    assert reply.text() == "The capital of France is"


async def test_logprobs_agree_with_what_greedy_chose(engine: OpenVinoEngine) -> None:
    reply = await collect(engine, ask("What is the capital of France?", temperature=0, logprobs=20))
    assert b"".join(one.chosen.text for one in described(reply)).decode() == reply.text()
    for one in described(reply):
        assert len(one.top) == 20
        assert one.top[0] == one.chosen
        values = [other.logprob for other in one.top]
        assert values == sorted(values, reverse=True)
        assert all(value <= 0 for value in values)


async def test_a_character_of_several_tokens_is_never_split(engine: OpenVinoEngine) -> None:
    prompt = TextPrompt("中国的首都是北京。中国的首都是北京。中国的首都是")
    reply = await collect(engine, GenerationRequest("test", prompt, Sampling(temperature=0, max_tokens=12)))
    assert "北京" in reply.text()
    assert "�" not in reply.text()[:-1]
    assert any(piece.tokens and not piece.text for piece in reply.pieces)


async def test_a_shared_prefix_is_not_calculated_again(engine: OpenVinoEngine) -> None:
    long = "Remember these words: " + " ".join(f"word{number}" for number in range(100))
    await collect(engine, ask(long + " first question", max_tokens=1))
    reply = await collect(engine, ask(long + " second question", max_tokens=1))
    assert reply.began is not None
    assert reply.began.cached_tokens > 0.8 * reply.began.prompt_tokens


async def test_a_prefix_that_another_has_sent_is_calculated_again(engine: OpenVinoEngine) -> None:
    secret = ask("The secret is: " + " ".join(f"code{number}" for number in range(100)), max_tokens=1)
    cached = {}
    for scope in ("person_a", "person_b", "person_a"):
        reply = await collect(engine, replace(secret, cache_scope=scope))
        assert reply.began is not None
        cached[scope] = reply.began.cached_tokens
    assert cached["person_b"] == 0 < cached["person_a"]


async def test_cancelling_frees_blocks_and_the_place(engine: OpenVinoEngine) -> None:
    await until_idle(engine)
    request = ask("Count to a million.", max_tokens=2000, logit_bias=FOREVER)
    async with aclosing(engine.generate(request)) as events:
        async for event in events:
            if isinstance(event, Piece):
                break
        assert engine.status.running == 1
        assert engine.status.blocks_free < engine.status.blocks_total
    await until_idle(engine)
    assert engine.status.blocks_free == engine.status.blocks_total


async def test_cancelling_while_waiting_in_the_queue(engine: OpenVinoEngine) -> None:
    hogs = [asyncio.create_task(collect(engine, ask("Go on.", max_tokens=60, logit_bias=FOREVER))) for _ in range(8)]
    while engine.status.running < 8:
        await asyncio.sleep(0.005)
    waiting = asyncio.create_task(collect(engine, ask("Me too.", max_tokens=5)))
    while engine.status.waiting < 1:
        await asyncio.sleep(0.005)
    waiting.cancel()
    replies = await asyncio.gather(*hogs)
    assert all(reply.ended[0].completion_tokens == 60 for reply in replies)
    await until_idle(engine)


async def test_in_a_crowd_tokens_are_told_in_pairs_and_none_is_left_out(engine: OpenVinoEngine) -> None:
    request = ask("Go on.", temperature=0, max_tokens=41, logprobs=0, logit_bias=FOREVER)
    replies = await asyncio.gather(*(collect(engine, request) for _ in range(8)))
    for reply in replies:
        assert sum(piece.tokens for piece in reply.pieces) == reply.ended[0].completion_tokens == 41
        assert len(described(reply)) == 41
        assert b"".join(one.chosen.text for one in described(reply)).decode() == reply.text()
        assert reply.pieces[0].tokens == 1
        assert len(reply.pieces) < 30


async def test_beyond_the_queue_requests_are_refused(engine: OpenVinoEngine) -> None:
    requests = [collect(engine, ask(f"Go on, {n}.", max_tokens=40, logit_bias=FOREVER)) for n in range(24)]
    results = await asyncio.gather(*requests, return_exceptions=True)
    refused = [result for result in results if isinstance(result, EngineBusy)]
    answered = [result for result in results if isinstance(result, Reply)]
    assert len(refused) + len(answered) == 24
    assert refused
    assert refused[0].retry_after_s > 0
    assert len(answered) >= 8
    assert all(reply.ended[0].completion_tokens == 40 for reply in answered)


@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        (TextPrompt(""), Invalid),
        (TokenPrompt(()), Invalid),
        (TokenPrompt((49152,)), Invalid),
        (TokenPrompt((-1,)), Invalid),
        (TextPrompt("lone \ud800 surrogate"), Invalid),
        (TextPrompt("word " * 9000), PromptTooLong),
    ],
)
async def test_a_prompt_that_cannot_be_run_is_refused_and_the_engine_goes_on(
    engine: OpenVinoEngine, prompt: TextPrompt | TokenPrompt, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await collect(engine, GenerationRequest("test", prompt, Sampling(max_tokens=3)))
    assert (await collect(engine, ask("Hello", max_tokens=3))).ended
    assert engine.status.state is EngineState.READY


async def test_a_bias_on_a_token_that_does_not_exist_is_refused(engine: OpenVinoEngine) -> None:
    with pytest.raises(Invalid, match="99999"):
        await collect(engine, ask("Hello", logit_bias={99999: 1.0}))


async def test_an_answer_ends_where_the_window_ends(default_model_gguf: Path, graph_cache: Path) -> None:
    engine = OpenVinoEngine(default_model_gguf, graph_cache, replace(SMALL, kv_cache_mb=1))
    await engine.start()
    await engine.wait_ready()
    try:
        window = engine.status.context_tokens
        assert window < 100
        reply = await collect(engine, ask("Go on.", logit_bias=FOREVER))
        assert reply.began is not None
        assert reply.ended[0].reason is FinishReason.LENGTH
        assert reply.began.prompt_tokens + reply.ended[0].completion_tokens == window
    finally:
        await engine.stop()


@pytest.mark.timeout(600)  # twelve long answers
async def test_guesses_change_nothing_in_what_the_model_says(
    engine: OpenVinoEngine, default_model_gguf: Path, graph_cache: Path
) -> None:
    without = OpenVinoEngine(default_model_gguf, graph_cache, replace(SMALL, speculative_tokens=0))
    await without.start()
    await without.wait_ready()
    saved = 0
    try:
        for question in ("Write a poem about the sea.", "Count from one to thirty.", "Sort a list in Python."):
            for sampling in ({"temperature": 0}, {"temperature": 0.7, "seed": 4}):
                request = ask(question, max_tokens=100, logprobs=0, **sampling)
                with_guesses, plain = await collect(engine, request), await collect(without, request)
                assert with_guesses.text() == plain.text()
                assert described(with_guesses) == described(plain)
                saved += len(plain.pieces) - len(with_guesses.pieces)
        assert saved > 20
    finally:
        await without.stop()


async def test_nobody_gets_a_token_of_anothers_answer(engine: OpenVinoEngine) -> None:
    """Each of many users has a secret word; at temperature 0 the answer to a user is always the same, or it is foreign.

    Half of them go away at random moments, so that their places and blocks are used again by others.
    """
    dice = random.Random(3)
    words = [f"{colour} {animal}" for colour in ("red", "blue", "green") for animal in ("fox", "owl", "cat", "hen")]
    questions = [f"Repeat after me: {word}, {word}, {word}, {word}." for word in words]

    async def ask_alone(question: str) -> str:
        return (await collect(engine, ask(question, temperature=0, max_tokens=24))).text()

    async def ask_and_leave(question: str) -> str:
        text, patience = "", dice.randint(0, 12)
        async with aclosing(engine.generate(ask(question, temperature=0, max_tokens=24))) as events:
            async for event in events:
                if isinstance(event, Piece):
                    text += event.text
                    patience -= 1
                if patience < 0:
                    break
        return text

    for _ in range(4):
        order = [*range(len(words))]
        dice.shuffle(order)
        ways = [dice.choice((ask_alone, ask_and_leave)) for _ in order]
        answers = await asyncio.gather(*(way(questions[n]) for way, n in zip(ways, order, strict=True)))
        for number, answer in zip(order, answers, strict=True):
            foreign = [word for word in words if word != words[number] and word in answer.lower()]
            assert not foreign, f"{words[number]!r} was told {answer!r}"
    await until_idle(engine)
    assert engine.status.blocks_free == engine.status.blocks_total


async def test_the_machines_time_for_sixteen_at_once_is_no_more_than_the_time_that_passed(
    engine: OpenVinoEngine,
) -> None:
    requests = [ask(f"Count from {n} on.", temperature=0, max_tokens=8, logit_bias=FOREVER) for n in range(16)]
    await until_idle(engine)
    before_s = time.perf_counter()
    replies = await asyncio.gather(*(collect(engine, request) for request in requests))
    passed_us = (time.perf_counter() - before_s) * 1_000_000
    times_us = [machine_us(reply) for reply in replies]
    assert min(times_us) > 0
    assert sum(times_us) <= passed_us


def machine_us(reply: Reply) -> int:
    """All that its events said."""
    times = [event.machine_us for event in (reply.began, *reply.pieces, *reply.ended.values()) if event]
    assert None not in times
    return sum(filter(None, times))
