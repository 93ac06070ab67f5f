"""Answers of the provider that are kept for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from homespun.core.clock import Clock
from homespun.core.errors import ProviderUnavailable

T = TypeVar("T")

LASTS_S = 3600.0
RENEWED_EVERY_S = 60.0
_DOWN_S = 5.0
"""After a failure nobody asks again for so long: many who wait for a provider that is down don't each wait in turn."""


class Kept(Generic[T]):
    """Fetched by one at a time, when it is wanted, and good for an hour."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._turn = asyncio.Lock()
        self._value: T | None = None
        self._asked_s = 0.0
        self._failed_s: float | None = None

    async def get(self) -> T:
        """What is kept, or a fresh one. Raises what fetching does, and `ProviderUnavailable` just after that."""
        async with self._turn:
            if self._value is not None and self._age_s() < LASTS_S:
                return self._value
            return await self._renew()

    async def renewed(self) -> T:
        """A fresh one, unless one was asked for within the last minute."""
        async with self._turn:
            if self._value is not None and self._age_s() < RENEWED_EVERY_S:
                return self._value
            return await self._renew()

    async def _renew(self) -> T:
        now_s = self._clock.monotonic_s()
        if self._failed_s is not None and now_s - self._failed_s < _DOWN_S:
            raise ProviderUnavailable
        self._asked_s = now_s
        try:
            self._value = await self._fetch()
        except ProviderUnavailable:
            self._failed_s = self._clock.monotonic_s()
            raise
        self._failed_s = None
        return self._value

    def _age_s(self) -> float:
        return self._clock.monotonic_s() - self._asked_s
