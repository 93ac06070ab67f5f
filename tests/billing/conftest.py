"""Billing on a fresh database for every test."""

from __future__ import annotations

import pytest

from homespun.billing import Billing, Settings
from homespun.core.clock import FakeClock
from homespun.store import Store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def billing(store: Store, clock: FakeClock) -> Billing:
    return Billing(store, clock, Settings())
