"""A server of a few lines that answers as a test wants, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

Respond = Callable[[dict[str, Any], asyncio.StreamWriter], Awaitable[None]]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunked(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def event(text: str | None = None, **fields: Any) -> bytes:
    """A `chat.completion.chunk` with a piece of text, or with other fields."""
    choices = [] if text is None else [{"index": 0, "delta": {"content": text}}]
    return b"data: " + msgspec.json.encode({"object": "chat.completion.chunk", "choices": choices, **fields}) + b"\n\n"


END = chunked(b"data: [DONE]\n\n") + b"0\r\n\r\n"


def answering(*texts: str, prompt_tokens: int = 7) -> Respond:
    """Says these pieces, then the usage."""

    async def respond(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        usage = event(usage={"prompt_tokens": prompt_tokens, "completion_tokens": len(texts)})
        writer.write(HEAD + b"".join(chunked(event(text)) for text in ("", *texts)) + chunked(usage) + END)

    return respond


@asynccontextmanager
async def server(respond: Respond) -> AsyncGenerator[str]:
    """Its address, while the block lasts."""
    answers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        answers.add(task)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await respond(msgspec.json.decode(await reader.readexactly(length)), writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    finally:
        listener.close()
        await asyncio.gather(*answers)
