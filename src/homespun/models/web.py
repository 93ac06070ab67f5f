"""HTTP as a puller needs it: the system's trusted certificates, small answers read within a cap, errors in words.

Proxies are taken from the environment (HTTPS_PROXY, NO_PROXY), as everywhere.
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx
import truststore

from homespun.core.errors import HomespunError, Invalid, ModelNotFound, Refused, Unavailable

_MAX_ANSWER_BYTES = 32 << 20
"""An index page or a repository's list of files; those of busy projects take some megabytes."""
_TIMEOUT = httpx.Timeout(30, connect=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """A small answer, read whole."""

    url: str
    """Where it came from in the end, after redirects; relative links in it count from there."""
    content_type: str
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `Unavailable` if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unavailable(f"{host_of(self.url)} answered, but not in JSON. Is the address right?") from None


def open_client(certificates: str | None) -> httpx.AsyncClient:
    """A client that trusts what the operating system trusts, and `certificates` besides."""
    trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificates:
        try:
            trusted.load_verify_locations(certificates)
        except OSError as error:
            raise Invalid(f"The certificates in {certificates} can't be read: {error}.") from error
    return httpx.AsyncClient(
        verify=trusted,
        timeout=_TIMEOUT,
        follow_redirects=True,
        headers={"user-agent": "homespun", "accept-encoding": "identity"},
    )


async def get(client: httpx.AsyncClient, url: str, *, headers: dict[str, str], what: str) -> Answer:
    """Fetches a small answer. `what` is sought, in words, for the message when it isn't there."""
    try:
        async with client.stream("GET", url, headers=headers) as response:
            check_status(response, what)
            return Answer(str(response.url), response.headers.get("content-type", ""), await _within_cap(response))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(url, error) from error


async def _within_cap(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MAX_ANSWER_BYTES:
            raise Unavailable(f"{response.url.host} answered with more than {_MAX_ANSWER_BYTES >> 20} MB of listing.")
    return bytes(body)


def check_status(response: httpx.Response, what: str) -> None:
    """Raises the error that fits a status other than success."""
    if not response.is_success:
        _raise_for(response, what)


def _raise_for(response: httpx.Response, what: str) -> NoReturn:
    host = response.url.host
    match response.status_code:
        case 404 | 410:
            raise ModelNotFound(f"{host} has no {what}.")
        case 401 | 403:
            raise Refused(
                f"{host} refuses to give {what}. It may be private, gated or mistyped; "
                "for a hub, accept the model's terms there and set HF_TOKEN or MODELSCOPE_API_TOKEN."
            )
        case status:
            raise Unavailable(f"{host} answered {status} when asked for {what}. Try again later.")


def unreachable(url: str, error: Exception) -> HomespunError:
    """What to raise when a host can't be talked to."""
    reason = str(error) or type(error).__name__
    return Unavailable(f"{host_of(url)} can't be reached ({reason}). Check the network and the proxy, then try again.")


def host_of(url: str) -> str:
    """The host alone: an address may carry a password."""
    try:
        return httpx.URL(url).host or "the given address"
    except httpx.InvalidURL:
        return "the given address"
