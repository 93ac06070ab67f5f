"""A house for every test, on the event loop that the server runs on."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

from .houses import Home, home


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Its transports are not asyncio's own. A conftest that imports this has its tests run on it."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    async with home(tmp_path / "data", migrated) as opened:
        yield opened
