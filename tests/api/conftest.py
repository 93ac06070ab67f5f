"""A house for every test of the HTTP door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import openai
import pytest

from homespun.store import Store
from tests.ring.houses import Home, home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose tables are made: to copy it is quicker than to make them for every test."""
    path = tmp_path_factory.mktemp("migrated") / "homespun.db"

    async def make() -> None:
        store = Store(f"sqlite+aiosqlite:///{path}")
        await store.migrate()
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    async with home(tmp_path / "data", migrated) as opened:
        yield opened


@pytest.fixture
async def sdk(at_home: Home) -> AsyncIterator[openai.AsyncOpenAI]:
    async with at_home.sdk() as client:
        yield client
