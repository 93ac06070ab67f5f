"""Slow is who is slow for sure: whatever else the machine does, and however short the answers are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import chain, cycle, repeat
from pathlib import Path

import pytest

from homespun.core.clock import FakeClock
from homespun.core.events import Event
from homespun.engines import GenerationRequest
from homespun.engines.scripted import ScriptedEngine
from homespun.learning.examination import Settings, Suite, Verdict
from homespun.learning.examination.sitting import Sitting
from homespun.learning.examination.speed import speed, speed_suite
from tests.learning.labels import tiny_base

from .sitters import NO_SNAPSHOT

AT_ONCE = 4
TURNS = 8
STEADY = 0.1
"""Seconds of each answer."""


class Paced(ScriptedEngine):
    """Each answer takes as long as is said."""

    def __init__(self, clock: FakeClock, seconds: Iterator[float]) -> None:
        super().__init__(lambda _: ["Take a little at a time."])
        self._clock = clock
        self._seconds = seconds

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event]:
        self._clock.advance(next(self._seconds))
        async with aclosing(super().generate(request)) as events:
            async for event in events:
                yield event


async def raced(
    candidate: Iterator[float], champion: Iterator[float], weights: Path | None = None
) -> tuple[Suite, Paced, Sitting]:
    """By what each answer takes."""
    clock = FakeClock()
    ours, theirs = Paced(clock, candidate), Paced(clock, champion)
    await ours.start()
    await theirs.start()
    sitting = Sitting(ours, theirs, Settings(), clock, NO_SNAPSHOT, weights=weights)
    return await speed(sitting), ours, sitting


def turns(*seconds: float) -> Iterator[float]:
    """Of all answers of each turn."""
    return chain.from_iterable(repeat(each, AT_ONCE) for each in seconds)


async def test_one_that_is_as_fast_passes_after_one_round_of_turns() -> None:
    found, candidate, sitting = await raced(repeat(STEADY), repeat(STEADY))
    assert found.verdict is Verdict.PASSED
    assert len(candidate.requests) == AT_ONCE * TURNS
    assert sitting.times["candidate, tokens/s"] == pytest.approx(sitting.times["champion, tokens/s"])


async def test_one_that_is_slow_every_time_has_failed_at_once() -> None:
    found, candidate, _ = await raced(repeat(2 * STEADY), repeat(STEADY))
    assert (found.verdict, found.words) == (Verdict.FAILED, "It is slower than is asked.")
    assert len(candidate.requests) == AT_ONCE * TURNS


@pytest.mark.parametrize("stalls", [1, 2])
async def test_a_machine_that_is_busy_for_a_moment_makes_nobody_slow(stalls: int) -> None:
    busy = turns(*[20 * STEADY] * stalls, *[STEADY] * (2 * TURNS - stalls))
    found, candidate, _ = await raced(busy, repeat(STEADY))
    assert found.verdict is Verdict.PASSED
    assert len(candidate.requests) == 2 * AT_ONCE * TURNS, "they were measured once more"


async def test_a_machine_that_is_busy_all_the_time_slows_both() -> None:
    noise = (1.0, 3.0, 1.2, 2.0, 5.0, 1.1, 1.5, 4.0, 1.0, 2.2, 1.3, 3.1)
    slow = [STEADY * each for each in noise]
    found, _, _ = await raced(turns(*slow), turns(*(1.1 * each for each in slow)))
    assert found.verdict is Verdict.PASSED


async def test_what_cannot_be_told_twice_has_failed() -> None:
    found, candidate, _ = await raced(cycle(turns(STEADY, 3 * STEADY)), repeat(STEADY))
    assert found.verdict is Verdict.FAILED
    assert "couldn't be told, twice" in found.words
    assert len(candidate.requests) == 2 * AT_ONCE * TURNS


async def test_one_that_says_nothing_is_not_fast() -> None:
    assert _verdict([(0.0, 10.0)] * 6) is Verdict.FAILED
    assert _verdict([(10.0, 0.0)] * 6) is Verdict.FAILED


async def test_no_answer_ends_before_it_is_long_enough_to_measure(tmp_path: Path) -> None:
    """A model that has learned to be brief isn't slow for it."""
    weights, _ = tiny_base(tmp_path)
    _, candidate, sitting = await raced(repeat(STEADY), repeat(STEADY), weights)
    [ends] = {tuple(request.sampling.logit_bias) for request in candidate.requests}
    assert set(ends) == sitting.tokenizer().eos_ids != set()
    assert {request.sampling.max_tokens for request in candidate.requests} == {64}


@pytest.mark.parametrize(("ratio", "verdict"), [(0.72, Verdict.PASSED), (0.7, None), (0.68, Verdict.FAILED)])
def test_the_limit_has_to_be_outside_the_interval(ratio: float, verdict: Verdict | None) -> None:
    assert _verdict([(100 * ratio * each, 100.0) for each in (0.98, 0.99, 1.0, 1.0, 1.01, 1.02)]) is verdict


def _verdict(turns: list[tuple[float, float]]) -> Verdict | None:
    found = speed_suite(turns, Settings())
    return found.verdict if found else None
