"""The suite that asks for an improvement: does the candidate answer better than the champion?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .card import Limit, Sample, Suite, Verdict
from .judging import Comparison, Preference, judged
from .settings import Settings
from .sitting import Sitting
from .statistics import sign_test, wilson

NAME = "win rate"
ASKS = "Are its answers preferred to the champion's?"

_CERTAINTY = 0.025
"""So improbable, at most, may the wins be if neither were better. One-sided."""
_MOST_TOKENS = 256
_SAMPLES = 8
_WORDS = {
    Preference.FIRST: "The candidate's is better.",
    Preference.SECOND: "The champion's is better.",
    Preference.NEITHER: "Neither is better.",
}


async def win_rate(sitting: Sitting) -> Suite:
    """Puts questions that were kept from training to both, and has the judge compare. Raises `Unavailable`."""
    settings = sitting.settings
    if sitting.judge is None:
        return _not_run(settings, "There is nobody to judge: train a reward model, or bring a judge.")
    prompts = [asked.prompt for asked in (await sitting.held_out()).questions][: settings.comparisons]
    if not prompts:
        return _not_run(settings, "No question was kept from training.")
    both = await sitting.ask(prompts, most_tokens=_MOST_TOKENS)
    comparisons = [
        Comparison(prompt.messages, ours.text, theirs.text)
        for prompt, ours, theirs in zip(prompts, both.candidate, both.champion, strict=True)
    ]
    return win_suite(comparisons, await judged(sitting.judge, comparisons), settings)


def win_suite(comparisons: Sequence[Comparison], preferences: Sequence[Preference], settings: Settings) -> Suite:
    """The suite from what was preferred, the candidate's answers first.

    Two things have to be shown: that wins are no chance, by the exact sign test, and that there are enough to matter.
    """
    counts = Counter(preferences)
    wins, losses = counts[Preference.FIRST], counts[Preference.SECOND]
    share = wilson(wins + counts[Preference.NEITHER] / 2, len(preferences))
    chance = sign_test(wins, losses)
    has_won = share.figure >= settings.win_rate and chance <= _CERTAINTY
    told = f"{wins} won, {losses} lost, {counts[Preference.NEITHER]} undecided (p = {chance:.3g})."
    return Suite(
        NAME,
        ASKS,
        Verdict.PASSED if has_won else Verdict.FAILED,
        told if has_won else f"No improvement was shown: {told}",
        share.figure,
        share.low,
        share.high,
        Limit(at_least=settings.win_rate),
        len(preferences),
        _samples(comparisons, preferences),
    )


def _not_run(settings: Settings, why: str) -> Suite:
    verdict = Verdict.FAILED if settings.requires_wins else Verdict.NOT_RUN
    return Suite(NAME, ASKS, verdict, why, limit=Limit(at_least=settings.win_rate))


def _samples(comparisons: Sequence[Comparison], preferences: Sequence[Preference]) -> tuple[Sample, ...]:
    """Losses first: they say most."""
    order = (Preference.SECOND, Preference.FIRST, Preference.NEITHER)
    ranked = sorted(zip(comparisons, preferences, strict=True), key=lambda each: order.index(each[1]))
    return tuple(
        Sample(each.messages[-1].content, each.first, each.second, _WORDS[preference])
        for each, preference in ranked[:_SAMPLES]
    )
