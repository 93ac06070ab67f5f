"""Sets an answer running and tells it to the client, whole or as a stream, for as long as the client is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import msgspec

from homespun.accounts import Caller
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.errors import HungUp, openai_json
from homespun.api.live import LiveAnswer, Source
from homespun.api.presence import gone
from homespun.api.rates import rate_headers
from homespun.core.errors import HomespunError
from homespun.core.events import Began, Event
from homespun.gate import Admission

from .asking import named
from .dialect import Dialect
from .reading import Asked

_STREAM_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
)
_DONE = b"data: [DONE]\n\n"


async def answer(call: Call, backend: Backend, caller: Caller, asked: Asked, dialect: type[Dialect]) -> None:
    """Answers a request that has been read."""
    asked = await named(backend, caller, asked)
    live = backend.live.start(*_sources(backend, caller, asked))
    async with _while_present(live, gone(call, caller, backend.endings), asked):
        await live.begun()
        words = dialect(live.turns[0], asked.model, asked.incoming[0].sampling, include_usage=asked.include_usage)
        await (_stream if asked.stream else _whole)(call, live, words, asked)


async def _whole(call: Call, live: LiveAnswer, words: Dialect, asked: Asked) -> None:
    async for _ in live.batches():
        pass
    await call.answer_json(words.whole(live.events), headers=tuple(_headers(live.admissions[0])))


async def _stream(call: Call, live: LiveAnswer, words: Dialect, asked: Asked) -> None:
    """Once it has begun, a failure can only be told as one more event."""
    await call.begin(200, (*_STREAM_HEADERS, *_headers(live.admissions[0])))
    await call.write(words.opening(asked.choices * len(asked.incoming)))
    try:
        async for batch in live.batches():
            if chunks := words.chunks(batch):
                await call.write(chunks)
        end = (words.usage_chunk(live.events) if asked.include_usage else b"") + _DONE
    except HomespunError as error:
        end = b"data: " + msgspec.json.encode(openai_json(error)) + b"\n\n"
    await call.write(end, is_last=True)


def _headers(admission: Admission) -> Iterator[tuple[bytes, bytes]]:
    """How much may still be asked, and which release answers."""
    yield from rate_headers(admission.rates)
    if release_id := admission.turn.release_id:
        yield b"x-homespun-release", release_id.encode()


def _sources(backend: Backend, caller: Caller, asked: Asked) -> list[Source]:
    """A turn of the ring for each prompt; choices are numbered on from one to the next."""
    turns = [backend.ring.turn(caller, incoming) for incoming in asked.incoming]
    return [turns[0], *(_numbered(turn, i * asked.choices) for i, turn in enumerate(turns[1:], start=1))]


async def _numbered(source: Source, first: int) -> AsyncGenerator[Admission | Event, None]:
    async with aclosing(source):
        async for item in source:
            yield item if isinstance(item, Admission | Began) else replace(item, choice=item.choice + first)


@asynccontextmanager
async def _while_present(
    live: LiveAnswer, going: Coroutine[None, None, HomespunError], asked: Asked
) -> AsyncIterator[None]:
    """The answer is cut as soon as the client has gone, and at the end of the block.

    One that was asked for with an idempotency key goes on when its client hangs up: it will be asked for again.
    """

    def leave(error: HomespunError) -> None:
        if not (asked.is_idempotent and isinstance(error, HungUp)):
            live.cut(error)

    leaving = asyncio.create_task(going)
    leaving.add_done_callback(lambda task: None if task.cancelled() else leave(task.result()))
    try:
        yield
    finally:
        leaving.cancel()
        leave(HungUp())
