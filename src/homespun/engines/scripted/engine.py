"""The scripted engine: an `Engine` whose answers, delays and failures are written down beforehand."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

from homespun.core.errors import EngineBusy, EngineFailed, ModelUnreadable, PromptTooLong, Unavailable
from homespun.core.events import Began, Ended, Event, Piece
from homespun.core.messages import Prompt
from homespun.engines.protocol import EngineState, EngineStatus, GenerationRequest

from .choice import ScriptedChoice
from .script import Gate, Script, echo, pieces_for
from .words import count_words, prompt_text

_T = TypeVar("_T")


class ScriptedEngine:
    """Answers by a script; honours n, stop, stop_token_ids, max_tokens, logprobs, echo, and knows no chance at all.

    `fail_after_pieces` breaks every request off after so many pieces. A `problem` makes it a model that can't be read.
    `requests` and `cancelled` are for tests to look at. `crash` makes it die in the middle; `start` revives it.
    """

    def __init__(
        self,
        script: Script = echo,
        *,
        piece_delay_s: float = 0.0,
        fail_after_pieces: int | None = None,
        gates: Sequence[Gate] = (),
        context_tokens: int = 4096,
        max_running: int = 64,
        max_waiting: int = 256,
        problem: str | None = None,
    ) -> None:
        self.requests: list[GenerationRequest] = []
        """All that were accepted, in order."""
        self.cancelled: list[str] = []
        """Ids of requests that were closed before their last choice had ended."""
        self._script = script
        self._piece_delay_s = piece_delay_s
        self._fail_after_pieces = fail_after_pieces
        self._gates = {gate.at_piece: gate for gate in gates}
        self._context_tokens = context_tokens
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._problem = problem
        self._state = EngineState.STARTING
        self._died = asyncio.Event()
        self._places = asyncio.Semaphore(max_running)
        self._running = self._waiting = 0
        self._prompt_tokens = self._completion_tokens = self._restarts = 0

    async def start(self) -> None:
        """Is ready at once, unless there is a `problem`."""
        self._died = asyncio.Event()
        self._places = asyncio.Semaphore(self._max_running)
        self._state = EngineState.FAILED if self._problem else EngineState.READY

    async def stop(self) -> None:
        """Ends it; requests in flight get `EngineFailed`."""
        self._state = EngineState.STOPPED
        self._died.set()

    def crash(self) -> None:
        """Dies as a real engine's process may: requests in flight get `EngineFailed`, others `Unavailable`."""
        self._state = EngineState.RESTARTING
        self._restarts += 1
        self._died.set()

    async def wait_ready(self) -> None:
        """Raises `ModelUnreadable` if there is a `problem`."""
        if self._problem:
            raise ModelUnreadable(self._problem)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[Event, None]:
        """Answers by the script; see `Engine`."""
        if self._state is not EngineState.READY:
            raise Unavailable(self._problem)
        prompt_tokens = count_words(request.prompt)
        if prompt_tokens >= self._context_tokens:
            raise PromptTooLong(f"The prompt has {prompt_tokens} tokens; the model reads {self._context_tokens}.")
        unfinished = request.sampling.n
        try:
            async with self._place(), aclosing(self._say(request, self._context_tokens - prompt_tokens)) as said:
                self.requests.append(request)
                self._prompt_tokens += prompt_tokens
                yield Began(prompt_tokens, 0, _digest(request.prompt))
                async for event in said:
                    unfinished -= isinstance(event, Ended)
                    yield event
        except (GeneratorExit, asyncio.CancelledError):
            if unfinished:
                self.cancelled.append(request.id)
            raise

    async def count_tokens(self, prompt: Prompt) -> int:
        """By the rule in `words.py`."""
        return count_words(prompt)

    @property
    def status(self) -> EngineStatus:
        """How it is doing now."""
        return EngineStatus(
            state=self._state,
            problem=self._problem,
            context_tokens=self._context_tokens,
            running=self._running,
            waiting=self._waiting,
            prompt_tokens_total=self._prompt_tokens,
            completion_tokens_total=self._completion_tokens,
            restarts_total=self._restarts,
        )

    async def _say(self, request: GenerationRequest, room: int) -> AsyncGenerator[Event]:
        """The choices take turns, a piece each."""
        sampling, said = request.sampling, 0
        most = room if sampling.max_tokens is None else min(sampling.max_tokens, room)
        pieces = pieces_for(self._script, request.prompt)
        echo = prompt_text(request.prompt) if sampling.echo else ""
        choices = [ScriptedChoice(index, pieces, sampling, echo=echo, most_tokens=most) for index in range(sampling.n)]
        while choices:
            for choice in choices:
                await self._pause(said)
                for event in choice.step():
                    self._completion_tokens += event.tokens if isinstance(event, Piece) else 0
                    yield event
                said += 1
            choices = [choice for choice in choices if not choice.is_over]

    async def _pause(self, said: int) -> None:
        """What comes between two pieces: the delay, a gate, a failure."""
        await self._while_alive(asyncio.sleep(self._piece_delay_s))
        if gate := self._gates.get(said):
            gate.reached.set()
            await self._while_alive(gate.opened.wait())
        if said == self._fail_after_pieces:
            self._restarts += 1
            raise EngineFailed

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None]:
        """Waits in the queue for one of the places. Raises `EngineBusy` when the queue is full."""
        places = self._places
        if self._running + self._waiting >= self._max_running + self._max_waiting:
            raise EngineBusy
        acquiring = asyncio.ensure_future(places.acquire())
        self._waiting += 1
        try:
            await self._while_alive(acquiring)
        except BaseException:
            if acquiring.done() and not acquiring.cancelled():
                places.release()
            raise
        finally:
            self._waiting -= 1
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            places.release()

    async def _while_alive(self, work: Awaitable[_T]) -> _T:
        """Waits for `work`, or for the engine's death, which is `EngineFailed`."""
        working = asyncio.ensure_future(work)
        dying = asyncio.ensure_future(self._died.wait())
        try:
            await asyncio.wait([working, dying], return_when=asyncio.FIRST_COMPLETED)
            if dying.done():
                raise EngineFailed
            return working.result()
        finally:
            working.cancel()
            dying.cancel()


def _digest(prompt: Prompt) -> str:
    return hashlib.sha256(prompt_text(prompt).encode("utf-8", "surrogatepass")).hexdigest()
