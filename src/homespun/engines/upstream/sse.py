"""Server-sent events, as far as streams of JSON need them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable

_MAX_LINE_BYTES = 8 << 20


class EndlessLine(Exception):
    """A line longer than any chunk of an answer."""


async def data_of(pieces: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """The data of one event after the other, from bytes cut anywhere. Raises `EndlessLine`."""
    data: list[bytes] = []
    async for line in _lines_of(pieces):
        if line.startswith(b"data:"):
            data.append(line[5:].strip())
        elif not line and data:
            yield b"\n".join(data)
            data.clear()
    if data:
        yield b"\n".join(data)


async def _lines_of(pieces: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """Lines end in \\n or \\r\\n only: splitting text by Unicode's rules would cut at characters that JSON may hold."""
    pending = b""
    async for piece in pieces:
        *lines, pending = (pending + piece).split(b"\n")
        if len(pending) > _MAX_LINE_BYTES:
            raise EndlessLine
        for line in lines:
            yield line.removesuffix(b"\r")
    yield pending
