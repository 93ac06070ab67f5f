"""Programs are asked both ways round, reward models once, and nobody what is plain."""

from __future__ import annotations

from collections.abc import Sequence

from homespun.core.messages import Message, Role
from homespun.learning.examination import Comparison, Preference, RewardJudge
from homespun.learning.examination.judging import judged
from homespun.learning.jobs import Answered

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


def rewarding(*scores: float) -> tuple[RewardJudge, list[Answered]]:
    """A reward model with these scores, and all that it is shown."""
    shown: list[Answered] = []

    async def score(answers: Sequence[Answered]) -> Sequence[float]:
        shown.extend(answers)
        return scores

    return RewardJudge(score, "A reward model."), shown


async def test_what_a_reward_model_scores_higher_is_better_and_each_answer_is_scored_once() -> None:
    judge, shown = rewarding(0.5, -1.0, 0.2, 0.9, 0.3, 0.30001)
    found = await judged(judge, [comparison("a", "b"), comparison("c", "d"), comparison("e", "f")])
    assert found == (Preference.FIRST, Preference.SECOND, Preference.NEITHER)
    assert [each.answer for each in shown] == ["a", "b", "c", "d", "e", "f"]
    assert {each.messages for each in shown} == {QUESTION}


async def test_a_reward_model_is_not_started_where_there_is_nothing_to_score() -> None:
    judge, shown = rewarding()
    assert await judged(judge, [comparison("Nine.", "Nine."), comparison("", "Nine.")]) == (
        Preference.NEITHER,
        Preference.SECOND,
    )
    assert shown == []
