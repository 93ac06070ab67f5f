"""HTTP by hand, for clients that hang up where no library would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.patience import PATIENCE_S


class Wire:
    """A connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Sends some of a request."""
        self._writer.write(data)
        await self._writer.drain()

    async def read_until(self, mark: bytes) -> bytes:
        """What comes, up to and including the mark."""
        return await asyncio.wait_for(self.reader.readuntil(mark), PATIENCE_S)

    def hang_up(self) -> None:
        """Closes the connection, as a killed client does."""
        self._writer.transport.abort()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[Wire]:
    """Connects."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**24)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()


def post(path: str, key: str, body: dict[str, Any]) -> bytes:
    """A whole request."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content
