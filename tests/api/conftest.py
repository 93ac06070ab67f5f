"""A house for every test of the HTTP door."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import openai
import pytest
import pytest_asyncio
import uvloop

from tests.ring.houses import Home, home, migrated_database


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """The event loop that the server runs on: its transports are not asyncio's own."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_database(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    async with home(tmp_path / "data", migrated) as opened:
        yield opened


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
