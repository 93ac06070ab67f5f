"""A web server on loopback that misbehaves when told to: it hangs up, stalls, ignores ranges, changes its mind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Served:
    """One thing to serve, and how to go about it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = '"one"'
    ranges: bool = True
    hang_up_after: list[int] = field(default_factory=list)
    """For one request after the other: break the connection after so many bytes of the body."""
    stall_after: int | None = None
    """Send so many bytes of the body, then nothing more until `go_on`."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    chunked: bool = False
    """Don't say how long the body is."""
    refuse: list[int] = field(default_factory=list)
    """For one request after the other: answer with this status and nothing else."""


@dataclass
class Request:
    """A request as it came."""

    target: str
    headers: dict[str, str]


class FileServer:
    """Serves `pages` by target (path and query)."""

    def __init__(self) -> None:
        self.pages: dict[str, Served] = {}
        self.requests: list[Request] = []
        self.url = ""
        self.port = 0

    def asked(self, target: str) -> list[Request]:
        """All requests for one target."""
        return [request for request in self.requests if request.target == target]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return
        first, *lines = head.strip().split("\r\n")
        request = Request(first.split(" ")[1], {n.lower(): v for n, v in (line.split(": ", 1) for line in lines)})
        self.requests.append(request)
        page = self.pages.get(request.target, Served(status=404))
        if page.refuse:
            page = Served(status=page.refuse.pop(0), headers=page.headers)
        status, start, headers = self._part_of(page, request)
        body = page.body[start:]
        length = "x-length: unknown" if page.chunked else f"content-length: {len(body)}"
        head_lines = [f"HTTP/1.1 {status} Whatever", length, "connection: close"]
        writer.write("\r\n".join([*head_lines, *(f"{n}: {v}" for n, v in headers.items()), "", ""]).encode())
        await self._send(page, body, writer)

    def _part_of(self, page: Served, request: Request) -> tuple[int, int, dict[str, str]]:
        headers = dict(page.headers)
        if page.etag:
            headers["etag"] = page.etag
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        is_current = request.headers.get("if-range", page.etag) == page.etag
        if not (asked and page.ranges and is_current and page.status == 200):
            return page.status, 0, headers
        start = int(asked[1])
        if start >= len(page.body):
            return 416, len(page.body), headers
        headers["content-range"] = f"bytes {start}-{len(page.body) - 1}/{len(page.body)}"
        return 206, start, headers

    async def _send(self, page: Served, body: bytes, writer: asyncio.StreamWriter) -> None:
        if page.hang_up_after:
            writer.write(body[: page.hang_up_after.pop(0)])
            await writer.drain()
            await asyncio.sleep(0.02)
            return
        if page.stall_after is not None and not page.go_on.is_set():
            writer.write(body[: page.stall_after])
            await writer.drain()
            await page.go_on.wait()
            body = body[page.stall_after :]
        writer.write(body)
        await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.02)


@asynccontextmanager
async def file_server() -> AsyncGenerator[FileServer]:
    """A running server; stops, with whatever is stalled, on leaving."""
    server = FileServer()
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await server.handle(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            tasks.discard(task)

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{server.port}"
    yield server
    listening.close()
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
