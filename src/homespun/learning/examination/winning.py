"""The suite that asks for an improvement: does the candidate answer better than the champion?

A program that judges knows what is better, so a candidate that it doesn't see win has failed. A reward model knows it
less surely than people do, and what it misses looks like no difference: where it sees none the suite decides nothing,
unless the settings demand wins. What it sees win has not passed for that alone, see `examine`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .card import Limit, Sample, Suite, Verdict
from .judging import Comparison, Nobody, Preference, RewardJudge, judged
from .rewarding import Merit, merit_of
from .settings import Settings
from .sitting import Sitting
from .statistics import sign_test, wilson

NAME = "win rate"
ASKS = "Are its answers preferred to the champion's?"

_CERTAINTY = 0.025
"""So improbable, at most, may the wins, or the losses, be if neither were better. One-sided."""
_MOST_TOKENS = 256
_WORDS = {
    Preference.FIRST: "The candidate's is better.",
    Preference.SECOND: "The champion's is better.",
    Preference.NEITHER: "Neither is better.",
}


async def win_rate(sitting: Sitting) -> Suite:
    """Puts questions that were kept from training to both, and has the judge compare.

    Raises `Unavailable`, and what the judge raises.
    """
    settings, judge = sitting.settings, sitting.judge
    if isinstance(judge, Nobody):
        return _not_run(settings, judge.why)
    kept = await sitting.held_out()
    merit = await merit_of(judge, kept.pairs, settings) if isinstance(judge, RewardJudge) else None
    if merit and not merit.may_judge:
        return _not_run(settings, merit.words)
    prompts = [asked.prompt for asked in kept.questions][: settings.comparisons]
    if not prompts:
        return _not_run(settings, "No question was kept from training.")
    both = await sitting.ask(prompts, most_tokens=_MOST_TOKENS)
    comparisons = [
        Comparison(prompt.messages, ours.text, theirs.text)
        for prompt, ours, theirs in zip(prompts, both.candidate, both.champion, strict=True)
    ]
    return win_suite(comparisons, await judged(judge, comparisons), settings, merit=merit)


def win_suite(
    comparisons: Sequence[Comparison],
    preferences: Sequence[Preference],
    settings: Settings,
    *,
    merit: Merit | None = None,
) -> Suite:
    """The suite from what was preferred, the candidate's answers first; `merit` is that of a reward model.

    Two things have to be shown: that wins are no chance, by the exact sign test, and that there are enough to matter.
    """
    counts = Counter(preferences)
    wins, losses, ties = (counts[each] for each in (Preference.FIRST, Preference.SECOND, Preference.NEITHER))
    share = wilson(wins + ties / 2, len(preferences))
    chance = sign_test(wins, losses)
    if share.figure >= settings.win_rate and chance <= _CERTAINTY:
        verdict, words = Verdict.PASSED, ""
    elif merit and not settings.requires_wins and sign_test(losses, wins) > _CERTAINTY:
        verdict, words = Verdict.NOT_RUN, "This judge sees no difference for sure, so it decides nothing: "
    else:
        verdict, words = Verdict.FAILED, "No improvement was shown: "
    words += f"{wins} won, {losses} lost, {ties} undecided (p = {chance:.3g})."
    return Suite(
        NAME,
        ASKS,
        verdict,
        f"{words} {merit.words}" if merit else words,
        share.figure,
        share.low,
        share.high,
        Limit(at_least=settings.win_rate),
        len(preferences),
        _samples(comparisons, preferences)[: settings.samples],
    )


def _not_run(settings: Settings, why: str) -> Suite:
    verdict = Verdict.FAILED if settings.requires_wins else Verdict.NOT_RUN
    return Suite(NAME, ASKS, verdict, why, limit=Limit(at_least=settings.win_rate))


def _samples(comparisons: Sequence[Comparison], preferences: Sequence[Preference]) -> tuple[Sample, ...]:
    """Losses first: they say most."""
    order = (Preference.SECOND, Preference.FIRST, Preference.NEITHER)
    ranked = sorted(zip(comparisons, preferences, strict=True), key=lambda each: order.index(each[1]))
    return tuple(
        Sample(each.messages[-1].content, each.first, each.second, _WORDS[preference]) for each, preference in ranked
    )
