"""One HTTP request and its response, with nothing between us and the server: a token costs one `send`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from functools import cached_property

import msgspec

from homespun.accounts import Credentials
from homespun.core.errors import BodyTooLarge, BodyTooSlow, Invalid
from homespun.core.incoming import Origin

from .asgi import Headers, Message, Receive, Scope, Send
from .errors import HungUp
from .settings import Settings

_IDEMPOTENCY_KEY = re.compile("[!-~]{1,255}")

JSON = (b"content-type", b"application/json")


class Call:
    """A request to read from and a response to write to."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._receive = receive
        self._send = send

    @property
    def raw_path(self) -> str:
        """The path as it was sent, percent-encoded."""
        return bytes(self.scope.get("raw_path") or self.path.encode()).decode("latin-1")

    @property
    def query(self) -> str:
        """What follows the `?`, as it was sent."""
        return bytes(self.scope.get("query_string", b"")).decode("latin-1")

    @cached_property
    def headers(self) -> dict[bytes, bytes]:
        """By lower-case name; of a repeated one the last."""
        return dict(self.scope["headers"])

    def header(self, name: str) -> str:
        """A header's value, empty if it is missing. Never raises: any byte is a character of Latin-1."""
        return self.headers.get(name.encode(), b"").decode("latin-1")

    def bearer(self) -> str:
        """The secret of an `Authorization: Bearer` header; empty if there is none."""
        scheme, _, secret = self.header("authorization").partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else ""

    def idempotency_key(self) -> str | None:
        """The key by which a client marks a request that it may send again. Raises `Invalid` for one that isn't one."""
        key = self.header("idempotency-key")
        if key and not _IDEMPOTENCY_KEY.fullmatch(key):
            raise Invalid(
                "An Idempotency-Key is 1 to 255 printable ASCII characters. Make one up for each request: a UUID.",
                param="Idempotency-Key",
            )
        return key or None

    def credentials(self, session: str = "") -> Credentials:
        """What the client proves itself with; `session` is the cookie's, where the door takes cookies."""
        return Credentials(self.bearer(), session, self._address())

    def origin(self, country_header: str) -> Origin:
        """Where the request comes from; the proxy in front says the country in the header of this name, if it has one.

        A client can send that header, too; a proxy replaces it, or adds its own, which is the last.
        """
        country = self.header(country_header) if country_header else ""
        return Origin(self._address(), country, self.header("accept-language"))

    def _address(self) -> str:
        client = self.scope.get("client")
        return client[0] if client else ""

    async def body(self, settings: Settings) -> bytes:
        """All of the request's body. Raises as `pieces` does."""
        pieces = self.pieces(
            max_bytes=settings.max_body_bytes, pause_s=settings.body_pause_s, timeout_s=settings.body_timeout_s
        )
        return b"".join([piece async for piece in pieces])

    async def pieces(self, *, max_bytes: int, pause_s: float, timeout_s: float) -> AsyncIterator[bytes]:
        """The request's body, piece by piece.

        Raises `BodyTooLarge` as soon as that is certain, `BodyTooSlow` where it doesn't come in time, and `HungUp`.
        """
        too_large = BodyTooLarge(f"The request's body is larger than {max_bytes} bytes. Send less at once.")
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        announced = self.header("content-length")
        if announced.isdecimal() and int(announced) > max_bytes:
            raise too_large
        size, more = 0, True
        while more:
            message = await self._receive_in_time(pause_s, deadline_s)
            if message["type"] == "http.disconnect":
                raise HungUp
            piece: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(piece)
            if size > max_bytes:
                raise too_large
            yield piece

    async def _receive_in_time(self, pause_s: float, deadline_s: float) -> Message:
        try:
            async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + pause_s, deadline_s)):
                return await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None

    async def hang_up(self) -> None:
        """Returns when the client has gone; to be asked after the body was read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def answer(self, status: int, body: bytes, headers: Headers = ()) -> None:
        """A whole response."""
        length = (b"content-length", str(len(body)).encode())
        await self.begin(status, (*headers, length))
        await self.write(body, is_last=True)

    async def answer_empty(self, status: int, headers: Headers = ()) -> None:
        """A whole response without a body, for statuses that have none."""
        await self.begin(status, headers)
        await self.write(b"", is_last=True)

    async def answer_json(self, value: object, status: int = 200, headers: Headers = ()) -> None:
        """A whole response of JSON."""
        await self.answer(status, msgspec.json.encode(value), (JSON, *headers))

    async def begin(self, status: int, headers: Headers) -> None:
        """The head of a response whose body comes piece by piece."""
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def write(self, body: bytes, *, is_last: bool = False) -> None:
        """A piece of the body; waits while the client doesn't read."""
        await self._send({"type": "http.response.body", "body": body, "more_body": not is_last})
