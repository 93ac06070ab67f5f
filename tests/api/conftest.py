"""A house for every test of the HTTP door, or one for all tests of a module; and one of many people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import filelock
import httpx
import openai
import pytest
import pytest_asyncio

from homespun.accounts import Delivery, Registration, Settings
from tests.accounts.openid.fixtures import running, stand
from tests.ring.fixtures import at_home, pytest_asyncio_loop_factories
from tests.ring.houses import Home, home
from tests.ring.puppet import Puppet

from .matrix import World, populated

__all__ = ["at_home", "pytest_asyncio_loop_factories", "running", "stand"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def long_at_home(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Home]:
    """One house for all tests of a module that leave nothing behind; they run in one event loop."""
    async with home(tmp_path_factory.mktemp("home"), migrated) as opened:
        yield opened


@pytest.fixture
async def browser(at_home: Home) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in."""
    async with at_home.browser() as client:
        yield client


@pytest.fixture
async def sdk(at_home: Home) -> AsyncIterator[openai.AsyncOpenAI]:
    async with at_home.sdk() as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[World]:
    """A house of many people, for a matrix of who may do what."""
    settings = Settings(
        registration=Registration.INVITATION,
        email=Delivery.CONSOLE,
        codes_per_hour=10_000,
        password_memory_kib=64,
        password_passes=1,
    )
    data_dir = tmp_path_factory.mktemp("matrix")
    (data_dir / "tuning").mkdir()
    nobody_works = filelock.FileLock(data_dir / "tuning" / "worker.lock", thread_local=False)
    with nobody_works:
        async with home(data_dir, migrated, accounts=settings, release_engine=lambda _: Puppet()) as opened:
            yield await populated(opened)
