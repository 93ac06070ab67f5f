"""What every engine promises, as tests. An engine passes by giving this suite a `subject`.

    class TestMyEngine(EngineContract):
        @pytest.fixture
        async def subject(self) -> AsyncGenerator[Subject]:
            engine = MyEngine(...)
            await engine.start()
            await engine.wait_ready()
            yield Subject(engine, long_prompt=..., capacity=8)
            await engine.stop()

The suite knows nothing of what a model says, only that greedy answers to the same prompt, alone, are the same.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from homespun.core.errors import EngineBusy, EngineFailed, PromptTooLong, Unavailable, UnsupportedParameter
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import Engine, EngineState, GenerationRequest

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Subject:
    """An engine that is ready, and what the suite must know of it."""

    engine: Engine
    long_prompt: Prompt
    """The greedy answer to it has at least 24 tokens and 60 characters."""
    capacity: int
    """How many requests it takes at once, those that wait included; more are refused. At most 20."""
    token_ids: tuple[int, ...] = (5, 6, 7)
    """A prompt of tokens that it can read."""
    echoes: bool = True
    """Whether it tells prompts again; one that doesn't says so."""


def request(prompt: Prompt, **sampling: Any) -> GenerationRequest:
    """Greedy and short, unless told otherwise."""
    return GenerationRequest(
        f"request-{next(_numbers)}", prompt, Sampling(**{"temperature": 0.0, "max_tokens": 24} | sampling)
    )


async def events_of(engine: Engine, prompt: Prompt, **sampling: Any) -> list[Event]:
    """All events of one request."""
    async with aclosing(engine.generate(request(prompt, **sampling))) as events:
        return [event async for event in events]


def text_of(events: list[Event], choice: int = 0) -> str:
    """The text of a choice."""
    return "".join(event.text for event in events if isinstance(event, Piece) and event.choice == choice)


def end_of(events: list[Event], choice: int = 0) -> Ended:
    """The end of a choice; there must be exactly one."""
    (end,) = (event for event in events if isinstance(event, Ended) and event.choice == choice)
    return end


def check_order(events: list[Event], choices: int) -> None:
    """Began, pieces, an end for each choice, and nothing of a choice after its end."""
    assert isinstance(events[0], Began)
    assert not any(isinstance(event, Began) for event in events[1:])
    over: set[int] = set()
    for event in events[1:]:
        assert isinstance(event, (Piece, Ended))
        assert event.choice not in over
        if isinstance(event, Ended):
            over.add(event.choice)
    assert over == set(range(choices))
    assert isinstance(events[-1], Ended)


async def refuses_to_echo(subject: Subject) -> None:
    """What an engine does that doesn't tell prompts again."""
    with pytest.raises(UnsupportedParameter) as refusal:
        await events_of(subject.engine, subject.long_prompt, echo=True)
    assert refusal.value.param == "echo"


async def eventually(is_so: Callable[[], bool]) -> None:
    """Returns when `is_so`; the test's own time limit ends a wait in vain."""
    while not is_so():
        await asyncio.sleep(0.01)


