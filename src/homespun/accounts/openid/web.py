"""HTTP as it is spoken with the provider: small answers, read whole within a time. No redirect is followed.

Proxies are taken from the environment (HTTPS_PROXY, NO_PROXY), as everywhere.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import httpx
import msgspec
import truststore

from homespun.core.errors import Invalid, ProviderUnavailable

from .settings import Settings

S = TypeVar("S", bound=msgspec.Struct)

_MOST_BYTES = 1 << 18
"""The largest answers are lists of keys with their certificates: some ten thousand bytes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    url: str
    status: int
    body: bytes

    def read_as(self, shape: type[S]) -> S:
        """The JSON in it. Raises `ProviderUnavailable` for anything but success and JSON of this shape."""
        if self.status != httpx.codes.OK:
            raise unavailable(f"{self.url} answered {self.status}")
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise unavailable(f"{self.url} answered what isn't understood: {error}") from None


class Web:
    """Asks. Raises `ProviderUnavailable` where no answer comes in time, or too long a one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def get(self, url: str, *, bearer: str = "") -> Answer:
        """Fetches."""
        return await self._ask("GET", url, {"authorization": f"Bearer {bearer}"} if bearer else {}, b"")

    async def post(self, url: str, headers: dict[str, str], body: str) -> Answer:
        """Sends a form that is encoded already."""
        form = {"content-type": "application/x-www-form-urlencoded"}
        return await self._ask("POST", url, form | headers, body.encode())

    async def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        try:
            async with (
                asyncio.timeout(self._settings.timeout_s),
                self._client() as client,
                client.stream(method, url, headers=headers, content=body) as response,
            ):
                return Answer(url, response.status_code, await _within_cap(response))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError, UnicodeEncodeError) as error:
            reason = str(error) or type(error).__name__
            raise unavailable(f"{url} can't be asked: {reason}") from error

    def _client(self) -> httpx.AsyncClient:
        """Compressed answers aren't wanted: a small one may unfold into a huge one."""
        return httpx.AsyncClient(
            verify=self._trusted,
            timeout=self._settings.timeout_s,
            follow_redirects=False,
            headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "homespun"},
        )

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._settings.ca_file:
            try:
                trusted.load_verify_locations(self._settings.ca_file)
            except OSError as error:
                raise Invalid(f"The certificates in openid.ca_file can't be read: {error}.") from error
        return trusted


async def _within_cap(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise unavailable(f"{response.url} answered more than {_MOST_BYTES >> 10} KiB")
    return bytes(body)


def unavailable(reason: str) -> ProviderUnavailable:
    """What to raise; the reason is for the log alone."""
    _log.warning("The OpenID provider fails: %s", reason)
    return ProviderUnavailable()
