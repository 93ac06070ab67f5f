"""The time, as a value that tests can set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Everything that decides by time takes one of these."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only ever grow; for durations."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that only ever grow; for durations."""
        return time.monotonic()


_TOLERATED = timedelta(hours=1)
_SUSPECT_FOR_S = 3600.0


class Steadiness:
    """Notices that the clock was set: what can't be undone waits an hour then, so that people can set it right.

    A machine that has slept looks the same. By what time it is alone nobody can tell whether that is right.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = self._beginning()
        self._suspect_until_s = clock.monotonic_s()

    def is_steady(self) -> bool:
        """Whether the clock hasn't been set by more than an hour within the last hour. Ask now and then."""
        if abs(self._beginning() - self._began_at) > _TOLERATED:
            self._began_at = self._beginning()
            self._suspect_until_s = self._clock.monotonic_s() + _SUSPECT_FOR_S
        return self._clock.monotonic_s() >= self._suspect_until_s

    def _beginning(self) -> datetime:
        """When the monotonic clock stood at nothing, by the other: always the same unless one is set."""
        return self._clock.now() - timedelta(seconds=self._clock.monotonic_s())


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """The moment that the test has set."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic_s(self) -> float:
        """Seconds since the test began, by its own account."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Moves the clock forward."""
        self._elapsed_s += seconds

    def jump(self, seconds: float) -> None:
        """Sets the clock, forward or back, while no time passes."""
        self._start += timedelta(seconds=seconds)
