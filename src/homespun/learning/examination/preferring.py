"""The suite that needs no judge: has the candidate come to prefer what people preferred?

For a pair that was kept from training, both models are asked how likely they find either answer. What the candidate has
moved towards the preferred one, compared with the champion, is the implicit reward of Rafailov et al. 2023.
"""

from __future__ import annotations

from collections.abc import Sequence

from homespun.core.messages import TokenPrompt
from homespun.engines import Engine
from homespun.engines.openvino.tokenizer import Tokenizer

from .card import Limit, Suite, Verdict
from .held_out import Pair
from .scoring import scored
from .settings import Settings
from .sitting import Sitting, named
from .statistics import signed_rank_test, wilson

NAME = "preference"
ASKS = "Has it come to prefer what people preferred?"

_CERTAINTY = 0.025
"""As for wins. One-sided."""
_MOST_PAIRS = 60
_MOST_TOKENS = 64
"""Of an answer, from where the two begin to differ."""
_NOTHING = 1e-4
"""A change of the logarithm that is none: rounding depends on what else is calculated at the same time."""


async def preference(sitting: Sitting) -> Suite:
    """Has both models score the pairs. Raises `Unavailable`, `TrainingFailed`, `ModelUnreadable`."""
    if sitting.weights is None:
        return _not_run("Nothing tells how the model cuts answers into tokens.", sitting.settings)
    pairs = (await sitting.held_out()).pairs[:_MOST_PAIRS]
    if len(pairs) < sitting.settings.least_pairs:
        return _not_run(f"{len(pairs)} pairs were kept from training, too few to show anything.", sitting.settings)
    tokenizer = sitting.tokenizer()
    cut = [_cut(tokenizer, pair) for pair in pairs]
    with named("candidate"):
        ours = await _margins(sitting.candidate, cut, sitting.settings)
    with named("champion"):
        theirs = await _margins(sitting.champion, cut, sitting.settings)
    return preference_suite([one - other for one, other in zip(ours, theirs, strict=True)], sitting.settings)


def preference_suite(moved: Sequence[float], settings: Settings) -> Suite:
    """The suite from how far the candidate has moved towards the preferred answer of each pair.

    How far counts, and not only which way: pairs that the champion has learned already move a little either way.
    """
    moved = [each if abs(each) > _NOTHING else 0.0 for each in moved]
    towards, away = sum(each > 0 for each in moved), sum(each < 0 for each in moved)
    share, chance = wilson(towards + moved.count(0.0) / 2, len(moved)), signed_rank_test(moved)
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


Given = tuple[TokenPrompt, int]
"""An answer after its question, and from which token on it is scored."""
Cut = tuple[Given, Given]
"""The preferred answer and the other."""


def _cut(tokenizer: Tokenizer, pair: Pair) -> Cut:
    """Tokens that both answers begin with aren't scored: they are as likely in both."""
    prompt = tokenizer.render_chat(pair.messages)
    chosen, rejected = (tokenizer.encode(text, special=False) for text in (pair.chosen, pair.rejected))
    shared = next((n for n, (one, other) in enumerate(zip(chosen, rejected, strict=False)) if one != other), 0)
    return _given(prompt, chosen, shared), _given(prompt, rejected, shared)


def _given(prompt: Sequence[int], answer: Sequence[int], shared: int) -> Given:
    return TokenPrompt((*prompt, *answer[: shared + _MOST_TOKENS])), len(prompt) + shared


async def _margins(engine: Engine, cut: Sequence[Cut], settings: Settings) -> list[float]:
    """By how much each pair's preferred answer is likelier than the other, as a logarithm."""
    given = [each for pair in cut for each in pair]
    scores = await scored(engine, [text for text, _ in given], at_once=settings.at_once)
    totals = [sum(each[since:]) for each, (_, since) in zip(scores, given, strict=True)]
    return [chosen - rejected for chosen, rejected in zip(totals[::2], totals[1::2], strict=True)]


def _not_run(why: str, settings: Settings) -> Suite:
    return Suite(NAME, ASKS, Verdict.NOT_RUN, why, limit=Limit(at_least=settings.win_rate))
