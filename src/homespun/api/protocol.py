"""uvicorn's HTTP protocol with bounds where it has none: how long a request's head may be and how long it may take, and
how long what is left of a body when it has been answered.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
HEAD_TIMEOUT_S = 30.0
LINGER_S = 5.0
"""So long the rest of a body may come after its request was answered, to no purpose: a connection that is closed while
something comes may take the answer with it.
"""

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head_bytes = 0
    _is_head_coming = False
    _is_body_coming = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected; a request is expected soon."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Parses; what has come of a head that isn't complete yet is counted."""
        super().data_received(data)
        if self._is_head_coming:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.transport.write(_HEAD_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """The head is here; from now on the application bounds what comes, until it has answered."""
        self._stop_timer()
        self._is_head_coming, self._is_body_coming = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is here, too."""
        self._is_body_coming = False
        self._stop_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The request was answered, perhaps before its body was here: refused, say."""
        super().on_response_complete()
        if self._is_body_coming and self.cycle.response_complete:
            self._close_after(LINGER_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_timer()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_bytes, self._is_head_coming = 0, True
        self._close_after(HEAD_TIMEOUT_S)

    def _close_after(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self.transport.close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
