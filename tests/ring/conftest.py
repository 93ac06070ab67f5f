"""A house for every test of the ring."""

from __future__ import annotations

from .fixtures import at_home, pytest_asyncio_loop_factories

__all__ = ["at_home", "pytest_asyncio_loop_factories"]
