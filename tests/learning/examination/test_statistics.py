"""The statistics, against values that others have printed, and by simulation with a fixed seed."""

from __future__ import annotations

import random
from itertools import product

import pytest

from homespun.learning.examination.statistics import (
    Interval,
    mcnemar,
    paired_ratio,
    sign_test,
    signed_rank,
    signed_rank_test,
    wilson,
)

SEED = 20261124


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_intervals_that_newcombe_printed(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_wilson_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(SEED)
    held = 0
    for _ in range(2000):
        interval = wilson(sum(rng.random() < 0.65 for _ in range(80)), 80)
        held += interval.low <= 0.65 <= interval.high
    assert 0.935 <= held / 2000 <= 0.965


def test_a_sign_test_counts_the_ways() -> None:
    assert sign_test(9, 1) == 11 / 1024
    assert sign_test(0, 0) == 1
    assert sign_test(0, 5) == 1
    assert sign_test(5, 0) == 1 / 32


def test_a_mcnemar_test_has_two_sides() -> None:
    assert mcnemar(1, 9) == mcnemar(9, 1) == 22 / 1024
    assert mcnemar(4, 4) == 1


def test_the_ratio_of_a_model_to_itself_is_one_and_certain() -> None:
    scores = [1.0] * 12 + [0.0] * 40
    ratio = paired_ratio(scores, scores, confidence=0.9)
    assert ratio is not None
    assert [ratio.figure, ratio.low, ratio.high] == pytest.approx([1, 1, 1])


def test_no_ratio_can_be_told_to_somebody_who_can_nothing() -> None:
    assert paired_ratio([1.0, 1.0, 1.0], [0.0, 0.0, 0.0], confidence=0.9) is None
    assert paired_ratio([1.0, 1.0, 0.0], [1.0, 1.0, 0.0], confidence=0.9) is None


def test_a_ratio_is_where_the_self_normalised_sum_says() -> None:
    champion = [1.0] * 20 + [0.0] * 40
    candidate = [1.0] * 14 + [0.0] * 6 + [1.0] * 4 + [0.0] * 36
    ratio = paired_ratio(candidate, champion, confidence=0.9)
    assert ratio is not None
    for edge in (ratio.low, ratio.high):
        differences = [one - edge * other for one, other in zip(candidate, champion, strict=True)]
        statistic = sum(differences) / sum(each * each for each in differences) ** 0.5
        assert abs(statistic) == pytest.approx(1.6449, abs=1e-4)


@pytest.mark.parametrize(("skill", "churn"), [(0.3, 0.1), (0.6, 0.2), (0.9, 0.05)])
def test_a_candidate_just_at_the_margin_passes_in_one_case_of_twenty_or_less(skill: float, churn: float) -> None:
    rng = random.Random(SEED)
    passed = sum(_low(rng, skill=skill, churn=churn, keeps=0.6) >= 0.6 for _ in range(2000))
    assert passed / 2000 <= 0.06


@pytest.mark.parametrize(("skill", "churn"), [(0.3, 0.05), (0.6, 0.1), (0.9, 0.05)])
def test_a_candidate_as_good_as_the_champion_mostly_passes(skill: float, churn: float) -> None:
    rng = random.Random(SEED)
    passed = sum(_low(rng, skill=skill, churn=churn, keeps=1.0) >= 0.6 for _ in range(500))
    assert passed / 500 >= 0.85


def _low(rng: random.Random, *, skill: float, churn: float, keeps: float) -> float:
    """The lower end for 60 items: the champion's share is `skill`, the candidate's `keeps` times that.

    It gains where the champion had nothing in `churn` of all items, and loses accordingly more.
    """
    gains = min(churn, (1 - skill) / 2)
    loses = skill * (1 - keeps) + gains
    champion = [float(rng.random() < skill) for _ in range(60)]
    candidate = [
        float(rng.random() >= loses / skill) if score else float(rng.random() < gains / (1 - skill))
        for score in champion
    ]
    ratio = paired_ratio(candidate, champion, confidence=0.9)
    return ratio.low if ratio else 0.0


def test_the_signed_rank_interval_is_that_of_the_tables() -> None:
    """Hollander and Wolfe 1973, example 3.1: nine patients, before and after; 96% from -0.786 to -0.010."""
    before = (1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
    after = (0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
    differences = [one - other for one, other in zip(after, before, strict=True)]
    interval = signed_rank(differences, confidence=0.96)
    assert interval.figure == pytest.approx(-0.46, abs=5e-3)
    assert interval.low == pytest.approx(-0.786, abs=5e-4)
    assert interval.high == pytest.approx(-0.010, abs=5e-4)


@pytest.mark.parametrize("count", [6, 12])
def test_a_signed_rank_interval_holds_the_centre_about_as_often_as_it_says(count: int) -> None:
    rng = random.Random(SEED)
    held = 0
    for _ in range(4000):
        interval = signed_rank([2.0 + rng.uniform(-1, 1) ** 3 for _ in range(count)], confidence=0.9)
        held += interval.low <= 2.0 <= interval.high
    assert 0.89 <= held / 4000 <= 0.925


def test_one_difference_far_off_moves_the_centre_little() -> None:
    interval = signed_rank([0.1, 0.0, -0.1, 0.05, -0.05, 0.0, 0.02, -0.02, 0.01, -0.01, 0.0, 50.0], confidence=0.9)
    assert abs(interval.figure) < 0.02
    assert interval.high < 0.06


def test_the_signed_rank_test_gives_what_all_signs_give() -> None:
    differences = (0.5, -0.5, 1.0, 0.0, 2.0, 2.0, -2.0, 3.0)  # some of one size, one of none
    sizes = [abs(each) for each in differences if each]
    ranks = [sum(other < size for other in sizes) + (sizes.count(size) + 1) / 2 for size in sizes]
    signed = list(product((0, 1), repeat=len(ranks)))
    seen = sum(rank for rank, each in zip(ranks, filter(None, differences), strict=True) if each > 0)
    as_high = sum(sum(rank * sign for rank, sign in zip(ranks, signs, strict=True)) >= seen for signs in signed)
    assert signed_rank_test(differences) == as_high / len(signed)
    assert signed_rank_test([0.0, 0.0]) == 1.0


def test_the_signed_rank_test_is_that_of_the_tables() -> None:
    """Hollander and Wolfe 1973, example 3.1, the other way round: a sum of ranks of 40 of 45."""
    assert signed_rank_test([0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01]) == 10 / 512


def test_too_few_differences_have_all_that_was_seen() -> None:
    assert signed_rank([1.0, 3.0], confidence=0.9) == Interval(2.0, 1.0, 3.0)
