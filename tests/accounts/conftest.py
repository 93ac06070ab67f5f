"""Accounts on a fresh database for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.accounts import Accounts
from homespun.core.clock import FakeClock
from homespun.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/homespun.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    await store.migrate()
    yield store
    await store.close()


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
