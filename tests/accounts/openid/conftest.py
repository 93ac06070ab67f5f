"""A provider for all tests, which behaves again before each, and an installation that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from homespun.accounts import Accounts
from homespun.core.clock import FakeClock
from homespun.store import Store

from .stand import Stand, provider
from .visits import house


@pytest.fixture(scope="session")
def running() -> Iterator[Stand]:
    with provider() as stand:
        yield stand


@pytest.fixture
def stand(running: Stand) -> Stand:
    running.behave()
    return running


@pytest.fixture
def clock() -> FakeClock:
    """The provider lives in the present."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def accounts(store: Store, clock: FakeClock, stand: Stand) -> Accounts:
    return house(store, clock, stand.settings())
