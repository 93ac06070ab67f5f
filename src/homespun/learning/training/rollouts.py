"""Answers of the policy in training, sampled through our own engine, which is many times faster than transformers.

The policy's weights are written as the engine reads them, an engine is started on them, and all prompts are answered at
once. The engine calculates in int8, so it is a slightly other policy: with each token comes the probability that it had
there, and the trainer weighs it accordingly. This module must not know the trainer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from homespun.core.events import Ended, FinishReason, Piece
from homespun.core.messages import TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest
from homespun.engines.openvino import OpenVinoEngine, Settings

_SETTINGS = Settings(kv_cache_mb=512, max_waiting=4096)


@dataclass(frozen=True, slots=True)
class Answer:
    """One sampled answer."""

    tokens: list[int]
    """With the token that ends it, if it came to its end."""
    logprobs: list[float]
    """Natural, of each token under the engine; nan for the end, of which the engine doesn't tell."""


def sample(
    model: Path, prompts: Sequence[list[int]], *, graphs: Path, end: int, most_tokens: int, seed: int
) -> list[Answer]:
    """An answer to each prompt, at temperature 1, by an engine that is started for them and stopped again."""
    return asyncio.run(_sample(model, prompts, graphs, end, most_tokens, seed))


async def _sample(
    model: Path, prompts: Sequence[list[int]], graphs: Path, end: int, most_tokens: int, seed: int
) -> list[Answer]:
    engine = OpenVinoEngine(model, graphs, _SETTINGS)
    await engine.start()
    try:
        await engine.wait_ready()
        answers = (
            _answer(engine, prompt, Sampling(seed=seed + number, max_tokens=most_tokens, logprobs=0), end)
            for number, prompt in enumerate(prompts)
        )
        return await asyncio.gather(*answers)
    finally:
        await engine.stop()


async def _answer(engine: Engine, prompt: list[int], sampling: Sampling, end: int) -> Answer:
    tokens: list[int] = []
    logprobs: list[float] = []
    async for event in engine.generate(GenerationRequest("rollout", TokenPrompt(tuple(prompt)), sampling)):
        match event:
            case Piece():
                tokens += (each.chosen.token_id for each in event.logprobs)
                logprobs += (each.chosen.logprob for each in event.logprobs)
            case Ended() if event.reason is FinishReason.STOP:
                tokens.append(end)
                logprobs.append(math.nan)
    return Answer(tokens, logprobs)
