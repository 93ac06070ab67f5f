"""What the tests of this package share."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from .file_server import FileServer, file_server


@pytest.fixture
async def server() -> AsyncGenerator[FileServer]:
    async with file_server() as running:
        yield running
