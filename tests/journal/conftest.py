"""A journal on a fresh database for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.store import Store

from .talk import Talk


@pytest.fixture
async def talk(store: Store, tmp_path: Path) -> AsyncIterator[Talk]:
    talk = Talk(store, tmp_path / "spools")
    yield talk
    talk.journal.close()
