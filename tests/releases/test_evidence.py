"""What votes prove. Simulations have fixed seeds: they say the same each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from statistics import median

import pytest

from homespun.releases import Trial, Vote, VoteKind, more_often, preference, weighed

ENOUGH = 20.0
"""1 / 0.05."""


def votes_until_promoted(win_rate: float, seed: int, *, patience: int) -> int | None:
    """How many comparisons it takes, if one looks after each; None: it never comes to it."""
    chance, won = random.Random(seed), 0
    for count in range(1, patience + 1):
        won += chance.random() < win_rate
        if preference(won, count - won) >= ENOUGH:
            return count
    return None


@pytest.mark.parametrize(("win_rate", "most"), [(0.60, 170), (0.65, 68), (0.70, 40), (0.80, 19)])
def test_a_better_release_is_found_after_about_so_many_votes(win_rate: float, most: int) -> None:
    needed = [votes_until_promoted(win_rate, seed, patience=4000) for seed in range(301)]
    assert median(count or 4000 for count in needed) <= most


def test_of_releases_that_nobody_prefers_at_most_one_in_twenty_is_ever_promoted() -> None:
    promoted = [votes_until_promoted(0.5, seed, patience=800) is not None for seed in range(300)]
    assert sum(promoted) / len(promoted) <= 0.05


def test_a_worse_release_proves_nothing() -> None:
    assert preference(40, 60) < 1


def test_more_wins_prove_more_and_more_losses_less() -> None:
    assert preference(30, 10) < preference(31, 10)
    assert preference(30, 11) < preference(30, 10)


def test_a_hundred_thousand_wins_are_still_a_number() -> None:
    assert preference(100_000, 0) > ENOUGH


def trials(*, candidate: float, champion: float, share: float, seed: int, count: int) -> list[Trial]:
    chance = random.Random(seed)
    return [
        Trial(is_candidate, chance.random() < (candidate if is_candidate else champion))
        for is_candidate in (chance.random() < share for _ in range(count))
    ]


def first_alarm(given: list[Trial], *, every: int = 1) -> int | None:
    """How many bad answers of the candidate's there were when the alarm came."""
    for count in range(1, len(given) + 1, every):
        if more_often(given[:count]) >= 2 * ENOUGH:  # the mean with another e-process, of which nothing is known
            return sum(trial.is_candidate and trial.happened for trial in given[:count])
    return None


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_rude_canary_is_found_within_forty_harmful_votes_at_the_median(share: float) -> None:
    alarms = [
        first_alarm(trials(candidate=0.6, champion=0.3, share=share, seed=seed, count=800), every=4)
        for seed in range(21)
    ]
    assert median(alarm or 800 for alarm in alarms) <= 40


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_a_harmless_canary_is_hardly_ever_taken_back(share: float, rate: float) -> None:
    alarms = [
        max(running(trials(candidate=rate, champion=rate, share=share, seed=seed, count=300))) >= ENOUGH
        for seed in range(60)
    ]
    assert sum(alarms) <= 3


def running(given: list[Trial]) -> Iterator[float]:
    return (more_often(given[:count]) for count in range(0, len(given) + 1, 5))


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.9])
def test_the_stake_on_a_block_is_fair_whatever_the_rate_is(rate: float) -> None:
    """The expectation over all outcomes of a block after some history that makes it stake, exactly."""
    history = [Trial(True, True), Trial(False, False)] * 3
    before = more_often(history)
    expected = sum(
        more_often([*history, *(Trial(False, bad) for bad in others), Trial(True, own)]) / before * likelihood
        for own, p in ((True, rate), (False, 1 - rate))
        for others, q in outcomes(rate, 3)
        for likelihood in (p * q,)
    )
    assert before > 1
    assert expected <= 1 + 1e-12


def outcomes(rate: float, count: int) -> list[tuple[list[bool], float]]:
    found: list[tuple[list[bool], float]] = [([], 1.0)]
    for _ in range(count):
        found = [([*so_far, bad], p * (rate if bad else 1 - rate)) for so_far, p in found for bad in (True, False)]
    return found


def votes(kind: VoteKind, count: int, person: Callable[[int], str], **said: bool) -> list[Vote]:
    return [Vote(kind, f"turn_{kind}_{i}_{said}", person(i), **said) for i in range(count)]


def test_one_person_does_not_decide_alone() -> None:
    by_many = votes(VoteKind.COMPARISON, 60, lambda i: f"person_{i}", is_candidate=True, is_good=True)
    by_one = votes(VoteKind.COMPARISON, 60, lambda _: "person_1", is_candidate=True, is_good=True)
    assert weighed(by_many, votes_per_person=5).wins >= ENOUGH
    evidence = weighed(by_one, votes_per_person=3)
    assert (evidence.comparisons, evidence.wins < ENOUGH) == (3, True)


def test_thumbs_tell_of_wins_and_of_harm() -> None:
    def thumbs(*, candidate: bool) -> list[Vote]:
        mixed = [
            (
                Vote(VoteKind.THUMB, f"a{i}", f"p{i}", is_candidate=True, is_good=candidate),
                Vote(VoteKind.THUMB, f"b{i}", f"q{i}", is_candidate=False, is_good=not candidate),
            )
            for i in range(40)
        ]
        return [vote for pair in mixed for vote in pair]

    better, worse = (weighed(thumbs(candidate=is_good), votes_per_person=5) for is_good in (True, False))
    assert better.wins > ENOUGH > better.harm
    assert worse.harm > ENOUGH > worse.wins
    assert (better.candidate_thumbs_up, better.champion_thumbs_up, better.candidate_thumbs) == (40, 0, 40)


def test_answers_that_fail_are_harm_though_nobody_votes() -> None:
    answers = [
        Vote(VoteKind.ANSWER, f"{i}{arm}", f"p{i}", is_candidate=arm, is_good=not arm or i % 2 == 0)
        for i in range(60)
        for arm in (True, False)
    ]
    assert weighed(answers, votes_per_person=5).harm > ENOUGH
