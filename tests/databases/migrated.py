"""Databases whose tables are made: to copy one is quicker than to make them for every test."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from homespun.store import Store


def migrated_database(folder: Path) -> Path:
    """A SQLite database in this folder."""
    path = folder / "homespun.db"
    migrate(sqlite_url(path))
    return path


def migrate(url: str) -> None:
    """Makes all tables, in a loop of its own, apart from that of the test."""

    async def run() -> None:
        store = Store(url)
        await store.migrate()
        await store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def sqlite_url(path: Path) -> str:
    """A file's address."""
    return f"sqlite+aiosqlite:///{path}"
