"""The suite about serving: does the engine say what the trained model says?"""

from __future__ import annotations

from pathlib import Path

import msgspec

from homespun.core.errors import Invalid
from homespun.core.messages import TokenPrompt

from .asking import next_token, together
from .card import Limit, Suite, Verdict
from .sitting import Sitting, named
from .statistics import wilson

SAME = "served as trained"
SAME_ASKS = "Does the engine say what the trained model says?"

GREEDY = "greedy.json"
"""The file with a list of `Greedy`, which a training leaves beside its model."""


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
