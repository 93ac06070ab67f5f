"""In which order examples come, and how often."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.learning.training.schedule import schedule

SOME_WEIGHTS = st.lists(st.floats(0.01, 10), min_size=1, max_size=40)


def ordered(weights: list[float], **changes: object) -> list[int]:
    usual = {"general": 0, "replay": 0.0, "epochs": 1, "batch_size": 1, "seed": 0}
    return schedule(weights, **(usual | changes))  # type: ignore[arg-type]


def test_with_equal_weights_each_comes_once_in_an_epoch() -> None:
    assert Counter(ordered([1.0] * 7, epochs=3)) == dict.fromkeys(range(7), 3)


@settings(deadline=None)
@given(weights=SOME_WEIGHTS, seed=st.integers(0, 99))
def test_each_comes_as_often_as_its_weight_says_to_within_one(weights: list[float], seed: int) -> None:
    order = ordered(weights, seed=seed)
    counts = Counter(order)
    assert len(order) == len(weights)
    for number, weight in enumerate(weights):
        assert abs(counts[number] - weight * len(weights) / sum(weights)) < 1 + 1e-6


@settings(deadline=None)
@given(weights=SOME_WEIGHTS, batch_size=st.integers(1, 9), epochs=st.integers(1, 3))
def test_the_last_batch_is_full(weights: list[float], batch_size: int, epochs: int) -> None:
    order = ordered(weights, batch_size=batch_size, epochs=epochs)
    assert len(order) % batch_size == 0
    assert 0 <= len(order) - epochs * len(weights) < batch_size


def test_general_examples_make_up_their_share_and_take_turns() -> None:
    order = ordered([1.0] * 80, general=15, replay=0.2, epochs=3)
    rehearsals = Counter(number for number in order if number >= 80)
    assert sum(rehearsals.values()) == 60
    assert set(rehearsals) == set(range(80, 95))
    assert set(rehearsals.values()) == {4}


def test_general_examples_are_spread_among_the_others() -> None:
    order = ordered([1.0] * 80, general=20, replay=0.2)
    assert any(number >= 80 for number in order[:40])
    assert order != sorted(order)


def test_without_general_examples_there_is_no_rehearsal() -> None:
    assert sorted(ordered([1.0] * 5, general=0, replay=0.3)) == list(range(5))


def test_the_seed_alone_decides_the_order() -> None:
    weights = [1.0, 2.0, 0.5] * 10
    assert ordered(weights, seed=1) == ordered(weights, seed=1)
    assert ordered(weights, seed=1) != ordered(weights, seed=2)
