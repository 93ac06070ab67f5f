"""Who compares two answers: people's preferences as a program, or a model trained on them. It is passed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homespun.core.messages import Message


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

_SWAPPED = {
    Preference.FIRST: Preference.SECOND,
    Preference.SECOND: Preference.FIRST,
    Preference.NEITHER: Preference.NEITHER,
}


async def judged(judge: Judge, comparisons: Sequence[Comparison]) -> tuple[Preference, ...]:
    """What the judge prefers whichever comes first; who changes their mind with the order prefers neither.

    The same answer twice isn't shown to the judge, nor is an empty one, which loses.
    """
    open_ones = [each for each in comparisons if _obvious(each) is None]
    one_way = await judge(open_ones)
    other_way = await judge([each.swapped() for each in open_ones])
    settled = iter(
        [one if one is _SWAPPED[other] else Preference.NEITHER for one, other in zip(one_way, other_way, strict=True)]
    )
    return tuple(_obvious(each) or next(settled) for each in comparisons)


def _obvious(comparison: Comparison) -> Preference | None:
    first, second = comparison.first.strip(), comparison.second.strip()
    if first == second:
        return Preference.NEITHER
    if not first or not second:
        return Preference.FIRST if first else Preference.SECOND
    return None
