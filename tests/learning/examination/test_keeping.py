"""How a loss is told from chance, by what both got right."""

from __future__ import annotations

import pytest

from homespun.learning.examination import Settings, Suite, Verdict
from homespun.learning.examination.keeping import kept_suite, length_suite
from homespun.learning.examination.questions import PAPERS

KNOWLEDGE = PAPERS[0]
USUAL = Settings()


def suite(*, both: int, lost: int, gained: int, neither: int = 20, settings: Settings = USUAL) -> Suite:
    ours = [True] * both + [False] * lost + [True] * gained + [False] * neither
    theirs = [True] * (both + lost) + [False] * (gained + neither)
    return kept_suite(KNOWLEDGE, ours, theirs, settings)


@pytest.mark.parametrize(
    ("both", "lost", "gained", "verdict"),
    [
        (20, 0, 0, Verdict.PASSED),
        (17, 3, 0, Verdict.PASSED),
        (15, 5, 5, Verdict.PASSED),
        (14, 6, 0, Verdict.FAILED),
        (10, 10, 3, Verdict.FAILED),
        (0, 20, 0, Verdict.FAILED),
    ],
)
def test_what_is_kept_of_twenty_right_answers(both: int, lost: int, gained: int, verdict: Verdict) -> None:
    assert suite(both=both, lost=lost, gained=gained).verdict is verdict


@pytest.mark.parametrize(
    ("both", "lost", "gained", "verdict"),
    [
        (0, 0, 0, Verdict.PASSED),
        (0, 4, 0, Verdict.PASSED),
        (0, 5, 0, Verdict.FAILED),
        (6, 5, 5, Verdict.PASSED),
        (6, 8, 1, Verdict.FAILED),
    ],
)
def test_where_the_champion_can_do_little_a_loss_beyond_chance_counts(
    both: int, lost: int, gained: int, verdict: Verdict
) -> None:
    found = suite(both=both, lost=lost, gained=gained)
    assert found.verdict is verdict
    assert "only a loss beyond chance counts" in found.words


def test_questions_that_nobody_can_answer_hide_no_loss() -> None:
    assert suite(both=14, lost=6, gained=0, neither=1000).verdict is Verdict.FAILED


def test_how_much_has_to_be_kept_is_for_the_firm_to_say() -> None:
    lax, strict = Settings(keeps_knowledge=0.5), Settings(keeps_knowledge=0.8)
    assert suite(both=14, lost=6, gained=0, settings=lax).verdict is Verdict.PASSED
    assert suite(both=17, lost=3, gained=0, settings=strict).verdict is Verdict.FAILED
    assert suite(both=17, lost=3, gained=0, settings=Settings(keeps_safety=1.0)).verdict is Verdict.PASSED


def test_a_suite_says_what_changed() -> None:
    found = suite(both=15, lost=5, gained=2)
    assert found.words == "17 of 42 right, the champion 20; 5 lost, 2 gained (p = 0.45)."
    assert found.figure == 17 / 20
    assert found.count == 42


def test_answers_have_to_be_about_as_long() -> None:
    lengths = [20, 40, 60, 80] * 10
    assert length_suite(lengths, lengths, Settings()).verdict is Verdict.PASSED
    assert length_suite([3 * each for each in lengths], lengths, Settings()).verdict is Verdict.FAILED
    assert length_suite([each // 10 for each in lengths], lengths, Settings()).verdict is Verdict.FAILED


def test_a_champion_that_says_nothing_compares_with_nobody() -> None:
    assert length_suite([3] * 10, [0] * 10, Settings()).verdict is Verdict.FAILED
