from __future__ import annotations

import math

import pytest

from homespun.cli.load.figures import figures_of, percentile
from homespun.cli.load.reading import Failure, Sample


def sample(sent_at: float, ended_at: float, tokens: int = 10) -> Sample:
    return Sample(sent_at, ended_at, first_text_s=0.5, gaps_s=(0.1, 0.3), prompt_tokens=20, completion_tokens=tokens)


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)])
def test_percentiles_lie_between_their_neighbours(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == pytest.approx(expected)


def test_the_percentile_of_one_is_that_one() -> None:
    assert percentile([7.0], 0.95) == 7.0


def test_the_percentile_of_none_is_not_a_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_throughput_is_all_tokens_by_the_time_from_first_to_last() -> None:
    figures = figures_of(2, [sample(0, 4), sample(1, 5, tokens=30)], client_cpu=0.01)
    assert figures.wall_s == 5
    assert figures.tokens_per_s == 8
    assert figures.first_token.p50_ms == 500
    assert figures.between_tokens.p50_ms == pytest.approx(200)


def test_failures_are_counted_and_the_first_is_told() -> None:
    figures = figures_of(1, [Failure("queue full"), sample(0, 1), Failure("died")], client_cpu=0)
    assert (figures.requests, figures.failed, figures.first_failure) == (3, 2, "queue full")
    assert figures.completion_tokens == 10


def test_a_level_without_any_answer_has_no_throughput() -> None:
    figures = figures_of(1, [Failure("died")], client_cpu=0)
    assert figures.tokens_per_s == 0
    assert math.isnan(figures.first_token.p50_ms)
