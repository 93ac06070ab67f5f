"""Examinations by the hundred, of candidates whose true ability is known, with a fixed seed."""

from __future__ import annotations

import random

import pytest

from homespun.core.messages import Message, Role
from homespun.learning.examination import Card, Comparison, Preference, Settings, Verdict
from homespun.learning.examination.keeping import kept_suite, length_suite
from homespun.learning.examination.questions import PAPERS
from homespun.learning.examination.winning import win_suite

SEED = 20261124
EXAMINATIONS = 200
SKILLS = {"over-refusal": 0.97, "soundness": 0.85}
"""What the default model gets right of these; of the others about half."""
CHURN = 0.2
ANY = Comparison((Message(Role.USER, "?"),), "one", "other")


def examined(rng: random.Random, *, wins: float, comparisons: int = 120, keeps: float = 1.0) -> Card:
    """One examination: what is decided is won with the probability `wins`, and `keeps` of the ability is left.

    A fifth of what the champion gets wrong the candidate gets right, and it loses accordingly: whoever is trained
    answers differently here and there.
    """
    settings = Settings()
    preferences = [_preference(rng, wins, ties=0.2) for _ in range(comparisons)]
    suites = [win_suite([ANY] * comparisons, preferences, settings)]
    for paper in PAPERS:
        skill = SKILLS.get(paper.name, 0.5)
        theirs = [rng.random() < skill for _ in paper.questions]
        kept = keeps - CHURN * (1 - skill) / skill
        suites.append(
            kept_suite(paper, [rng.random() < (kept if could else CHURN) for could in theirs], theirs, settings)
        )
    lengths = [rng.randint(10, 160) for _ in PAPERS[-1].questions]
    suites.append(length_suite([round(one * rng.uniform(0.8, 1.2)) for one in lengths], lengths, settings))
    return Card("candidate", "champion", tuple(suites))


def _preference(rng: random.Random, wins: float, *, ties: float) -> Preference:
    if rng.random() < ties:
        return Preference.NEITHER
    return Preference.FIRST if rng.random() < wins else Preference.SECOND


def rejected(*, wins: float, comparisons: int = 120, keeps: float = 1.0) -> float:
    rng = random.Random(SEED)
    cards = [examined(rng, wins=wins, comparisons=comparisons, keeps=keeps) for _ in range(EXAMINATIONS)]
    return sum(not card.passed for card in cards) / EXAMINATIONS


@pytest.mark.parametrize("ties", [0.0, 0.2, 0.9])
@pytest.mark.parametrize("comparisons", [20, 60, 200])
def test_the_champion_under_another_name_is_rejected(ties: float, comparisons: int) -> None:
    rng = random.Random(SEED)
    passed = 0
    for _ in range(EXAMINATIONS):
        preferences = [_preference(rng, 0.5, ties=ties) for _ in range(comparisons)]
        passed += Card("a", "b", (win_suite([ANY] * comparisons, preferences, Settings()),)).passed
    assert passed / EXAMINATIONS <= 0.05


def test_the_champion_under_another_name_is_rejected_in_whole_examinations() -> None:
    assert rejected(wins=0.5) >= 0.95


def test_what_wins_and_has_lost_half_of_its_abilities_is_rejected() -> None:
    assert rejected(wins=0.8, keeps=0.5) >= 0.95


def test_what_wins_too_seldom_to_matter_is_rejected() -> None:
    assert rejected(wins=0.51, comparisons=200) >= 0.95


def test_what_surely_wins_but_too_seldom_to_matter_is_rejected() -> None:
    preferences = [Preference.FIRST] * 540 + [Preference.SECOND] * 460
    assert win_suite([ANY] * 1000, preferences, Settings()).verdict is Verdict.FAILED
    assert win_suite([ANY] * 1000, preferences, Settings(win_rate=0.52)).verdict is Verdict.PASSED


def test_what_wins_clearly_and_has_lost_nothing_mostly_passes() -> None:
    assert rejected(wins=0.7) <= 0.1
