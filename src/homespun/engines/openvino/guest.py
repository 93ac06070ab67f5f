"""The link to an engine that another process of this machine has started and looks after; see `host`.

When the engine dies, its host starts another, and the guest joins that one. A guest that dies leaves nothing behind:
the engine cancels what it had asked.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from .link import Link


class Guest(Link):
    """Joins by a socket, again and again, for as long as the server runs."""

    def __init__(self, socket_path: Path) -> None:
        super().__init__()
        self._socket_path = socket_path

    async def _live(self) -> str:
        try:
            reader, self._writer = await asyncio.open_unix_connection(str(self._socket_path))
        except OSError as error:
            return f"The engine can't be reached: {error.strerror}."
        writer = self._writer
        try:
            await self._listen(reader)
            return "The engine has ended."
        finally:
            self._writer = None
            writer.close()
