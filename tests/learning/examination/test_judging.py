"""Judges are asked both ways round, and nothing that is plain."""

from __future__ import annotations

from collections.abc import Sequence

from homespun.core.messages import Message, Role
from homespun.learning.examination import Comparison, Preference
from homespun.learning.examination.judging import judged

QUESTION = (Message(Role.USER, "When do you open?"),)


def comparison(first: str, second: str) -> Comparison:
    return Comparison(QUESTION, first, second)


async def shorter(comparisons: Sequence[Comparison]) -> list[Preference]:
    return [Preference.FIRST if len(one.first) < len(one.second) else Preference.SECOND for one in comparisons]


async def whatever_comes_first(comparisons: Sequence[Comparison]) -> list[Preference]:
    return [Preference.FIRST] * len(comparisons)


async def test_a_judge_is_believed_who_says_the_same_both_ways() -> None:
    found = await judged(shorter, [comparison("At nine.", "We open at nine."), comparison("We open at nine.", "Nine.")])
    assert found == (Preference.FIRST, Preference.SECOND)


async def test_who_prefers_what_comes_first_prefers_neither() -> None:
    assert await judged(whatever_comes_first, [comparison("At nine.", "We open at nine.")]) == (Preference.NEITHER,)


async def test_the_same_answer_and_an_empty_one_are_not_shown_to_the_judge() -> None:
    shown: list[Comparison] = []

    async def noting(comparisons: Sequence[Comparison]) -> list[Preference]:
        shown.extend(comparisons)
        return await whatever_comes_first(comparisons)

    found = await judged(noting, [comparison("Nine.", " Nine.\n"), comparison("", "Nine."), comparison("Nine.", " ")])
    assert found == (Preference.NEITHER, Preference.SECOND, Preference.FIRST)
    assert shown == []
