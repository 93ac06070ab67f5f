"""How likely a model finds given texts: its engine tells each again, token by token; see `Sampling.echo`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from homespun.core.events import Piece
from homespun.core.messages import Prompt
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest

from .asking import SCOPE, together

_TOLD_AGAIN = Sampling(temperature=0, max_tokens=0, echo=True, logprobs=0)

Scores = tuple[float, ...]
"""The natural logarithm of the probability of each token of a text after those before it; of the first, 0."""


async def scored(engine: Engine, texts: Sequence[Prompt], *, at_once: int) -> tuple[Scores, ...]:
    """The scores of each text. Raises what `Engine.generate` raises."""
    return await together([_scores(engine, text) for text in texts], at_once=at_once)


async def _scores(engine: Engine, text: Prompt) -> Scores:
    found: list[float] = []
    async with aclosing(engine.generate(GenerationRequest("scoring", text, _TOLD_AGAIN, SCOPE))) as events:
        async for event in events:
            if isinstance(event, Piece):
                found += [token.chosen.logprob for token in event.logprobs]
    return tuple(found)
