"""Accounts on a fresh database for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from homespun.accounts import Accounts
from homespun.core.clock import FakeClock
from homespun.store import Store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def accounts(store: Store, clock: FakeClock) -> Accounts:
    return Accounts(store, clock)


@pytest.fixture
async def elsewhere(store: Store, url: str, clock: FakeClock) -> AsyncIterator[Accounts]:
    """The accounts of another process on the same database."""
    other = Store(url)
    yield Accounts(other, clock)
    await other.close()
