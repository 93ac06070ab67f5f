"""The suite that needs no judge: has the candidate come to prefer what people preferred?

For a pair that was kept from training, both models are asked how likely they find either answer. What the candidate has
moved towards the preferred one, compared with the champion, is the implicit reward of Rafailov et al. 2023.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from homespun.engines import Engine
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import read_checkpoint

from .card import Limit, Suite, Verdict
from .held_out import Pair
from .scoring import Place, logprobs
from .settings import Settings
from .sitting import Sitting, named
from .statistics import sign_test, wilson

NAME = "preference"
ASKS = "Has it come to prefer what people preferred?"

_CERTAINTY = 0.025
"""As for wins. One-sided."""
_MOST_PAIRS = 60
_MOST_TOKENS = 64
"""Of an answer, from where the two begin to differ."""
_NOTHING = 1e-6
"""A change of the logarithm that is none."""


async def preference(sitting: Sitting) -> Suite:
    """Has both models score the pairs. Raises `Unavailable`, `TrainingFailed`, `ModelUnreadable`."""
    if sitting.weights is None:
        return _not_run("Nothing tells how the model cuts answers into tokens.", sitting.settings)
    pairs = (await sitting.held_out()).pairs[:_MOST_PAIRS]
    if len(pairs) < sitting.settings.least_pairs:
        return _not_run(f"{len(pairs)} pairs were kept from training, too few to show anything.", sitting.settings)
    tokenizer = _tokenizer(sitting.weights)
    cut = [_cut(tokenizer, pair) for pair in pairs]
    with named("candidate"):
        ours = await _margins(sitting.candidate, cut, sitting.settings)
    with named("champion"):
        theirs = await _margins(sitting.champion, cut, sitting.settings)
    return preference_suite([one - other for one, other in zip(ours, theirs, strict=True)], sitting.settings)


def preference_suite(moved: Sequence[float], settings: Settings) -> Suite:
    """The suite from how far the candidate has moved towards the preferred answer of each pair."""
    towards, away = sum(each > _NOTHING for each in moved), sum(each < -_NOTHING for each in moved)
    unmoved = len(moved) - towards - away
    share, chance = wilson(towards + unmoved / 2, len(moved)), sign_test(towards, away)
    has_learned = share.figure >= settings.win_rate and chance <= _CERTAINTY
    told = f"In {towards} pairs it moved towards the preferred answer, in {away} away from it (p = {chance:.3g})."
    return Suite(
        NAME,
        ASKS,
        Verdict.PASSED if has_learned else Verdict.FAILED,
        told if has_learned else f"No improvement was shown. {told}",
        share.figure,
        share.low,
        share.high,
        Limit(at_least=settings.win_rate),
        len(moved),
    )


Cut = tuple[list[Place], list[Place]]
"""The tokens of the preferred answer and of the other, each in its place."""


def _cut(tokenizer: Tokenizer, pair: Pair) -> Cut:
    """Tokens that both answers begin with are left out: they are as likely in both."""
    prompt = tokenizer.render_chat(pair.messages)
    chosen, rejected = (tokenizer.encode(text, special=False) for text in (pair.chosen, pair.rejected))
    shared = next((n for n, (one, other) in enumerate(zip(chosen, rejected, strict=False)) if one != other), 0)
    return list(_places(prompt, chosen, shared)), list(_places(prompt, rejected, shared))


def _places(prompt: Sequence[int], answer: Sequence[int], shared: int) -> Iterator[Place]:
    for place in range(shared, min(len(answer), shared + _MOST_TOKENS)):
        yield (*prompt, *answer[:place]), answer[place]


async def _margins(engine: Engine, cut: Sequence[Cut], settings: Settings) -> list[float]:
    """By how much each pair's preferred answer is likelier than the other, as a logarithm."""
    places = [place for pair in cut for answer in pair for place in answer]
    found = iter(await logprobs(engine, places, at_once=settings.at_once))
    totals = [[sum(next(found) for _ in answer) for answer in pair] for pair in cut]
    return [chosen - rejected for chosen, rejected in totals]


def _tokenizer(weights: Path) -> Tokenizer:
    with closing(read_checkpoint(weights)) as checkpoint:
        return Tokenizer.from_spec(checkpoint.tokenizer)


def _not_run(why: str, settings: Settings) -> Suite:
    return Suite(NAME, ASKS, Verdict.NOT_RUN, why, limit=Limit(at_least=settings.win_rate))
