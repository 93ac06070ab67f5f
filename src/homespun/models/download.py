"""Fetches one file over HTTP, and goes on where it broke off: within this process, or after it was killed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import httpx

from homespun.core.errors import Unavailable

from .disk import megabytes
from .file_work import in_thread
from .part import Part
from .plan import RemoteFile
from .settings import Settings
from .web import check_status, unreachable

_WRITE_BYTES = 1 << 20
_MAX_DELAY_S = 15.0
_MAX_RETRY_AFTER_S = 60.0
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

OnSize = Callable[[int], None]
"""Told how many bytes of the file have come."""


class _Interrupted(Exception):
    """The connection broke, or the server was busy; `reason` in words."""

    def __init__(self, reason: Exception | str, retry_after_s: float = 0.0) -> None:
        super().__init__(str(reason) or type(reason).__name__)
        self.reason = reason
        self.retry_after_s = retry_after_s


async def download(
    client: httpx.AsyncClient, file: RemoteFile, part: Part, settings: Settings, on_size: OnSize
) -> None:
    """Fills `part` to the end. Its digest is not checked here.

    Raises `Unavailable` when the server stays away, `ModelNotFound` or `Refused` when it says so, `StorageFull`.
    """
    in_vain, furthest = 0, part.size_bytes
    while True:
        try:
            return await _go_on(client, file, part, on_size)
        except _Interrupted as interruption:
            in_vain = 1 if part.size_bytes > furthest else in_vain + 1
            furthest = max(furthest, part.size_bytes)
            if in_vain >= settings.attempts:
                raise _given_up(file, part, interruption) from interruption
            await asyncio.sleep(max(_delay_s(settings, in_vain), interruption.retry_after_s))


def _delay_s(settings: Settings, in_vain: int) -> float:
    return float(min(settings.first_delay_s * 2 ** (in_vain - 1), _MAX_DELAY_S))


def _given_up(file: RemoteFile, part: Part, interruption: _Interrupted) -> Exception:
    if not part.size_bytes and isinstance(interruption.reason, httpx.TransportError):
        return unreachable(file.url, interruption.reason)
    return Unavailable(
        f"The download of {file.name} broke off at {megabytes(part.size_bytes)} ({interruption}). "
        "Run the same command again: it goes on from there."
    )


async def _go_on(client: httpx.AsyncClient, file: RemoteFile, part: Part, on_size: OnSize) -> None:
    """One request, for all that is still missing."""
    on_size(part.size_bytes)
    if file.size_bytes is not None and part.size_bytes == file.size_bytes:
        return
    try:
        async with client.stream("GET", file.url, headers=_headers(file, part)) as response:
            await _receive(response, file, part, on_size)
    except (httpx.TransportError, httpx.StreamError) as error:
        raise _Interrupted(error) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unreachable(file.url, error) from error


def _headers(file: RemoteFile, part: Part) -> dict[str, str]:
    headers = dict(file.headers)
    if part.size_bytes:
        headers["range"] = f"bytes={part.size_bytes}-"
        if part.validator:
            headers["if-range"] = part.validator
    return headers


async def _receive(response: httpx.Response, file: RemoteFile, part: Part, on_size: OnSize) -> None:
    total = _begin(response, file, part)
    await _write_all(response, part, total, on_size)
    if total is not None and part.size_bytes < total:
        raise _Interrupted("the server closed the connection")


async def _write_all(response: httpx.Response, part: Part, most: int | None, on_size: OnSize) -> None:
    """Writes in large pieces, and loses none of the small ones in which the network delivers, whatever happens."""
    come, pending = part.size_bytes, bytearray()
    try:
        async for piece in response.aiter_raw():
            come += len(piece)
            pending += piece
            on_size(come)
            if most is not None and come > most:
                raise Unavailable(f"{response.url.host} sends more than the {most:,} bytes that were announced.")
            if len(pending) >= _WRITE_BYTES:
                full, pending = pending, bytearray()
                await in_thread(part.append, full)
    finally:
        part.append(pending)


def _begin(response: httpx.Response, file: RemoteFile, part: Part) -> int | None:
    """Makes `part` fit what the server is about to send; returns the size of the whole file, if known."""
    if response.status_code in _TRANSIENT:
        raise _Interrupted(f"{response.url.host} answered {response.status_code}", _retry_after_s(response))
    if response.status_code == 416:
        part.restart(None)
        raise _Interrupted("the server has another version of the file")
    check_status(response, file.name)
    total = _announced(response, part)
    if file.size_bytes is not None and total is not None and total != file.size_bytes:
        raise Unavailable(f"{response.url.host} announces {total:,} bytes of {file.name}, not {file.size_bytes:,}.")
    return total if total is not None else file.size_bytes


def _announced(response: httpx.Response, part: Part) -> int | None:
    if response.status_code == 206:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if found and int(found[1]) == part.size_bytes:
            return None if found[2] == "*" else int(found[2])
        part.restart(None)
        raise _Interrupted("the server sent another range than was asked for")
    part.restart(_validator(response))
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    length = response.headers.get("content-length", "")
    return int(length) if length.isdecimal() else None


def _validator(response: httpx.Response) -> str | None:
    """What If-Range may carry: a strong ETag, or else a date."""
    etag: str = response.headers.get("etag", "")
    date: str = response.headers.get("last-modified", "")
    return etag if etag.startswith('"') else date or None


def _retry_after_s(response: httpx.Response) -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), _MAX_RETRY_AFTER_S) if told.isdecimal() else 0.0
