"""What tests of several packages need: the real default model, a fresh database of either kind, and patience."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import pytest

from homespun.models import ModelStore

from .databases.fixtures import empty_url, migrated, postgresql, store, url

__all__ = ["empty_url", "migrated", "postgresql", "store", "url"]

# A busy machine makes no example slow.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

_CACHE = Path(__file__).parent.parent / ".test-cache" / "models"


@pytest.fixture(scope="session")
def default_model_gguf() -> Path:
    """The default model's file: $HOMESPUN_TEST_MODEL, or pulled into .test-cache the first time it is wanted."""
    if given := os.environ.get("HOMESPUN_TEST_MODEL"):
        return Path(given)
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, apart from that of the test
        return thread.submit(asyncio.run, ModelStore(_CACHE).pull()).result().weights
