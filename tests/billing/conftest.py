"""Billing on a fresh database for every test."""

from __future__ import annotations

import pytest

from homespun.billing import Billing, Settings, Tariff
from homespun.core.clock import FakeClock
from homespun.store import Store

from .till import Till

DOLLAR = 1_000_000
"""In micros."""
PRICED = Tariff(input_micros=1 * DOLLAR, cached_input_micros=DOLLAR // 2, output_micros=10 * DOLLAR)
"""One micro for a prompt token, half for a cached one, ten for a completion token."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def billing(store: Store, clock: FakeClock) -> Billing:
    return Billing(store, clock, Settings())


@pytest.fixture
def till(store: Store, clock: FakeClock, billing: Billing) -> Till:
    """An installation without prices."""
    return Till(store, clock, billing)


@pytest.fixture
async def shop(till: Till) -> Till:
    """An installation with one price for everything."""
    await till.billing.prices.set(PRICED)
    return till
