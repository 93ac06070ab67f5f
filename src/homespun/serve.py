"""The life of a message: one turn of the ring, top to bottom. Start reading Homespun here.

1. A door (`homespun.api`) has turned its wire format into an `Incoming`, and knows who is calling.
2. What is done in the background makes way. It is settled which release answers; the gate admits it, holds what it may
   cost, and opens the turn in the journal: the first transaction.
3. The assistant builds the prompt and drives the engine, which streams events.
4. Each event is noted in the turn's spool, and only then handed to the door: what somebody has read is never lost.
5. The gate has the turn closed with what was said, and settled by what was delivered: the second transaction. That
   happens however the turn ends: complete, stopped by its reader, failed by the engine, or cut short because the server
   stops.

This module must not know any wire format, nor how anything is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeVar

from homespun.accounts import Caller
from homespun.assistant import Assistant
from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, Unavailable
from homespun.core.events import Event, Piece
from homespun.core.incoming import Incoming
from homespun.engines import LiveModels
from homespun.gate import Admission, Gate
from homespun.journal import Closing, Journal, Said, TurnState, replayed

T = TypeVar("T")

_ASK_AGAIN_S = 0.2
"""How often a repeated request looks whether the first one has been answered: it may be answered by another process."""


class Ring:
    """Takes messages round: gate, assistant, journal, and out through the door."""

    def __init__(
        self,
        models: LiveModels,
        gate: Gate,
        assistant: Assistant,
        journal: Journal,
        clock: Clock,
        make_way: Callable[[], None],
    ) -> None:
        self._models = models
        self._gate = gate
        self._assistant = assistant
        self._journal = journal
        self._clock = clock
        self._make_way = make_way
        self._is_stopping = False
        self._unclosed: dict[str, Closing] = {}
        """By turn, the closings that could not be written down: the disk was full."""

    async def turn(self, caller: Caller, incoming: Incoming) -> AsyncGenerator[Admission | Event, None]:
        """Answers one message: yields its admission, then the answer's events.

        To close the generator, or to cancel the task that reads it, stops the engine and closes the turn as stopped.
        Raises what the gate and the assistant raise; the turn is closed as failed before.
        """
        self._make_way()
        admission = await unbroken(self._admit(caller, incoming))
        if admission.is_repeated:
            async for item in self._again(admission):
                yield item
            return
        turn, incoming = admission.turn, admission.incoming
        said, watch = Said(choices=incoming.sampling.n), Stopwatch(self._clock)
        state, error = TurnState.FAILED, HomespunError()
        try:
            yield admission
            spool = self._journal.spool(turn.id)
            async with aclosing(self._assistant.answer(caller.person.id, turn.id, incoming)) as answer:
                async for event in answer:
                    spool.note(event)
                    said.add(event)
                    watch.hear(event)
                    yield event
        except (asyncio.CancelledError, GeneratorExit):
            state = TurnState.INTERRUPTED if self._is_stopping else TurnState.STOPPED
            raise
        except HomespunError as reason:
            error = reason
            raise
        finally:
            # An answer that came to its end is complete, even if its reader hangs up at the last word.
            closing = said.closing(TurnState.COMPLETE if said.is_complete else state, error, **watch.times_ms())
            await unbroken(self._close(turn.id, closing))

    async def close_late(self) -> None:
        """Closes the turns that could not be closed when they ended. Raises what speaks against it still."""
        while self._unclosed:
            await self._close(*self._unclosed.popitem())

    def stop(self) -> None:
        """From now on, a turn that is cut short was interrupted by the server and not stopped by its reader."""
        self._is_stopping = True

    async def _again(self, admission: Admission) -> AsyncGenerator[Admission | Event, None]:
        """The answer that was given to an earlier request with the same idempotency key, once it is complete."""
        yield admission
        turn = admission.turn
        while turn.state is TurnState.OPEN:
            await asyncio.sleep(_ASK_AGAIN_S)
            turn = await self._journal.turn(turn.owner_id, turn.id)
        if turn.state is not TurnState.COMPLETE:
            raise Unavailable("The request's first attempt came to nothing. Send it again with the same key.")
        for event in replayed(turn):
            yield event

    async def _admit(self, caller: Caller, incoming: Incoming) -> Admission:
        await self.close_late()
        if not incoming.placement.release_id:  # else one was asked for
            incoming = replace(incoming, placement=self._models.place(incoming.model, caller.person.id))
        return await self._gate.admit(caller, incoming)

    async def _close(self, turn_id: str, closing: Closing) -> None:
        """A closing that can't be written down, on a full disk say, is kept, and written when that is over."""
        try:
            await self._gate.close(turn_id, closing)
        except Exception:
            self._unclosed[turn_id] = closing
            raise


class Stopwatch:
    """Takes an answer's times, from the moment it is made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_s = clock.monotonic_s()
        self._first_token_ms: int | None = None

    def hear(self, event: Event) -> None:
        """Notes when the first piece comes."""
        if self._first_token_ms is None and isinstance(event, Piece):
            self._first_token_ms = self._elapsed_ms()

    def times_ms(self) -> dict[str, int | None]:
        """As `Said.closing` takes them."""
        return {"first_token_ms": self._first_token_ms, "total_ms": self._elapsed_ms()}

    def _elapsed_ms(self) -> int:
        return round((self._clock.monotonic_s() - self._started_s) * 1000)


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Awaits `work` to its end even if this task is cancelled meanwhile, which then takes effect at its next await."""
    task = asyncio.ensure_future(work)
    me = asyncio.current_task()
    assert me is not None
    was_cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            was_cancelled = True
            me.uncancel()
    if was_cancelled:
        me.cancel()
    return task.result()
