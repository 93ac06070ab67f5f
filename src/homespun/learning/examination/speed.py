"""The suite that measures: does the candidate answer about as fast as the champion?

A machine that does something else besides slows down one or the other, for a moment or for long. So both take turns, at
the same questions and with as many tokens each, and slow is who is slow for sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, log
from statistics import median

from homespun.engines import Engine

from .asking import ask
from .card import Limit, Suite, Verdict
from .questions import PAPERS
from .settings import Settings
from .sitting import Sitting, named
from .statistics import signed_rank

NAME = "speed"
ASKS = "Is it about as fast as the champion?"

_TURNS = 8
"""Of each, before anybody decides; and once more where nothing can be told."""
_SIDE_BY_SIDE = 4
_TOKENS = 64
"""Of an answer. Short ones would be reading questions for the most part, and who has learned to be brief isn't slow."""
_CONFIDENCE = 0.9
"""Of the interval: 95% for each of its ends."""

Rates = tuple[float, float]
"""Tokens a second of candidate and champion, one just after the other."""


async def speed(sitting: Sitting) -> Suite:
    """Has both answer in turns. Raises `Unavailable`, `ModelUnreadable`.

    The figures stand in the card's times, for they are never the same twice.
    """
    never = sitting.tokenizer().eos_ids if sitting.weights else ()
    turns = await _turns(sitting, never)
    suite = speed_suite(turns, sitting.settings)
    if suite is None:
        turns += await _turns(sitting, never)
        suite = speed_suite(turns, sitting.settings) or _undecided(sitting.settings)
    for who, rates in zip(("candidate", "champion"), zip(*turns, strict=True), strict=True):
        sitting.times[f"{who}, tokens/s"] = median(rates)
    return suite


def speed_suite(turns: Sequence[Rates], settings: Settings) -> Suite | None:
    """The suite, once it is sure; None: the limit is within the interval.

    The interval is for the centre of the ratios' logarithms, so that half as fast is as far off as twice as fast.
    """
    if any(rate <= 0 for rates in turns for rate in rates):
        return _suite(Verdict.FAILED, "One of both says nothing, so there is no speed to compare.", settings)
    ratio = signed_rank([log(ours / theirs) for ours, theirs in turns], confidence=_CONFIDENCE)
    if exp(ratio.low) >= settings.speed:
        return _suite(Verdict.PASSED, "It is as fast as is asked.", settings)
    if exp(ratio.high) < settings.speed:
        return _suite(Verdict.FAILED, "It is slower than is asked.", settings)
    return None


def _undecided(settings: Settings) -> Suite:
    why = "Whether it is as fast as is asked couldn't be told, twice: the machine is too busy with something else."
    return _suite(Verdict.FAILED, why, settings)


def _suite(verdict: Verdict, words: str, settings: Settings) -> Suite:
    return Suite(NAME, ASKS, verdict, words, limit=Limit(at_least=settings.speed))


async def _turns(sitting: Sitting, never: Iterable[int]) -> list[Rates]:
    """Every other time the champion comes first: whoever comes second may find the machine another one."""
    both = {"candidate": sitting.candidate, "champion": sitting.champion}
    turns = []
    for turn in range(_TURNS):
        order = reversed(both) if turn % 2 else both
        rates = {who: await _rate(sitting, who, both[who], never) for who in order}
        turns.append((rates["candidate"], rates["champion"]))
    return turns


async def _rate(sitting: Sitting, who: str, engine: Engine, never: Iterable[int]) -> float:
    """Tokens a second, all answers together. `never`: what would end them early."""
    prompts = [question.prompt for question in PAPERS[-1].questions[:_SIDE_BY_SIDE]]
    began_s = sitting.clock.monotonic_s()
    with named(who):
        answers = await ask(engine, prompts, most_tokens=_TOKENS, at_once=_SIDE_BY_SIDE, never=never)
    return sum(answer.tokens for answer in answers) / max(sitting.clock.monotonic_s() - began_s, 1e-9)
