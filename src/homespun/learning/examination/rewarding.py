"""Whether a reward model may judge: it is examined itself, on pairs that were kept from its training.

One that knows no better than a coin what people prefer would reject and let pass by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .held_out import Pair
from .judging import Comparison, Preference, RewardJudge, judged
from .settings import Settings
from .statistics import wilson

_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Merit:
    """How well a reward model knows what people prefer."""

    may_judge: bool
    words: str
    """Who it is and how well it does, in sentences for the card."""


async def merit_of(judge: RewardJudge, pairs: Sequence[Pair], settings: Settings) -> Merit:
    """Has it say which of two answers people preferred. Raises what the judge raises.

    It may judge if its accuracy is better than chance for sure: with the whole of its 95% interval.
    """
    if len(pairs) < settings.least_pairs:
        few = f"{len(pairs)} pairs were kept from training, too few to show that it knows what people prefer."
        return Merit(may_judge=False, words=f"{judge.about} {few}")
    shown = [Comparison(pair.messages, pair.chosen, pair.rejected) for pair in pairs]
    preferences = await judged(judge, shown)
    right, torn = preferences.count(Preference.FIRST), preferences.count(Preference.NEITHER)
    accuracy = wilson(right + torn / 2, len(shown))
    told = (
        f"Of {len(shown)} pairs that were kept from training it prefers in {right} what people preferred "
        f"({accuracy.figure:.0%}; {accuracy.low:.0%} to {accuracy.high:.0%})"
    )
    if accuracy.low > _CHANCE:
        return Merit(may_judge=True, words=f"{judge.about} {told}.")
    return Merit(may_judge=False, words=f"{judge.about} {told}, which may be chance, so it doesn't judge.")
