"""A shop for every test: a house that fine-tunes with a scripted workshop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ring.fixtures import pytest_asyncio_loop_factories

from .workshops import Shop, shop

__all__ = ["pytest_asyncio_loop_factories"]


@pytest.fixture
async def at_work(tmp_path: Path, migrated: Path) -> AsyncIterator[Shop]:
    async with shop(tmp_path / "data", migrated) as opened:
        yield opened
