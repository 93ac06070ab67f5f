"""A house for every test of the ring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .houses import Home, home, migrated_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_database(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    async with home(tmp_path / "data", migrated) as opened:
        yield opened
