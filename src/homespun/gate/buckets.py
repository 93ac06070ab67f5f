"""The arithmetic of limits: buckets that hold what is allowed within a minute and fill up evenly. Pure values.

The token bucket of traffic shaping (Turner 1986). Unlike a count by the minute on the clock, it never lets twice the
limit through around the full minute, and always knows when there will be enough again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from homespun.core.rates import Rate

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """One measure of one subject."""

    limit: int
    """What fits in, and what flows in within a minute; 0: there is no limit."""
    level: float
    """What is in it; less than nothing after an answer that grew longer than was foreseen."""

    def filled(self, elapsed_s: float) -> Bucket:
        """The bucket after some time; a clock that was put back doesn't take anything out."""
        return Bucket(self.limit, min(self.limit, self.level + max(elapsed_s, 0.0) * self.limit / _MINUTE_S))

    def holds(self, amount: int) -> bool:
        """Whether so much may be taken out."""
        return self.limit == 0 or self.level >= amount

    def without(self, amount: int) -> Bucket:
        """The bucket when so much was taken out; a negative amount was put back."""
        return Bucket(self.limit, min(self.limit, self.level - amount)) if self.limit else self

    def wait_s(self, amount: int) -> float:
        """Seconds until so much is in it."""
        return max(amount - self.level, 0.0) * _MINUTE_S / self.limit

    def rate(self) -> Rate | None:
        """As a program is told."""
        if not self.limit:
            return None
        return Rate(self.limit, max(int(self.level), 0), self.wait_s(self.limit))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a kind of subject may do; 0 is no limit."""

    requests: int
    """Within a minute."""
    tokens: int
    """Within a minute."""
    streams: int
    """At the same time."""

    def __bool__(self) -> bool:
        return bool(self.requests or self.tokens or self.streams)


@dataclass(slots=True)
class Standing:
    """Where a subject stands while a group of admissions is decided."""

    limits: Limits
    requests: Bucket
    tokens: Bucket
    streams: int

    @classmethod
    def fresh(cls, limits: Limits) -> Standing:
        """Of somebody who has asked nothing of late."""
        return cls(limits, Bucket(limits.requests, limits.requests), Bucket(limits.tokens, limits.tokens), 0)

    @classmethod
    def stored(
        cls, limits: Limits, requests: float, tokens: float, at: datetime, now: datetime, streams: int
    ) -> Standing:
        """As the database has it, brought up to now."""
        elapsed_s = (now - at).total_seconds()
        return cls(
            limits,
            Bucket(limits.requests, requests).filled(elapsed_s),
            Bucket(limits.tokens, tokens).filled(elapsed_s),
            streams,
        )

    def take(self, tokens: int) -> None:
        """One more answer is begun."""
        self.requests = self.requests.without(1)
        self.tokens = self.tokens.without(tokens)
        self.streams += 1
