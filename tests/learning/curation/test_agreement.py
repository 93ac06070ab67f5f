from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.learning.curation import Label
from homespun.learning.curation.agreement import (
    Record,
    agreement,
    at_least,
    by_question,
    questions_of,
    records,
    words_of,
)

from .said import demonstration, pair, thumbed

Q = "When do you open?"
NINE, SEVEN = "We open at nine in the morning.", "We open at seven in the evening."
CASES: list[tuple[Label, Label, int]] = [
    (pair(Q, NINE, SEVEN), pair(Q, NINE, SEVEN), 1),
    (pair(Q, NINE, SEVEN), pair(Q, SEVEN, NINE), -1),
    (pair(Q, NINE, SEVEN), pair(Q, "Ask my boss.", "Who knows?"), 0),
    (thumbed(Q, NINE, is_good=True), thumbed(Q, NINE, is_good=True), 1),
    (thumbed(Q, NINE, is_good=True), thumbed(Q, NINE, is_good=False), -1),
    (thumbed(Q, NINE, is_good=True), thumbed(Q, "Ask my boss.", is_good=False), 0),
    (thumbed(Q, NINE, is_good=True), thumbed(Q, SEVEN, is_good=False), 0),
    (thumbed(Q, "At 9, as always.", is_good=True), thumbed(Q, "At 7, as always.", is_good=False), 0),
    (pair(Q, NINE, SEVEN), thumbed(Q, SEVEN, is_good=False), 1),
    (pair(Q, NINE, SEVEN), thumbed(Q, SEVEN, is_good=True), -1),
    (demonstration(Q, NINE), thumbed(Q, NINE, is_good=False), -1),
    (pair("几点开门？", "早上九点开门", "晚上七点开门"), pair("几点开门？", "晚上七点开门", "早上九点开门"), -1),
]


def questions(labels: Sequence[Label], similarity: float = 0.85) -> list[list[Label]]:
    return by_question(labels, questions_of(labels, similarity))


@pytest.mark.parametrize(("one", "other", "said"), CASES)
def test_what_two_labels_say_of_each_other(one: Label, other: Label, said: int) -> None:
    assert agreement(one, other) == agreement(other, one) == said


def test_a_rater_who_agrees_with_others_counts_more_than_one_who_does_not() -> None:
    labels = [pair(Q, NINE, SEVEN, rater=rater) for rater in "abc"] + [pair(Q, SEVEN, NINE, rater="d")]
    found = records(questions(labels))
    assert (found["a"], found["d"]) == (Record(agreed=1), Record(disagreed=1))
    assert found["a"].reliability > 1 > found["d"].reliability > 0.8


def test_who_met_nobody_counts_as_it_is() -> None:
    assert records(questions([pair(Q, NINE, SEVEN)]))["ada"].reliability == 1.0


def test_a_rater_does_not_agree_with_themselves() -> None:
    assert records(questions([pair(Q, NINE, SEVEN)] * 5))["ada"] == Record()


def test_where_the_others_are_divided_nothing_is_counted() -> None:
    labels = [pair(Q, NINE, SEVEN, rater=rater) for rater in "ab"] + [pair(Q, SEVEN, NINE, rater="c")]
    assert records(questions(labels))["a"] == Record()


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_prior_shrinks_and_bounds(agreed: int, disagreed: int) -> None:
    reliability = Record(agreed, disagreed).reliability
    assert 0 < reliability < 1.25
    assert Record(agreed + 1, disagreed).reliability > reliability > Record(agreed, disagreed + 1).reliability


@pytest.mark.parametrize(
    ("agreed", "disagreed", "is_contrary"), [(0, 9, False), (0, 10, True), (3, 9, False), (5, 30, True)]
)
def test_a_contrary_rater_is_beyond_chance(agreed: int, disagreed: int, is_contrary: bool) -> None:
    assert Record(agreed, disagreed).is_contrary is is_contrary


def test_the_tail_of_a_coin() -> None:
    assert at_least(2, 2, 0.5) == 0.25
    assert at_least(0, 7, 0.5) == 1.0


def test_questions_that_differ_in_a_number_are_different() -> None:
    labels = [pair(f"What does article {number} of the long agreement say about us?", NINE, SEVEN) for number in (3, 4)]
    assert len(questions(labels, 0.6)) == 2


def test_words_of_chinese_are_pairs() -> None:
    assert words_of("早上九点 Open 9") == {"早上", "上九", "九点", "open", "9"}
