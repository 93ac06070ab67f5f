"""What Prometheus is told: requests, times to first token, and how the engines are doing."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from homespun.engines import EngineState, LiveModels

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)

_COUNTERS = {
    "prompt_tokens": "Tokens of prompts, those found in the prefix cache included",
    "cached_tokens": "Tokens of prompts that were found in the prefix cache",
    "completion_tokens": "Tokens of answers",
    "restarts": "How often the engine died and was started again",
}
_GAUGES = {
    "running": "Sequences that take part in each step",
    "waiting": "Requests in the engine's queue",
    "blocks_total": "Blocks of the key/value cache",
    "blocks_free": "Free blocks of the key/value cache",
    "context_tokens": "The model's window: prompt and answer together",
}


class Metrics:
    """The figures of one server, in a registry of their own."""

    def __init__(self, models: LiveModels) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "homespun_requests", "Requests answered", ["route", "method", "status"], registry=self._registry
        )
        self._first_token = Histogram(
            "homespun_time_to_first_token_seconds",
            "From the request to the first piece of its answer",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Engines(models))
        ProcessCollector(registry=self._registry)

    def requested(self, *, route: str, method: str, status: int) -> None:
        """A request was answered. `route` is a pattern, never a path with ids in it: each makes a series."""
        self._requests.labels(route, method, str(status)).inc()

    def answered(self, *, first_token_s: float | None) -> None:
        """An answer is over; None: before its first token."""
        if first_token_s is not None:
            self._first_token.observe(first_token_s)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Engines(Collector):
    """Asks every engine how it is doing when Prometheus comes by; nothing is counted in between."""

    def __init__(self, models: LiveModels) -> None:
        self._models = models

    def collect(self) -> Iterator[Metric]:
        """One family for each figure, one sample for each model."""
        statuses = {name: self._models.engine(name).status for name in self._models.names()}
        up = GaugeMetricFamily("homespun_engine_ready", "1 while the engine serves requests", labels=["model"])
        for name, status in statuses.items():
            up.add_metric([name], float(status.state is EngineState.READY))
        yield up
        for field, description in _COUNTERS.items():
            counter = CounterMetricFamily(f"homespun_engine_{field}", description, labels=["model"])
            for name, status in statuses.items():
                counter.add_metric([name], getattr(status, f"{field}_total"))
            yield counter
        for field, description in _GAUGES.items():
            gauge = GaugeMetricFamily(f"homespun_engine_{field}", description, labels=["model"])
            for name, status in statuses.items():
                gauge.add_metric([name], getattr(status, field))
            yield gauge
