"""What Prometheus is told: requests, times to first token, and how the engines are doing.

Of several server processes any may be asked, and tells of all: they keep what they count in files of one folder (the
multiprocess mode of prometheus_client, which takes the folder from the environment). Those of a process that has died
still count, or sums would fall; what it was doing doesn't.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from homespun.engines import EngineState, EngineStatus, LiveModels

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

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
_LABELS = ("model", "release")
_OF_THE_MODEL = {"context_tokens"}
"""The same whichever process has the model."""


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Processes that are started while the block runs count together."""
    with TemporaryDirectory(prefix="homespun-metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


class Metrics:
    """The figures of one server, in a registry of their own."""

    def __init__(self, models: LiveModels, *, engines_are_shared: bool = False) -> None:
        """`engines_are_shared`: each process says the same of them, so nothing has to be added up."""
        self._registry = CollectorRegistry()
        self._folder = os.environ.get(_FOLDER)
        counted = CollectorRegistry() if self._folder else self._registry
        self._requests = Counter(
            "homespun_requests", "Requests answered", ["route", "method", "status"], registry=counted
        )
        self._first_token = Histogram(
            "homespun_time_to_first_token_seconds",
            "From the request to the first piece of its answer",
            buckets=_SECONDS,
            registry=counted,
        )
        self._engines = _CountedEngines(models, counted) if self._folder and not engines_are_shared else None
        if self._engines is None:
            self._registry.register(_Engines(models))
        if self._folder:
            MultiProcessCollector(self._registry, self._folder)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=self._registry)

    def requested(self, *, route: str, method: str, status: int) -> None:
        """A request was answered. `route` is a pattern, never a path with ids in it: each makes a series."""
        self._requests.labels(route, method, str(status)).inc()

    def answered(self, *, first_token_s: float | None) -> None:
        """An answer is over; None: before its first token."""
        if first_token_s is not None:
            self._first_token.observe(first_token_s)

    def keep_up(self) -> None:
        """Notes how the engines are doing, for other processes to tell. Cheap; to be called every now and then."""
        if self._engines:
            self._engines.keep_up()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        self.keep_up()
        if self._folder:
            _forget_the_dead(Path(self._folder))
        return generate_latest(self._registry)


def _forget_the_dead(folder: Path) -> None:
    """What processes were doing that are no more."""
    for pid in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _statuses(models: LiveModels) -> dict[tuple[str, str], EngineStatus]:
    """By model and release."""
    return {(one.model, one.release): one.engine.status for one in models.loaded()}


class _Engines(Collector):
    """Asks every engine how it is doing when Prometheus comes by; nothing is counted in between."""

    def __init__(self, models: LiveModels) -> None:
        self._models = models

    def collect(self) -> Iterator[Metric]:
        """One family for each figure, one sample for each engine."""
        statuses = _statuses(self._models)
        up = GaugeMetricFamily("homespun_engine_ready", "1 while the engine serves requests", labels=list(_LABELS))
        for names, status in statuses.items():
            up.add_metric(names, float(status.state is EngineState.READY))
        yield up
        for field, description in _COUNTERS.items():
            counter = CounterMetricFamily(f"homespun_engine_{field}", description, labels=list(_LABELS))
            for names, status in statuses.items():
                counter.add_metric(names, getattr(status, f"{field}_total"))
            yield counter
        for field, description in _GAUGES.items():
            gauge = GaugeMetricFamily(f"homespun_engine_{field}", description, labels=list(_LABELS))
            for names, status in statuses.items():
                gauge.add_metric(names, getattr(status, field))
            yield gauge


class _CountedEngines:
    """The engines of one of several processes, each of which has its own: what they are doing is added up."""

    def __init__(self, models: LiveModels, registry: CollectorRegistry) -> None:
        self._models = models
        self._told: dict[tuple[str, str], EngineStatus] = {}
        self._ready = Gauge(
            "homespun_engine_ready",
            "1 while the engine serves requests",
            _LABELS,
            registry=registry,
            multiprocess_mode="livemin",
        )
        self._counters = {
            field: Counter(f"homespun_engine_{field}", description, _LABELS, registry=registry)
            for field, description in _COUNTERS.items()
        }
        self._gauges = {
            field: Gauge(
                f"homespun_engine_{field}",
                description,
                _LABELS,
                registry=registry,
                multiprocess_mode="livemax" if field in _OF_THE_MODEL else "livesum",
            )
            for field, description in _GAUGES.items()
        }

    def keep_up(self) -> None:
        """Writes down how they are now, and what they did since the last time."""
        unloaded = dict.fromkeys(self._told, EngineStatus(EngineState.STOPPED))
        for names, status in {**unloaded, **_statuses(self._models)}.items():
            before = self._told.get(names, EngineStatus(EngineState.STARTING))
            self._ready.labels(*names).set(float(status.state is EngineState.READY))
            for field, counter in self._counters.items():
                counter.labels(*names).inc(
                    max(getattr(status, f"{field}_total") - getattr(before, f"{field}_total"), 0)
                )
            for field, gauge in self._gauges.items():
                gauge.labels(*names).set(getattr(status, field))
            self._told[names] = status
