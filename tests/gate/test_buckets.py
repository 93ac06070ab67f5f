"""Buckets: what is allowed within a minute, evenly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from homespun.core.rates import Rate
from homespun.gate.buckets import Bucket


def test_an_empty_bucket_is_full_again_after_a_minute() -> None:
    assert Bucket(60, 0).filled(30).level == 30
    assert Bucket(60, 0).filled(60).level == 60
    assert Bucket(60, 0).filled(3600).level == 60


def test_a_clock_that_was_put_back_takes_nothing_out_and_one_put_forward_gives_no_more_than_there_is_room_for() -> None:
    assert Bucket(60, 10).filled(-3600).level == 10
    assert Bucket(60, 10).filled(10**9).level == 60


def test_says_how_long_to_wait() -> None:
    assert Bucket(60, 0.5).wait_s(1) == 0.5
    assert Bucket(60, 5).wait_s(1) == 0
    assert Bucket(60, 45).rate() == Rate(60, 45, 15)


def test_without_a_limit_there_is_always_enough() -> None:
    unlimited = Bucket(0, 0)
    assert unlimited.holds(10**9)
    assert unlimited.without(10**9) == unlimited
    assert unlimited.rate() is None


def test_what_was_used_beyond_what_was_foreseen_has_to_be_waited_for() -> None:
    bucket = Bucket(60, 10).without(40)
    assert bucket.level == -30
    assert bucket.rate() == Rate(60, 0, 90)


@given(some.integers(1, 1000), some.lists(some.tuples(some.floats(0, 10), some.integers(1, 5)), max_size=200))
def test_no_minute_lets_more_than_the_limit_and_one_bucket_through(limit: int, asked: list[tuple[float, int]]) -> None:
    bucket, now, taken = Bucket(limit, limit), 0.0, [(0.0, 0)]
    for pause, amount in asked:
        now, bucket = now + pause, bucket.filled(pause)
        if bucket.holds(amount):
            bucket = bucket.without(amount)
            taken.append((now, amount))
    for begin, _ in taken:
        assert sum(amount for at, amount in taken if begin <= at < begin + 60) <= 2 * limit + 1e-6
