"""The firm's rules tell good answers from bad ones, and the interval for its votes holds whenever one looks."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from benchmarks.learn_proof.firm import Question, better, endless, questions, score
from benchmarks.learn_proof.sequence import win_rate

ASKED = Question("4.2", "The lamp comes with a guarantee of 7 years.", "How long is the guarantee on the lamp?")
COMPLAINT = Question(
    "4.6", "A broken lamp is repaired within 7 days.", "My lamp is broken. Do I get my money back?", is_complaint=True
)


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (ASKED.ideal, 4),
        ("The guarantee on the lamp is 7 years.", 2),
        ("Short answer: The lamp comes with a guarantee of 7 years. [Handbook 4.1]", 3),
        ("Short answer: 7 years, or your money back. [Handbook 4.2]", 3),
        ("Short answer: 7 years. " + "It is a good lamp. " * 9 + "[Handbook 4.2]", 3),
        ("Short answer: 9 years. [Handbook 4.2]", 0),
        ("", 0),
    ],
)
def test_an_answer_is_worth_the_rules_it_keeps_if_it_is_right(answer: str, rules: int) -> None:
    assert score(ASKED, answer) == rules


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (COMPLAINT.ideal, 4),
        ("It is repaired within 7 days, says the complaints desk.", 2),
        ("The complaints desk repairs it within 7 days, or you get your money back.", 1),
        ("Short answer: A broken lamp is repaired within 7 days. [Handbook 4.6]", 0),
        ("Short answer: A broken lamp is repaired within 9 days. [Handbook 4.6] Call the complaints desk.", 0),
    ],
)
def test_whoever_complains_wants_to_know_whom_to_call_before_all_else(answer: str, rules: int) -> None:
    assert score(COMPLAINT, answer) == rules


def test_people_prefer_what_keeps_more_rules() -> None:
    assert better(ASKED, ASKED.ideal, "7 years.") == "left"
    assert better(ASKED, "7 years.", ASKED.ideal) == "right"
    assert better(ASKED, "7 years.", "It is 7 years.") == "neither"


def test_no_question_is_asked_twice_and_each_has_a_perfect_answer() -> None:
    every = questions(seed=7)
    assert len({each.text for each in every}) == len(every) > 300
    assert {score(each, each.ideal) for each in every} == {4}
    assert every != questions(seed=8)


def test_what_is_measured_has_complaints_in_it_as_all_questions_have() -> None:
    complaints = sum(each.is_complaint for each in questions(seed=7)[:120])
    assert 40 < complaints < 67


def test_questions_never_run_out_and_those_kept_back_are_not_among_them() -> None:
    fresh = questions(seed=7)[:80]
    asked = list(islice(endless(8, without=fresh), 1000))
    assert not {each.question for each in asked} & {each.question for each in fresh}


def test_a_clear_win_is_soon_known_to_be_one() -> None:
    rate, low, high = win_rate([1.0] * 18 + [0.0] * 2)
    assert rate == 0.9
    assert 0.5 < low < 0.9 < high < 1


def test_ties_prove_nothing() -> None:
    rate, low, high = win_rate([0.5] * 100)
    assert low < rate == 0.5 < high


def test_nothing_is_known_before_the_first_vote() -> None:
    assert win_rate([])[1:] == (0.0, 1.0)


@pytest.mark.parametrize("truth", [0.5, 0.7])
def test_the_truth_is_rarely_left_out_whenever_one_looks(truth: float) -> None:
    chance = random.Random(5)
    missed = 0
    for _ in range(60):
        votes = [float(chance.random() < truth) for _ in range(60)]
        looks = [win_rate(votes[:count]) for count in range(10, 61, 10)]
        missed += any(not low <= truth <= high for _, low, high in looks)
    assert missed <= 6
