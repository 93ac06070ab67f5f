"""A house for every test of the HTTP door, or one for all tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import openai
import pytest
import pytest_asyncio

from tests.ring.fixtures import at_home, pytest_asyncio_loop_factories
from tests.ring.houses import Home, home

__all__ = ["at_home", "pytest_asyncio_loop_factories"]


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
