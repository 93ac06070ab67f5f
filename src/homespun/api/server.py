"""The HTTP server: uvicorn, told how we want it. It must not know what it serves."""

from __future__ import annotations

import errno
import socket
from collections.abc import Awaitable, Callable

import uvicorn

from homespun.core.errors import Conflict, Invalid, Refused

from .asgi import App
from .protocol import Protocol

_MAX_WAITING_CONNECTIONS = 1024
_KEEP_ALIVE_S = 75
"""Longer than most proxies keep theirs, so that it is they who close, and never in the middle of a request."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `Conflict` for a taken port, `Refused` and `Invalid` for an unusable one."""
    where = f"{host}:{port}"
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise Invalid(f"The address {where} is not one to listen on: {error.strerror}.", param="host") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_MAX_WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise _unusable(error, where) from None
    return listener


def _unusable(error: OSError, where: str) -> Conflict | Refused | Invalid:
    match error.errno:
        case errno.EADDRINUSE:
            remedy = "Stop it, or choose another port with HOMESPUN_PORT or --port."
            return Conflict(
                f"Another program listens on {where} already, perhaps another Homespun. {remedy}", param="port"
            )
        case errno.EACCES:
            return Refused(f"This user may not listen on {where}. Choose a port above 1023.", param="port")
    return Invalid(f"It isn't possible to listen on {where}: {error.strerror}.", param="host")


class Server(uvicorn.Server):
    """uvicorn, which on its way out first closes what is being answered instead of waiting for it."""

    def __init__(self, app: App, *, before_stop: Callable[[], Awaitable[None]], stop_timeout_s: float) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=max(1, round(stop_timeout_s)),
            )
        )
        self._before_stop = before_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when a signal has come."""
        await self._before_stop()
        await super().shutdown(sockets)
