"""The server's start and end, as ASGI tells them, around a context manager that opens and closes the house."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from homespun.core.errors import HomespunError

from .asgi import App, Receive, Scope, Send

OpenHouse = Callable[[], AbstractAsyncContextManager[object]]


class Lifespan:
    """Wraps an application that has no use for lifespan messages itself."""

    def __init__(self, app: App, open_house: OpenHouse) -> None:
        self._app = app
        self._open_house = open_house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._open_house():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except HomespunError as error:
            await send({"type": "lifespan.startup.failed", "message": error.message})
            return
        await send({"type": "lifespan.shutdown.complete"})