class EngineContract:
    """The suite. Subclasses bring the fixture `subject`."""

    async def test_begins_then_pieces_then_ends(self, subject: Subject) -> None:
        events = await events_of(subject.engine, subject.long_prompt)
        check_order(events, 1)
        assert text_of(events)

    async def test_counts_what_it_says(self, subject: Subject) -> None:
        events = await events_of(subject.engine, subject.long_prompt)
        assert end_of(events).completion_tokens == sum(event.tokens for event in events if isinstance(event, Piece))

    async def test_takes_every_kind_of_prompt(self, subject: Subject) -> None:
        chat = ChatPrompt((Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Hi"), Message(Role.ASSISTANT, "Hi!")))
        for prompt in (chat, TextPrompt("Once upon a time"), TokenPrompt(subject.token_ids)):
            check_order(await events_of(subject.engine, prompt, max_tokens=3), 1)

    async def test_says_how_long_the_prompt_is(self, subject: Subject) -> None:
        began = (await events_of(subject.engine, subject.long_prompt, max_tokens=1))[0]
        assert isinstance(began, Began)
        assert began.prompt_tokens == await subject.engine.count_tokens(subject.long_prompt) > 0
        assert 0 <= began.cached_tokens <= began.prompt_tokens
        assert len(bytes.fromhex(began.prompt_digest)) == 32

    async def test_longer_prompts_count_more(self, subject: Subject) -> None:
        lengths = [await subject.engine.count_tokens(TextPrompt("word " * count)) for count in (1, 10, 100)]
        assert lengths == sorted(set(lengths))
        assert await subject.engine.count_tokens(TokenPrompt(subject.token_ids)) == len(subject.token_ids)

    @pytest.mark.parametrize("most", [1, 2, 7])
    async def test_ends_at_the_most_tokens(self, subject: Subject, most: int) -> None:
        end = end_of(await events_of(subject.engine, subject.long_prompt, max_tokens=most))
        assert (end.reason, end.completion_tokens) == (FinishReason.LENGTH, most)

    async def test_greedy_answers_repeat(self, subject: Subject) -> None:
        first, second = [text_of(await events_of(subject.engine, subject.long_prompt)) for _ in range(2)]
        assert first == second

    async def test_seeded_answers_repeat(self, subject: Subject) -> None:
        sampling = {"temperature": 0.9, "seed": 11}
        first, second = [text_of(await events_of(subject.engine, subject.long_prompt, **sampling)) for _ in range(2)]
        assert first == second

    async def test_ends_before_a_stop_string_wherever_it_lies(self, subject: Subject) -> None:
        whole = text_of(await events_of(subject.engine, subject.long_prompt))
        for place, length in itertools.product((0, 1, 10, 21), (1, 2, 5, 12)):
            stop = whole[place : place + length]
            events = await events_of(subject.engine, subject.long_prompt, stop=("never said", stop))
            assert text_of(events) == whole[: whole.find(stop)]
            assert end_of(events).reason is FinishReason.STOP
            check_order(events, 1)

    async def test_a_stop_string_that_only_seems_to_come_changes_nothing(self, subject: Subject) -> None:
        whole = text_of(await events_of(subject.engine, subject.long_prompt))
        stops = tuple(whole[place : place + 9] + "\0" for place in (0, 5, len(whole) - 9))
        events = await events_of(subject.engine, subject.long_prompt, stop=stops)
        assert text_of(events) == whole

    async def test_gives_as_many_choices_as_are_asked_for(self, subject: Subject) -> None:
        events = await events_of(subject.engine, subject.long_prompt, n=3, max_tokens=5, temperature=1.0, seed=1)
        check_order(events, 3)
        for choice in range(3):
            assert end_of(events, choice).completion_tokens <= 5
            assert text_of(events, choice)

    async def test_gives_logprobs_for_every_token(self, subject: Subject) -> None:
        events = await events_of(subject.engine, subject.long_prompt, logprobs=3, max_tokens=6)
        pieces = [event for event in events if isinstance(event, Piece)]
        for piece in pieces:
            assert len(piece.logprobs) == piece.tokens
            for logprob in piece.logprobs:
                likelihoods = [top.logprob for top in logprob.top]
                assert likelihoods == sorted(likelihoods, reverse=True)
                assert len(likelihoods) == 3
                assert logprob.chosen.logprob <= 0
        said = b"".join(logprob.chosen.text for piece in pieces for logprob in piece.logprobs)
        assert text_of(events).encode() in said

    async def test_gives_no_logprobs_unasked(self, subject: Subject) -> None:
        events = await events_of(subject.engine, subject.long_prompt, max_tokens=3)
        assert not any(event.logprobs for event in events if isinstance(event, Piece))

    async def test_tells_the_prompt_again_before_each_choice(self, subject: Subject) -> None:
        if not subject.echoes:
            await refuses_to_echo(subject)
            return
        prompt = TextPrompt("Once upon a time there was")
        plain = await events_of(subject.engine, prompt, n=2, max_tokens=4)
        echoed = await events_of(subject.engine, prompt, n=2, max_tokens=4, echo=True)
        check_order(echoed, 2)
        for choice in range(2):
            assert text_of(echoed, choice) == prompt.text + text_of(plain, choice)
            assert end_of(echoed, choice).completion_tokens == end_of(plain, choice).completion_tokens

    @pytest.mark.parametrize("most", [0, 3])
    async def test_tells_how_likely_the_prompts_own_tokens_are(self, subject: Subject, most: int) -> None:
        if not subject.echoes:
            await refuses_to_echo(subject)
            return
        prompt = TextPrompt("Once upon a time there was a fox, and there was a hen. " * 9)
        events = await events_of(subject.engine, prompt, echo=True, logprobs=2, max_tokens=most)
        check_order(events, 1)
        assert text_of(events).startswith(prompt.text)
        assert end_of(events).completion_tokens == most
        assert end_of(events).reason is FinishReason.LENGTH
        first, *others = (token for event in events if isinstance(event, Piece) for token in event.logprobs)
        assert (first.chosen.logprob, first.top) == (0.0, ())
        assert len(others) + 1 == await subject.engine.count_tokens(prompt) + most
        for token in others:
            assert token.chosen.logprob <= token.top[0].logprob <= 0
            assert len(token.top) == 2

    async def test_a_prompt_of_one_token_can_be_told_again_too(self, subject: Subject) -> None:
        if not subject.echoes:
            await refuses_to_echo(subject)
            return
        prompt = TokenPrompt(subject.token_ids[:1])
        events = await events_of(subject.engine, prompt, echo=True, logprobs=1, max_tokens=0)
        ((token,),) = (event.logprobs for event in events if isinstance(event, Piece))
        assert text_of(events) == token.chosen.text.decode()
        check_order(events, 1)

    @pytest.mark.parametrize("after", [0, 1, 2, 3])
    async def test_closing_cancels_at_any_moment(self, subject: Subject, after: int) -> None:
        events = subject.engine.generate(request(subject.long_prompt, n=2, max_tokens=24))
        for _ in range(after):
            await anext(events)
        await events.aclose()
        await eventually(lambda: subject.engine.status.running == subject.engine.status.waiting == 0)
        check_order(await events_of(subject.engine, subject.long_prompt, max_tokens=2), 1)

    async def test_a_reader_that_is_cancelled_cancels_the_request(self, subject: Subject) -> None:
        has_begun = asyncio.Event()

        async def read() -> None:
            async with aclosing(subject.engine.generate(request(subject.long_prompt))) as events:
                async for _ in events:
                    has_begun.set()

        reading = asyncio.create_task(read())
        await has_begun.wait()
        reading.cancel()
        await asyncio.wait([reading])
        await eventually(lambda: subject.engine.status.running == subject.engine.status.waiting == 0)

    async def test_refuses_more_than_it_can_queue_and_serves_the_rest(self, subject: Subject) -> None:
        asked = [events_of(subject.engine, subject.long_prompt) for _ in range(subject.capacity + 5)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        served = [answer for answer in answers if isinstance(answer, list)]
        refused = [answer for answer in answers if isinstance(answer, EngineBusy)]
        assert len(served) + len(refused) == len(answers)
        assert len(served) >= subject.capacity
        assert refused
        assert all(0 < error.retry_after_s <= 120 for error in refused)
        for answer in served:
            check_order(answer, 1)

    async def test_refuses_a_prompt_longer_than_its_window(self, subject: Subject) -> None:
        window = subject.engine.status.context_tokens
        with pytest.raises(PromptTooLong):
            await events_of(subject.engine, TextPrompt("word " * (window * 5)))
        check_order(await events_of(subject.engine, subject.long_prompt, max_tokens=2), 1)

    async def test_its_status_tells_how_it_is(self, subject: Subject) -> None:
        before = subject.engine.status
        assert before.state is EngineState.READY
        assert before.problem is None
        assert before.context_tokens > 0
        end = end_of(await events_of(subject.engine, subject.long_prompt, max_tokens=4))
        said = before.completion_tokens_total + end.completion_tokens
        await eventually(lambda: subject.engine.status.completion_tokens_total >= said)
        assert subject.engine.status.prompt_tokens_total > before.prompt_tokens_total

    async def test_many_at_once_each_get_an_answer_of_their_own(self, subject: Subject) -> None:
        count = min(subject.capacity, 8)
        answers = await asyncio.gather(
            *(events_of(subject.engine, subject.long_prompt, max_tokens=8) for _ in range(count))
        )
        for answer in answers:
            check_order(answer, 1)

    async def test_stopping_fails_what_is_in_flight_and_what_comes_after(self, subject: Subject) -> None:
        """The last test of the suite, because it leaves the engine stopped."""
        async with aclosing(subject.engine.generate(request(subject.long_prompt, max_tokens=None))) as events:
            assert isinstance(await anext(events), Began)
            await subject.engine.stop()
            with pytest.raises(EngineFailed):
                async for _ in events:
                    pass
        assert subject.engine.status.state is EngineState.STOPPED
        with pytest.raises(Unavailable):
            await events_of(subject.engine, subject.long_prompt)
