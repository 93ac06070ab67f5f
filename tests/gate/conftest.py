"""A house for every test of the gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.store import Store

from .behind import House


@pytest.fixture
async def house(store: Store, tmp_path: Path) -> AsyncIterator[House]:
    house = House(store, tmp_path / "spools")
    yield house
    house.journal.close()
