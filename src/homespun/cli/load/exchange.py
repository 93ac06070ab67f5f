"""One HTTP exchange, heard at the lowest cost that Python allows: bytes and arrival times, nothing else.

The load generator shares its processor with the server that it measures, so every microsecond spent here makes the
server look slower. While answers stream in, a piece costs a time stamp, the C parser and an append: some 18
microseconds with the kernel's part, against 100 to 180 with an ordinary HTTP client (docs/experiments.md). Making sense
of the pieces waits until the load is over; see `reading.py`.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools
import msgspec

from homespun.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go."""

    host: str
    port: int
    path: str
    tls: bool

    @classmethod
    def of(cls, base_url: str, endpoint: str) -> Address:
        """`base_url` is what OpenAI clients take, with /v1 at its end. Raises `Invalid` for what isn't one."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"{base_url!r} is no address of a server. Give one such as http://127.0.0.1:8000.")
        tls = parts.scheme == "https"
        return cls(parts.hostname, parts.port or (443 if tls else 80), parts.path.rstrip("/") + endpoint, tls)


@dataclass(slots=True)
class Recording:
    """What came back, as it came. Times are `time.perf_counter()` seconds."""

    sent_at: float = 0.0
    status: int = 0
    """HTTP status; 0: no answer."""
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    """Arrival time and content of each piece of the body, without its chunked framing."""
    problem: str | None = None
    """Why the exchange broke off, for people."""


def request_bytes(address: Address, key: str, body: Mapping[str, object]) -> bytes:
    """A complete HTTP/1.1 POST. One connection each: the server closes it when it has answered."""
    content = msgspec.json.encode(body)
    head = (
        f"POST {address.path} HTTP/1.1",
        f"Host: {address.host}:{address.port}",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Accept: text/event-stream",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + content


class _Listener(asyncio.Protocol):
    """Sends one request and records the answer until it is complete."""

    def __init__(self, request: bytes, done: asyncio.Future[None]) -> None:
        self._request = request
        self._done = done
        self._parser = httptools.HttpResponseParser(self)
        self._now = 0.0
        self._ends_with_connection = True
        """Until a header says how else its end is known."""
        self.recording = Recording()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self.recording.sent_at = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._now = time.perf_counter()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._finish(f"the server's answer is no HTTP: {error}")

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._ends_with_connection = False

    def on_body(self, body: bytes) -> None:
        self.recording.pieces.append((self._now, body))

    def on_headers_complete(self) -> None:
        self.recording.status = self._parser.get_status_code()

    def on_message_complete(self) -> None:
        self._finish(None)

    def connection_lost(self, exc: Exception | None) -> None:
        is_complete = self.recording.status and self._ends_with_connection
        self._finish(None if is_complete else "the server closed the connection in the middle of an answer")

    def _finish(self, problem: str | None) -> None:
        if self._done.done():
            return
        self.recording.problem = problem
        self._transport.close()
        self._done.set_result(None)


async def exchange(address: Address, request: bytes, *, timeout_s: float) -> Recording:
    """Sends a request and records what comes back; the clock starts when the connection stands. Never raises for what
    the other side does: `Recording.problem` tells.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    listener = _Listener(request, done)
    context = ssl.create_default_context() if address.tls else None
    try:
        async with asyncio.timeout(timeout_s):
            transport, _ = await loop.create_connection(lambda: listener, address.host, address.port, ssl=context)
            try:
                await done
            finally:
                transport.close()
    except TimeoutError:
        listener.recording.problem = f"no complete answer within {timeout_s:.0f} s"
    except OSError as error:
        listener.recording.problem = f"{address.host}:{address.port} can't be reached: {error}"
    return listener.recording
