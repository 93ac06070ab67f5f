"""Asks an engine many questions, so that the same engine gives the same answers again, nearly always."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from homespun.core.events import Ended, Piece
from homespun.core.messages import ChatPrompt, Prompt
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest

SCOPE = "examination"
"""Of what engines keep of prompts: an examination shares nothing with people."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said."""

    text: str
    tokens: int


async def ask(
    engine: Engine,
    prompts: Sequence[ChatPrompt],
    *,
    most_tokens: int,
    at_once: int,
    temperature: float = 0.0,
    never: Iterable[int] = (),
) -> tuple[Answer, ...]:
    """Its answers, in order, each drawn with its place as the seed; they have no token of `never`.

    Raises what `Engine.generate` raises, as soon as one of them comes to nothing.
    """
    alike = Sampling(temperature=temperature, max_tokens=most_tokens, logit_bias=dict.fromkeys(never, -100.0))
    answers = [_answer(engine, prompt, replace(alike, seed=place)) for place, prompt in enumerate(prompts)]
    return await together(answers, at_once=at_once)


async def next_token(engine: Engine, prompt: Prompt) -> int | None:
    """The likeliest next token; None if the answer ends there. Raises what `Engine.generate` raises."""
    sampling = Sampling(temperature=0, max_tokens=1, logprobs=0)
    request = GenerationRequest("examination", prompt, sampling, SCOPE)
    found = None
    async with aclosing(engine.generate(request)) as events:
        async for event in events:
            if isinstance(event, Piece) and event.logprobs:
                found = event.logprobs[0].chosen.token_id
    return found


async def together(work: Sequence[Coroutine[Any, Any, T]], *, at_once: int) -> tuple[T, ...]:
    """Does all of it, so much side by side. Raises what the first that fails raises; the others are cancelled then."""
    places = asyncio.Semaphore(at_once)

    async def placed(one: Coroutine[Any, Any, T]) -> T:
        async with places:
            return await one

    tasks = [asyncio.ensure_future(placed(each)) for each in work]
    try:
        return tuple(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in work:
            each.close()  # those that never had a place


async def _answer(engine: Engine, prompt: ChatPrompt, sampling: Sampling) -> Answer:
    text, tokens = "", 0
    async with aclosing(engine.generate(GenerationRequest("examination", prompt, sampling, SCOPE))) as events:
        async for event in events:
            match event:
                case Piece():
                    text += event.text
                case Ended():
                    tokens = event.completion_tokens
    return Answer(text, tokens)
