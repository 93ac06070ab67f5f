"""The HTTP door as a whole: which address leads to which of our APIs. What is none of theirs is the web app's."""

from __future__ import annotations

from .app import build_app
from .asgi import App, Receive, Scope, Send
from .backend import Backend
from .edge import Edge
from .files import FilesDoor
from .openai import OpenAIDoor
from .status import StatusDoor


def build_door(backend: Backend) -> App:
    """The ASGI application. The edge lies around everything; there is no other middleware."""
    return Edge(_Doors(backend), backend.metrics)


class _Doors:
    """Hands each request to its door by the first part of its path."""

    def __init__(self, backend: Backend) -> None:
        web_api = build_app()
        web_api.state.backend = backend
        status = StatusDoor(backend)
        self._doors: dict[str, App] = {"v1": OpenAIDoor(backend), "api": web_api, "health": status, "metrics": status}
        self._files = FilesDoor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        first, _, _ = scope["path"].removeprefix("/").partition("/")
        await self._doors.get(first, self._files)(scope, receive, send)
