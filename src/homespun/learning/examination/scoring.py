"""How likely a model finds a given answer, asked of its engine a token at a time; serving has nothing to do for it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from math import exp, expm1, log, log1p

from homespun.core.events import Piece, TokenAlternative
from homespun.core.messages import TokenPrompt
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest

from .asking import SCOPE, together

_TOP = 20
"""So many tokens an engine tells of, at most."""
_LIFTS = (8.0, 20.0)
"""Biases on the logit of a token that isn't among them, one after the other: small enough at first for its lifted
probability to be told from 1."""
_IMPOSSIBLE = -30.0

Place = tuple[tuple[int, ...], int]
"""Token ids, and the one that follows."""


async def logprobs(engine: Engine, places: Sequence[Place], *, at_once: int) -> tuple[float, ...]:
    """The natural logarithm of each token's probability in its place. Raises what `Engine.generate` raises."""
    return await together([_logprob(engine, before, token) for before, token in places], at_once=at_once)


def unbiased(biased: float, bias: float) -> float:
    """A token's log-probability, from the one that it has with a bias on its logit.

    With p for the probability and q for the biased one, q = p e^b / (1 - p + p e^b).
    """
    odds = biased - log(max(-expm1(biased), 1e-12)) - bias  # the logarithm of p / (1 - p)
    return -log1p(exp(-odds)) if odds > 0 else odds - log1p(exp(odds))


async def _logprob(engine: Engine, before: tuple[int, ...], token: int) -> float:
    told = await _alternatives(engine, before, {})
    if token in told:
        return told[token]
    for lift in _LIFTS:
        told = await _alternatives(engine, before, {token: lift})
        if token in told:
            return unbiased(told[token], lift)
    return _IMPOSSIBLE


async def _alternatives(engine: Engine, before: tuple[int, ...], bias: dict[int, float]) -> dict[int, float]:
    """The likeliest next tokens and their log-probabilities; none where the answer would end."""
    sampling = Sampling(temperature=0, max_tokens=1, logprobs=_TOP, logit_bias=bias)
    found: tuple[TokenAlternative, ...] = ()
    async with aclosing(engine.generate(GenerationRequest("scoring", TokenPrompt(before), sampling, SCOPE))) as events:
        async for event in events:
            if isinstance(event, Piece) and event.logprobs:
                found = (event.logprobs[0].chosen, *event.logprobs[0].top)
    return {each.token_id: each.logprob for each in found}
