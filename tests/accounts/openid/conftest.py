"""A provider, and an installation that knows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from homespun.accounts import Accounts
from homespun.core.clock import FakeClock
from homespun.store import Store

from .fixtures import running, stand
from .stand import Stand
from .visits import house

__all__ = ["running", "stand"]


@pytest.fixture
def clock() -> FakeClock:
    """The provider lives in the present."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def accounts(store: Store, clock: FakeClock, stand: Stand) -> Accounts:
    return house(store, clock, stand.settings())
