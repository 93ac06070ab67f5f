"""What tests of several packages need: the real default model, and a fresh database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from homespun.models import ModelStore
from homespun.store import Store

_CACHE = Path(__file__).parent.parent / ".test-cache" / "models"


@pytest.fixture(scope="session")
def default_model_gguf() -> Path:
    """The default model's file: $HOMESPUN_TEST_MODEL, or pulled into .test-cache the first time it is wanted."""
    if given := os.environ.get("HOMESPUN_TEST_MODEL"):
        return Path(given)
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, apart from that of the test
        return thread.submit(asyncio.run, ModelStore(_CACHE).pull()).result().weights


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/homespun.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    await store.migrate()
    yield store
    await store.close()
