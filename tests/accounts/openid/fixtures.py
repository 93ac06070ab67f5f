"""A provider for all tests, which behaves again before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .stand import Stand, provider


@pytest.fixture(scope="session")
def running() -> Iterator[Stand]:
    with provider() as stand:
        yield stand


@pytest.fixture
def stand(running: Stand) -> Stand:
    running.behave()
    return running
