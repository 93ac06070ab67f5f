"""The upstream engine: requests go to another server, and its stream comes back as events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import httpx
import msgspec

from homespun.core.errors import EngineFailed
from homespun.core.events import Event, Piece
from homespun.core.messages import Prompt
from homespun.engines.protocol import EngineStatus, GenerationRequest

from .answer import Answer
from .connection import Connection
from .estimate import estimated_tokens
from .settings import Settings
from .sse import EndlessLine, data_of
from .wire import DONE, Chunk, TokenCount, call_for, count_call


class UpstreamEngine:
    """One model of an OpenAI-compatible server; an `Engine`.

    The prompt's digest is of the request as sent, for only the server renders it. Where the server doesn't count,
    numbers of tokens are estimates: of prompts by `estimate.py`, of answers one for each chunk.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection = Connection(settings)
        self._prompt_tokens = self._cached_tokens = self._completion_tokens = 0

    async def start(self) -> None:
        """Begins to ask for the server; returns at once."""
        self._connection.open()

    async def stop(self) -> None:
        """Closes all connections; requests in flight get `EngineFailed`."""
        await self._connection.close()

    async def wait_ready(self) -> None:
        """Waits for the server, however long; raises `ModelUnreadable` if it hasn't the model or refuses our key."""
        await self._connection.wait_ready()

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Answers the prompt; see `Engine`. Also raises `UnsupportedParameter`."""
        call = call_for(request, self._settings)
        answer = Answer(call, request.sampling, estimated_prompt_tokens=estimated_tokens(request.prompt))
        try:
            async with self._connection.answer_to(call) as response, aclosing(_chunks(response)) as chunks:
                async for chunk in chunks:
                    for event in answer.take(chunk):
                        self._completion_tokens += event.tokens if isinstance(event, Piece) else 0
                        yield event
                    if answer.is_over:
                        return
                for event in answer.finish():
                    yield event
        finally:
            self._prompt_tokens += answer.prompt_tokens
            self._cached_tokens += answer.cached_tokens

    async def count_tokens(self, prompt: Prompt) -> int:
        """By the server where it can count, else by the rule in `estimate.py`."""
        if self._settings.dialect.counts_tokens:
            call = count_call(prompt, self._settings)
            with suppress(msgspec.DecodeError):
                told = await self._connection.ask_beside(call.path, call.body)
                return msgspec.json.decode(told or b"", type=TokenCount).count
        return estimated_tokens(prompt)

    @property
    def status(self) -> EngineStatus:
        """How it is doing now, as far as can be told from here."""
        connection = self._connection
        return EngineStatus(
            state=connection.state,
            problem=connection.problem,
            context_tokens=connection.context_tokens,
            running=connection.in_flight,
            prompt_tokens_total=self._prompt_tokens,
            cached_tokens_total=self._cached_tokens,
            completion_tokens_total=self._completion_tokens,
            restarts_total=connection.losses,
        )


async def _chunks(response: httpx.Response) -> AsyncGenerator[Chunk]:
    async with aclosing(data_of(response.aiter_bytes())) as events:
        try:
            async for data in events:
                if data == DONE:
                    return
                yield msgspec.json.decode(data, type=Chunk)
        except (msgspec.DecodeError, EndlessLine) as error:
            raise EngineFailed(
                "The model server sent what is no chunk of an answer. Send the request again."
            ) from error
