"""What tests of several packages need: the real default model, a fresh database of either kind, and patience."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
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

_HERE = Path(__file__).parent
_CACHE = _HERE.parent / ".test-cache" / "models"
_LONGEST = ("engines", "contract", "ring", "browser", "cli")
"""Folders whose tests start models, servers, browsers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the files, those that take longest come first: nobody waits at the end for one."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        folder = item.path.relative_to(_HERE).parts[0]
        return _LONGEST.index(folder) if folder in _LONGEST else len(_LONGEST), -tests[item.path]

    items.sort(key=place)


@pytest.fixture(scope="session")
def default_model_gguf() -> Path:
    """The default model's file: $HOMESPUN_TEST_MODEL, or pulled into .test-cache the first time it is wanted."""
    if given := os.environ.get("HOMESPUN_TEST_MODEL"):
        return Path(given)
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, apart from that of the test
        return thread.submit(asyncio.run, ModelStore(_CACHE).pull()).result().weights


@pytest.fixture(scope="session")
def graph_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which engines keep their graphs, so that each is built once."""
    return tmp_path_factory.mktemp("graphs")
