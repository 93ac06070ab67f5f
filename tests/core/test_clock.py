"""A clock that was set is noticed, and what can't be undone waits for an hour."""

from __future__ import annotations

import pytest

from homespun.core.clock import FakeClock, Steadiness

HOUR_S, YEAR_S = 3600.0, 365 * 86_400.0


def test_a_clock_that_only_goes_on_is_steady() -> None:
    clock = FakeClock()
    steadiness = Steadiness(clock)
    for seconds in (0.0, 1.0, HOUR_S, YEAR_S):
        clock.advance(seconds)
        assert steadiness.is_steady()


@pytest.mark.parametrize("seconds", [YEAR_S, -YEAR_S, HOUR_S + 1, -HOUR_S - 1])
def test_a_clock_that_was_set_is_suspect_for_an_hour(seconds: float) -> None:
    clock = FakeClock()
    steadiness = Steadiness(clock)
    clock.jump(seconds)
    assert not steadiness.is_steady()
    clock.advance(HOUR_S - 1)
    assert not steadiness.is_steady()
    clock.advance(1)
    assert steadiness.is_steady()


@pytest.mark.parametrize("seconds", [60, -60, HOUR_S, -HOUR_S])
def test_a_clock_that_is_put_right_by_little_is_steady(seconds: float) -> None:
    clock = FakeClock()
    steadiness = Steadiness(clock)
    clock.jump(seconds)
    assert steadiness.is_steady()


def test_setting_it_right_again_is_a_jump_too() -> None:
    clock = FakeClock()
    steadiness = Steadiness(clock)
    clock.jump(YEAR_S)
    assert not steadiness.is_steady()
    clock.jump(-YEAR_S)
    assert not steadiness.is_steady()
    clock.advance(HOUR_S)
    assert steadiness.is_steady()
