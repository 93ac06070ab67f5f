"""What was said becomes a closing, however it ended."""

from __future__ import annotations

import pytest

from homespun.core.errors import EngineFailed
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.journal import Answer, Closing, Said, TurnState

BEGAN = Began(9, 4, "ab" * 32)


def said(*events: Event, choices: int = 1) -> Said:
    so_far = Said(choices=choices)
    for event in events:
        so_far.add(event)
    return so_far


def test_pieces_are_joined_by_choice() -> None:
    events = (BEGAN, Piece(0, "a", 1), Piece(1, "x", 2), Piece(0, "b", 1), Ended(1, FinishReason.LENGTH, 2))
    closing = said(*events, Ended(0, FinishReason.STOP, 3), choices=2).closing(TurnState.COMPLETE, total_ms=7)
    assert closing == Closing(
        TurnState.COMPLETE,
        (Answer(0, "ab", FinishReason.STOP, 3), Answer(1, "x", FinishReason.LENGTH, 2)),
        prompt_tokens=9,
        cached_tokens=4,
        prompt_digest="ab" * 32,
        total_ms=7,
    )


def test_it_is_complete_when_every_choice_has_ended() -> None:
    ended = Ended(0, FinishReason.STOP, 0)
    assert not said().is_complete
    assert not said(BEGAN, Piece(0, "a", 1)).is_complete
    assert not said(BEGAN, ended, choices=2).is_complete
    assert said(BEGAN, ended).is_complete


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (TurnState.STOPPED, FinishReason.CANCELLED),
        (TurnState.FAILED, FinishReason.ERROR),
        (TurnState.INTERRUPTED, FinishReason.ERROR),
    ],
)
def test_a_choice_that_was_cut_short_says_by_whom(state: TurnState, reason: FinishReason) -> None:
    [answer] = said(BEGAN, Piece(0, "a", 1)).closing(state).answers
    assert answer == Answer(0, "a", reason, 1)


def test_an_error_is_noted_for_a_failed_turn_alone() -> None:
    assert said().closing(TurnState.FAILED, EngineFailed()).error_code == EngineFailed.code
    assert said().closing(TurnState.STOPPED, EngineFailed()).error_code is None


def test_the_machines_time_is_summed_up_over_all_events_however_it_ended() -> None:
    began = Began(9, 4, "ab" * 32, machine_us=500)
    piece, ended = Piece(1, "x", 2, machine_us=70), Ended(0, FinishReason.STOP, 0, machine_us=3)
    assert said(began, piece, ended).closing(TurnState.COMPLETE).machine_us == 573
    assert said(began, piece).closing(TurnState.STOPPED).machine_us == 570


def test_of_an_engine_that_measures_nothing_no_time_is_known() -> None:
    assert said(BEGAN, Piece(0, "x", 2)).closing(TurnState.COMPLETE).machine_us is None
