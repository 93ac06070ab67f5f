"""What answers in shadow prove, and how often they prove what isn't so."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from homespun.core.errors import Invalid
from homespun.releases import Decision, Ending, Settings, ShadowAnswer, compared, decided_in_shadow

WELL, EMPTY = Ending.WELL, Ending.EMPTY
SETTINGS = Settings(shadow_answers=30, shadow_hours=24)
SOON = timedelta(hours=1)


def answers(*pairs: tuple[Ending, Ending]) -> list[ShadowAnswer]:
    return [ShadowAnswer(f"turn_{i}", *pair, 0, 0, 0, None) for i, pair in enumerate(pairs)]


def decision(*pairs: tuple[Ending, Ending], waited: timedelta = SOON) -> Decision:
    return decided_in_shadow(compared(answers(*pairs), wanted=30), SETTINGS, waited)


@pytest.mark.parametrize(
    ("worse", "better", "both_well", "expected"),
    [
        (6, 0, 0, Decision.WAIT),
        (7, 0, 0, Decision.ROLL_BACK),
        (7, 0, 23, Decision.ROLL_BACK),
        (6, 0, 24, Decision.WIDEN),
        (8, 1, 0, Decision.WAIT),
        (10, 1, 0, Decision.ROLL_BACK),
        (0, 0, 29, Decision.WAIT),
        (0, 30, 0, Decision.WIDEN),
    ],
)
def test_only_prompts_count_where_one_answer_ended_worse_than_the_other(
    worse: int, better: int, both_well: int, expected: Decision
) -> None:
    pairs = [(EMPTY, WELL)] * worse + [(WELL, EMPTY)] * better + [(WELL, WELL)] * both_well
    assert decision(*pairs) is expected


def test_the_longest_time_ends_the_shadow_but_makes_up_for_nothing() -> None:
    day = timedelta(hours=24)
    assert decision(waited=day) is Decision.WIDEN
    assert decision(*[(EMPTY, WELL)] * 6, waited=day) is Decision.WIDEN
    assert decision(*[(EMPTY, WELL)] * 7, waited=day) is Decision.ROLL_BACK


@pytest.mark.parametrize("rate", [0.02, 0.2, 0.5])
def test_a_release_that_is_no_worse_is_hardly_ever_taken_back_however_often_one_looks(rate: float) -> None:
    chance, taken_back = Random(7), 0

    def ending() -> Ending:
        return EMPTY if chance.random() < rate else WELL

    for _ in range(400):
        pairs = [(ending(), ending()) for _ in range(30)]
        taken_back += any(decision(*pairs[:seen]) is Decision.ROLL_BACK for seen in range(1, 31))
    assert taken_back <= 0.05 * 400


def test_a_release_of_which_half_of_all_answers_come_to_nothing_hardly_ever_gets_by() -> None:
    chance, got_by = Random(7), 0
    for _ in range(400):
        pairs = [(EMPTY if chance.random() < 0.5 else WELL, WELL) for _ in range(30)]
        got_by += all(decision(*pairs[:seen]) is not Decision.ROLL_BACK for seen in range(1, 31))
    assert got_by <= 0.01 * 400


def test_where_nothing_was_said_there_is_no_ratio() -> None:
    evidence = compared(answers((EMPTY, EMPTY)), wanted=30)
    assert (evidence.length_ratio, evidence.tokens_per_s, evidence.champion_tokens_per_s) == (None, None, None)
    assert (evidence.endings, evidence.champion_endings) == ({EMPTY: 1}, {EMPTY: 1})


@pytest.mark.parametrize("name", ["shadow_answers", "shadow_hours"])
def test_less_than_nothing_in_shadow_is_refused(name: str) -> None:
    wrong: dict[str, Any] = {name: -1}
    with pytest.raises(Invalid, match=f"releases.{name}"):
        Settings(**wrong)
