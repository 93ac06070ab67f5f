"""The scripted engine does as it is told."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from homespun.core.errors import EngineBusy, EngineFailed, ModelUnreadable, Unavailable
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import EngineState, GenerationRequest
from homespun.engines.scripted import Gate, Script, ScriptedEngine, count_words, word_id, words_of

PROMPT = ChatPrompt((Message(Role.SYSTEM, "Be kind."), Message(Role.USER, "Hello there")))


async def started(script: Script = "one two three", **told: object) -> ScriptedEngine:
    engine = ScriptedEngine(script, **told)  # type: ignore[arg-type]
    await engine.start()
    return engine


def asking(prompt: Prompt = PROMPT, **sampling: object) -> GenerationRequest:
    return GenerationRequest("r1", prompt, Sampling(**sampling))  # type: ignore[arg-type]


async def say(engine: ScriptedEngine, request: GenerationRequest) -> list[Event]:
    async with aclosing(engine.generate(request)) as events:
        return [event async for event in events]


async def listen(engine: ScriptedEngine, heard: list[Event]) -> None:
    async for event in engine.generate(asking()):
        heard.append(event)


def pieces(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Piece)]


def test_a_token_is_a_word_with_the_space_before_it() -> None:
    assert words_of("Hello, big world\n") == ["Hello,", " big", " world", "\n"]
    assert words_of("") == []
    assert count_words(TokenPrompt((7, 8, 9))) == 3


async def test_says_a_text_word_by_word() -> None:
    engine = await started("one two three")
    assert pieces(await say(engine, asking())) == ["one", " two", " three"]


async def test_says_a_list_as_it_stands() -> None:
    engine = await started(["on", "", "e two"])
    events = await say(engine, asking())
    assert pieces(events) == ["on", "", "e two"]
    assert [event.tokens for event in events if isinstance(event, Piece)] == [1, 1, 2]


async def test_says_what_a_function_makes_of_the_prompt() -> None:
    def script(prompt: Prompt) -> list[str]:
        assert isinstance(prompt, ChatPrompt)
        return [message.content for message in prompt.messages]

    engine = await started(script)
    assert pieces(await say(engine, asking())) == ["Be kind.", "Hello there"]


async def test_echoes_when_nothing_is_written_down() -> None:
    engine = ScriptedEngine()
    await engine.start()
    assert "".join(pieces(await say(engine, asking()))) == "You said: Hello there"
    assert "".join(pieces(await say(engine, asking(TextPrompt("bare"))))) == "You said: bare"


async def test_ends_before_a_stop_token() -> None:
    engine = await started("one two three")
    events = await say(engine, asking(stop_token_ids=(word_id(" two"),)))
    assert pieces(events) == ["one"]
    assert events[-1] == Ended(0, FinishReason.STOP, 1)


async def test_the_window_ends_an_answer_too() -> None:
    engine = await started("one two three four", context_tokens=count_words(PROMPT) + 2)
    assert (await say(engine, asking()))[-1] == Ended(0, FinishReason.LENGTH, 2)


async def test_choices_take_turns() -> None:
    engine = await started("one two")
    events = await say(engine, asking(n=2))
    assert [event.choice for event in events if isinstance(event, Piece)] == [0, 1, 0, 1]


async def test_fails_after_the_pieces_it_is_told() -> None:
    engine = await started("one two three", fail_after_pieces=2)
    heard: list[Event] = []
    with pytest.raises(EngineFailed):
        await listen(engine, heard)
    assert pieces(heard) == ["one", " two"]
    assert engine.status.restarts_total == 1
    assert engine.cancelled == []


async def test_a_gate_holds_until_it_is_opened() -> None:
    gate = Gate(at_piece=1)
    engine = await started("one two three", gates=[gate])
    heard: list[Event] = []
    listening = asyncio.create_task(listen(engine, heard))
    await gate.reached.wait()
    assert pieces(heard) == ["one"]
    assert engine.status.running == 1
    gate.opened.set()
    await listening
    assert pieces(heard) == ["one", " two", " three"]


async def test_cancellations_are_remembered_and_ends_are_not_cancellations() -> None:
    engine = await started("one two three")
    await say(engine, asking())
    async with aclosing(engine.generate(asking())) as events:
        async for event in events:
            if isinstance(event, Ended):
                break
    assert engine.cancelled == []
    events = engine.generate(asking())
    assert isinstance(await anext(events), Began)
    await events.aclose()
    assert engine.cancelled == ["r1"]
    assert len(engine.requests) == 3
    assert engine.status.running == 0


async def test_waits_in_the_queue_and_refuses_beyond_it() -> None:
    gate = Gate()
    engine = await started("one", gates=[gate], max_running=1, max_waiting=1)
    first, second = (asyncio.create_task(say(engine, asking())) for _ in range(2))
    await gate.reached.wait()
    assert (engine.status.running, engine.status.waiting) == (1, 1)
    with pytest.raises(EngineBusy):
        await say(engine, asking())
    gate.opened.set()
    assert pieces(await first) == pieces(await second) == ["one"]


async def test_a_place_in_the_queue_is_given_back_by_who_leaves() -> None:
    gate = Gate()
    engine = await started("one", gates=[gate], max_running=1, max_waiting=1)
    first, second = (asyncio.create_task(say(engine, asking())) for _ in range(2))
    await gate.reached.wait()
    second.cancel()
    await asyncio.wait([second])
    assert engine.status.waiting == 0
    third = asyncio.create_task(say(engine, asking()))
    gate.opened.set()
    assert pieces(await first) == pieces(await third) == ["one"]


async def test_a_crash_fails_those_in_flight_and_a_start_revives_it() -> None:
    gate = Gate()
    engine = await started("one", gates=[gate], max_running=1)
    running, waiting = (asyncio.create_task(say(engine, asking())) for _ in range(2))
    await gate.reached.wait()
    engine.crash()
    for task in (running, waiting):
        with pytest.raises(EngineFailed):
            await task
    with pytest.raises(Unavailable):
        await say(engine, asking())
    gate.opened.set()
    await engine.start()
    assert pieces(await say(engine, asking())) == ["one"]
    assert engine.status.running == engine.status.waiting == 0


async def test_a_problem_makes_it_a_model_that_cannot_be_read() -> None:
    engine = await started("one", problem="It is a picture of a cat.")
    with pytest.raises(ModelUnreadable, match="picture of a cat"):
        await engine.wait_ready()
    with pytest.raises(Unavailable, match="picture of a cat"):
        await say(engine, asking())
    assert engine.status.state is EngineState.FAILED


async def test_is_not_there_before_it_is_started() -> None:
    with pytest.raises(Unavailable):
        await say(ScriptedEngine("one"), asking())
