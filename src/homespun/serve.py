"""The life of a message: one turn of the ring, top to bottom. Start reading Homespun here.

1. A door (`homespun.api`) has turned its wire format into an `Incoming`, and knows who is calling.
2. The gate admits it and opens the turn in the journal: the first transaction.
3. The assistant builds the prompt and drives the engine, which streams events.
4. Each event is noted in the turn's spool, and only then handed to the door: what somebody has read is never lost.
5. The journal closes the turn with what was said: the second transaction. That happens however the turn ends: complete,
   stopped by its reader, failed by the engine, or cut short because the server stops.

This module must not know any wire format, nor how anything is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from homespun.accounts import Person
from homespun.assistant import Assistant
from homespun.core.clock import Clock
from homespun.core.errors import HomespunError
from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.incoming import Incoming
from homespun.gate import Gate
from homespun.journal import Answer, Closing, Journal, Turn, TurnState

T = TypeVar("T")


class Ring:
    """Takes messages round: gate, assistant, journal, and out through the door."""

    def __init__(self, gate: Gate, assistant: Assistant, journal: Journal, clock: Clock) -> None:
        self._gate = gate
        self._assistant = assistant
        self._journal = journal
        self._clock = clock
        self._is_stopping = False

    async def turn(self, person: Person, incoming: Incoming) -> AsyncGenerator[Turn | Event, None]:
        """Answers one message: yields the opened turn, then the answer's events.

        To close the generator, or to cancel the task that reads it, stops the engine and closes the turn as stopped.
        Raises what the gate and the assistant raise; the turn is closed as failed before.
        """
        admission = await unbroken(self._gate.admit(person, incoming))
        turn = admission.turn
        said = Said(self._clock, choices=incoming.sampling.n)
        try:
            yield turn
            spool = self._journal.spool(turn.id)
            async with aclosing(self._assistant.answer(person, turn.id, incoming)) as answer:
                async for event in answer:
                    spool.note(event)
                    said.add(event)
                    yield event
            said.end(TurnState.COMPLETE)
        except (asyncio.CancelledError, GeneratorExit):
            said.end(TurnState.INTERRUPTED if self._is_stopping else TurnState.STOPPED)
            raise
        except HomespunError as error:
            said.end(TurnState.FAILED, error)
            raise
        finally:
            await unbroken(self._journal.close_turn(turn.id, said.closing()))

    def stop(self) -> None:
        """From now on, a turn that is cut short was interrupted by the server and not stopped by its reader."""
        self._is_stopping = True


class Said:
    """What one turn has said so far, and how it ended; until it is told otherwise, it failed for no known reason."""

    def __init__(self, clock: Clock, *, choices: int) -> None:
        self._clock = clock
        self._started_s = clock.monotonic_s()
        self._first_token_s: float | None = None
        self._began: Began | None = None
        self._texts: list[list[str]] = [[] for _ in range(choices)]
        self._tokens = [0] * choices
        self._reasons: list[FinishReason | None] = [None] * choices
        self._state = TurnState.FAILED
        self._error = HomespunError()

    def add(self, event: Event) -> None:
        """Takes in the answer's next event."""
        match event:
            case Piece(choice, text, tokens):
                self._texts[choice].append(text)
                self._tokens[choice] += tokens
                if self._first_token_s is None:
                    self._first_token_s = self._clock.monotonic_s()
            case Began():
                self._began = event
            case Ended(choice, reason, tokens):
                self._reasons[choice] = reason
                self._tokens[choice] = tokens

    def end(self, state: TurnState, error: HomespunError | None = None) -> None:
        """Says how the turn ended. An answer that had come to its end is complete, whatever happened afterwards."""
        self._state = TurnState.COMPLETE if all(self._reasons) else state
        self._error = error or self._error

    def closing(self) -> Closing:
        """All of it, for the journal."""
        began = self._began or Began(prompt_tokens=0, cached_tokens=0, prompt_digest="")
        failed = self._state is TurnState.FAILED
        return Closing(
            state=self._state,
            answers=tuple(self._answer(choice) for choice in range(len(self._texts))),
            prompt_tokens=began.prompt_tokens,
            cached_tokens=began.cached_tokens,
            prompt_digest=began.prompt_digest or None,
            first_token_ms=self._since_start_ms(self._first_token_s),
            total_ms=self._since_start_ms(self._clock.monotonic_s()),
            error_code=self._error.code if failed else None,
            error_message=self._error.message if failed else None,
        )

    def _answer(self, choice: int) -> Answer:
        cut_short = FinishReason.CANCELLED if self._state is TurnState.STOPPED else FinishReason.ERROR
        reason = self._reasons[choice] or cut_short
        return Answer(choice, "".join(self._texts[choice]), reason, self._tokens[choice])

    def _since_start_ms(self, moment_s: float | None) -> int | None:
        return None if moment_s is None else round((moment_s - self._started_s) * 1000)


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Awaits `work` to its end even if this task is cancelled meanwhile, which then takes effect at its next await."""
    task = asyncio.ensure_future(work)
    cancellations = 0
    me = asyncio.current_task()
    assert me is not None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancellations += 1
            me.uncancel()
    if cancellations:
        me.cancel()
    return task.result()
