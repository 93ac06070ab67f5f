"""Server-sent events, as far as streams of JSON need them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable

_MAX_LINE_BYTES = 8 << 20


class EndlessLine(Exception):
    """A line longer than any chunk of an answer."""


async def data_of(pieces: AsyncIterable[bytes]) -> AsyncGenerator[bytes]:
    """The data of one event after the other, from bytes cut anywhere. Raises `EndlessLine`.

    Lines end in \\n or \\r\\n only: text decoded first and split by Unicode's rules would break at characters that JSON
    may hold.
    """
    pending, data = b"", list[bytes]()
    async for piece in pieces:
        *lines, pending = (pending + piece).split(b"\n")
        if len(pending) > _MAX_LINE_BYTES:
            raise EndlessLine
        for line in lines:
            if not line.strip(b"\r"):
                if data:
                    yield b"\n".join(data)
                data.clear()
            elif line.startswith(b"data:"):
                data.append(line[5:].strip(b" \r"))
    if data:
        yield b"\n".join(data)
