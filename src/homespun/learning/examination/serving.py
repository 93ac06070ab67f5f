"""The suites about serving: does the engine say what the trained model says, and as fast as the champion's?"""

from __future__ import annotations

from pathlib import Path

import msgspec

from homespun.core.errors import Invalid
from homespun.core.messages import TokenPrompt
from homespun.engines import Engine

from .asking import ask, next_token, together
from .card import Limit, Suite, Verdict
from .questions import PAPERS
from .sitting import Sitting, named
from .statistics import wilson

SAME = "served as trained"
SAME_ASKS = "Does the engine say what the trained model says?"
SPEED = "speed"
SPEED_ASKS = "Is it about as fast as the champion?"

GREEDY = "greedy.json"
"""The file with a list of `Greedy`, which a training leaves beside its model."""

_ROUNDS = 5
_SIDE_BY_SIDE = 8
_TOKENS = 48


class Greedy(msgspec.Struct, frozen=True):
    """What the trained model says to a prompt, before it is merged, quantised and served; all are token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    """Greedy, without the token that ends it."""


def read_greedy(path: Path) -> tuple[Greedy, ...]:
    """A JSON list of them. Raises `Invalid`."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Greedy, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid(f"{path} can't be read: {error}.") from error


async def same_as_trained(sitting: Sitting) -> Suite:
    """Has the engine continue each beginning of each answer by one token. Raises `Invalid`, `Unavailable`.

    Weights in int8 turn the likeliest token over in a place here and there; after it, greedy answers go ways of their
    own. So places are compared one by one, each after what the trained model said before it.
    """
    limit = Limit(at_least=sitting.settings.same_tokens)
    if sitting.reference is None:
        return Suite(SAME, SAME_ASKS, Verdict.NOT_RUN, "Nothing tells what the trained model says.", limit=limit)
    places = [
        (each.prompt + each.answer[:place], token)
        for each in read_greedy(sitting.reference)
        for place, token in enumerate(each.answer)
    ]
    if not places:
        return Suite(SAME, SAME_ASKS, Verdict.FAILED, "The trained model says nothing.", limit=limit)
    with named("candidate"):
        said = await together(
            [next_token(sitting.candidate, TokenPrompt(before)) for before, _ in places],
            at_once=sitting.settings.at_once,
        )
    same = sum(token == expected for token, (_, expected) in zip(said, places, strict=True))
    share = wilson(same, len(places))
    verdict = Verdict.PASSED if share.figure >= sitting.settings.same_tokens else Verdict.FAILED
    words = f"In {same} of {len(places)} places the same token."
    return Suite(SAME, SAME_ASKS, verdict, words, share.figure, share.low, share.high, limit, len(places))


async def speed(sitting: Sitting) -> Suite:
    """Has both answer the same in turns, until the candidate is as fast as is asked. Raises `Unavailable`.

    Slow is who is slow in every round: a machine that is busy with something else slows down one or the other. The
    figures stand in the card's times, for they are never the same twice.
    """
    is_fast = False
    for _ in range(_ROUNDS):
        with named("candidate"):
            ours = await _rate(sitting, sitting.candidate)
        with named("champion"):
            theirs = await _rate(sitting, sitting.champion)
        sitting.times["candidate, tokens/s"], sitting.times["champion, tokens/s"] = ours, theirs
        is_fast = ours > 0 and ours >= sitting.settings.speed * theirs
        if is_fast:
            break
    words = "It is as fast as is asked." if is_fast else "It is slower than is asked."
    limit = Limit(at_least=sitting.settings.speed)
    return Suite(SPEED, SPEED_ASKS, Verdict.PASSED if is_fast else Verdict.FAILED, words, limit=limit)


async def _rate(sitting: Sitting, engine: Engine) -> float:
    """Tokens a second, all answers together."""
    prompts = [question.prompt for question in PAPERS[-1].questions[:_SIDE_BY_SIDE]]
    began_s = sitting.clock.monotonic_s()
    answers = await ask(engine, prompts, most_tokens=_TOKENS, at_once=_SIDE_BY_SIDE)
    return sum(answer.tokens for answer in answers) / max(sitting.clock.monotonic_s() - began_s, 1e-9)
