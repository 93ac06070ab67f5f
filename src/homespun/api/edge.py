"""The outermost layer, the same for every door: a request id, the time it took, a log line, an end to every error.

A plain ASGI callable. For each token it costs one more function call, no more.
"""

from __future__ import annotations

import logging
import re
import time

from homespun.core.errors import HomespunError
from homespun.core.ids import new_id

from .asgi import App, Headers, Message, Receive, Scope, Send
from .call import Call
from .errors import HungUp, headers_of, openai_json, problem_json, status_of
from .metrics import Metrics

_SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_OPENAI_VERSION = (b"openai-version", b"2020-10-01")

logger = logging.getLogger(__name__)


class Edge:
    """Wraps the doors."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            await self._app(scope, receive, exchange.send)
        except HungUp as error:
            exchange.status = exchange.status or status_of(error)
        except HomespunError as error:
            await exchange.fail(error)
        except Exception:
            logger.exception("%s failed for a reason nobody foresaw", exchange)
            await exchange.fail(HomespunError())
        finally:
            self._report(exchange)

    def _report(self, exchange: _Exchange) -> None:
        route = exchange.scope.get("homespun.route", "other")
        self._metrics.requested(route=route, method=exchange.method, status=exchange.status)
        logger.info("%s %d in %d ms", exchange, exchange.status, exchange.elapsed_ms())


class _Exchange:
    """One request with its response, as the edge sees them."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.request_id = _request_id(dict(scope["headers"]).get(b"x-request-id", b""))
        self.status = 0
        """0 until the response begins."""
        self._send = send
        self._started_s = time.monotonic()

    def __str__(self) -> str:
        return f"{self.method} {self.scope['path']!r} [{self.request_id.decode()}]"

    def elapsed_ms(self) -> int:
        """Milliseconds since the request came in."""
        return round((time.monotonic() - self._started_s) * 1000)

    async def send(self, message: Message) -> None:
        """Passes the response on; its head gets our headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers()]
        await self._send(message)

    async def fail(self, error: HomespunError) -> None:
        """Answers with an error, if it isn't too late for that; the server then drops the connection.

        Outside the web app's API it has OpenAI's shape, for programs that have left the /v1 out, too.
        """
        if self.status:
            return
        body = problem_json(error) if self._is_below("api") else openai_json(error)

        async def receive_nothing() -> Message:
            raise HungUp

        call = Call(self.scope, receive_nothing, self.send)
        await call.answer_json(body, status_of(error), headers_of(error))

    def _headers(self) -> Headers:
        yield b"x-request-id", self.request_id
        if self._is_below("v1"):
            yield _OPENAI_VERSION
            yield b"openai-processing-ms", str(self.elapsed_ms()).encode()

    def _is_below(self, first: str) -> bool:
        path: str = self.scope["path"]
        return path == f"/{first}" or path.startswith(f"/{first}/")


def _request_id(given: bytes) -> bytes:
    """The client's own id if it is a plain word, so that both sides' logs speak of one thing; else a new one."""
    return given if _SANE_REQUEST_ID.fullmatch(given) else new_id("req").encode()
