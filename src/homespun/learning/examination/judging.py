"""Who compares two answers. It is passed in: rules as a program, or a reward model that was trained on preferences."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homespun.core.messages import Message
from homespun.learning.jobs import Answered


class Preference(StrEnum):
    """Which of two answers is better."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers to one question."""

    messages: tuple[Message, ...]
    """What both read, the question last."""
    first: str
    second: str

    def swapped(self) -> Comparison:
        """The same the other way round."""
        return Comparison(self.messages, self.second, self.first)


Judge = Callable[[Sequence[Comparison]], Awaitable[Sequence[Preference]]]
"""A preference for each comparison, in order. It isn't told which answer is whose."""


@dataclass(frozen=True, slots=True)
class RewardJudge:
    """A reward model. It has to show first that it knows what people prefer: see `rewarding`."""

    score: Callable[[Sequence[Answered]], Awaitable[Sequence[float]]]
    """How good each answer is, by itself: so nobody has to ask the other way round."""
    about: str
    """Which one it is, and what speaks against it, in sentences for the card."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is no judge."""

    why: str = "There is nobody to judge: train a reward model, or bring a judge."


NOBODY = Nobody()

_SWAPPED = {
    Preference.FIRST: Preference.SECOND,
    Preference.SECOND: Preference.FIRST,
    Preference.NEITHER: Preference.NEITHER,
}
_NOTHING = 1e-4
"""A difference of two scores that is none: how sums round depends on the machine's threads."""


async def judged(judge: Judge | RewardJudge, comparisons: Sequence[Comparison]) -> tuple[Preference, ...]:
    """What the judge prefers. The same answer twice isn't shown to the judge, nor is an empty one, which loses."""
    open_ones = [each for each in comparisons if _obvious(each) is None]
    settle = _by_scores(judge, open_ones) if isinstance(judge, RewardJudge) else _both_ways(judge, open_ones)
    settled = iter(await settle)
    return tuple(_obvious(each) or next(settled) for each in comparisons)


async def _both_ways(judge: Judge, comparisons: Sequence[Comparison]) -> list[Preference]:
    """What it prefers whichever comes first; who changes their mind with the order prefers neither."""
    one_way = await judge(comparisons)
    other_way = await judge([each.swapped() for each in comparisons])
    return [
        one if one is _SWAPPED[other] else Preference.NEITHER for one, other in zip(one_way, other_way, strict=True)
    ]


async def _by_scores(judge: RewardJudge, comparisons: Sequence[Comparison]) -> list[Preference]:
    answers = [Answered(each.messages, text) for each in comparisons for text in (each.first, each.second)]
    scores = await judge.score(answers) if answers else ()
    return [_higher(first - second) for first, second in zip(scores[::2], scores[1::2], strict=True)]


def _higher(difference: float) -> Preference:
    if abs(difference) <= _NOTHING:
        return Preference.NEITHER
    return Preference.FIRST if difference > 0 else Preference.SECOND


def _obvious(comparison: Comparison) -> Preference | None:
    first, second = comparison.first.strip(), comparison.second.strip()
    if first == second:
        return Preference.NEITHER
    if not first or not second:
        return Preference.FIRST if first else Preference.SECOND
    return None
