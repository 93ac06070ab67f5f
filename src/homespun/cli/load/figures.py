"""What a level of load amounts to: throughput, time to first token, time between tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .reading import Failure, Sample


@dataclass(frozen=True, slots=True)
class Spread:
    """How a time is distributed, in milliseconds."""

    p50_ms: float
    p95_ms: float

    @classmethod
    def of_seconds(cls, values: Sequence[float]) -> Spread:
        """Of measured seconds; not a number where there are none."""
        return cls(p50_ms=percentile(values, 0.50) * 1000, p95_ms=percentile(values, 0.95) * 1000)


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One level of concurrency."""

    concurrency: int
    requests: int
    failed: int
    first_failure: str | None
    wall_s: float
    prompt_tokens_mean: float
    """As the server counts them."""
    completion_tokens: int
    tokens_per_s: float
    """Completion tokens of all requests by the time from the first request to the end of the last answer."""
    first_token: Spread
    between_tokens: Spread
    """Between pieces that carry text; a server that packs several tokens into a piece shows longer gaps."""
    client_cpu: float
    """The share of one core that the load generator itself used; near 1 it, not the server, is what was measured."""


def figures_of(concurrency: int, results: Sequence[Sample | Failure], *, client_cpu: float) -> LevelFigures:
    """Sums a level up."""
    samples = [result for result in results if isinstance(result, Sample)]
    failures = [result for result in results if isinstance(result, Failure)]
    wall_s = max((s.ended_at for s in samples), default=0.0) - min((s.sent_at for s in samples), default=0.0)
    tokens = sum(sample.completion_tokens for sample in samples)
    return LevelFigures(
        concurrency=concurrency,
        requests=len(results),
        failed=len(failures),
        first_failure=failures[0].reason if failures else None,
        wall_s=wall_s,
        prompt_tokens_mean=sum(s.prompt_tokens for s in samples) / len(samples) if samples else 0.0,
        completion_tokens=tokens,
        tokens_per_s=tokens / wall_s if wall_s else 0.0,
        first_token=Spread.of_seconds([sample.first_text_s for sample in samples]),
        between_tokens=Spread.of_seconds([gap for sample in samples for gap in sample.gaps_s]),
        client_cpu=client_cpu,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of all lie, interpolated between neighbours; nan of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
