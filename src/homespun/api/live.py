"""Running answers. Each lives in a task of its own, independent of whoever reads it, and any number may read.

A reader never takes anything away and never holds an answer back: events stay in one list while the answer runs, and
each reader has its own place in that list. So nothing is lost, nothing comes twice, and a reader that was slow, or
another token's worth of events late, gets all that is ready at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from homespun.core.errors import Conflict, HomespunError
from homespun.core.events import Event, Piece
from homespun.gate import Admission
from homespun.journal import Turn

from .metrics import Metrics

Source = AsyncGenerator[Admission | Event, None]
"""What `Ring.turn` gives: the admission, then events."""

STOPPED = "The answer was stopped."

logger = logging.getLogger(__name__)


class LiveAnswer:
    """One request's running turns (several only where one request has several prompts), read as one list of events."""

    def __init__(self, *sources: Source) -> None:
        self.admissions: list[Admission] = []
        """In the order in which they came."""
        self.events: list[Event] = []
        """Everything so far; it only grows."""
        self.error: HomespunError | None = None
        """Why it ended, if it did not end well."""
        self.first_token_s: float | None = None
        """Seconds from the request to the first piece of the answer; None until then."""
        self._started_s = time.monotonic()
        self._readers: set[asyncio.Future[None]] = set()
        self._end_listeners: list[Callable[[LiveAnswer], None]] = []
        self._unclosed = len(sources)
        self._tasks = [asyncio.create_task(self._run(source)) for source in sources]
        for task in self._tasks:
            task.add_done_callback(self._on_end)

    @property
    def is_over(self) -> bool:
        """No more events will come, and its turns are closed."""
        return self._unclosed == 0

    @property
    def turns(self) -> list[Turn]:
        """The opened turns, in the order of admission."""
        return [admission.turn for admission in self.admissions]

    def own_turns(self) -> list[Turn]:
        """The turns that are answered here and not elsewhere, on an earlier request."""
        return [admission.turn for admission in self._own()]

    def is_about(self, subject: str) -> bool:
        """Whether it answers this turn, or a turn in this conversation or project."""
        return any(
            subject in (admission.turn.id, admission.turn.conversation_id, admission.project_id)
            for admission in self._own()
        )

    def _own(self) -> list[Admission]:
        return [admission for admission in self.admissions if not admission.is_repeated]

    async def opened(self) -> Turn:
        """The first turn, once it is admitted. Raises what the gate raises."""
        while not self.admissions:
            await self._news_before_it_is_over()
        return self.turns[0]

    async def begun(self) -> None:
        """Returns when the engine has taken it up, or it is over. Raises what went wrong before."""
        while not self.events:
            await self._news_before_it_is_over()

    async def batches(self) -> AsyncGenerator[list[Event], None]:
        """All events, those that are ready at a time together; ends with the answer, or raises its error."""
        position = 0
        while await self.has_more(position):
            batch = self.events[position:]
            position += len(batch)
            yield batch
        if self.error:
            raise self.error

    async def has_more(self, position: int) -> bool:
        """Waits until there are more events than `position`, or it is over: False."""
        while len(self.events) <= position:
            if self.is_over:
                return False
            await self._news()
        return True

    def text(self) -> str:
        """What the first choice has said so far. Its place in the list is `len(events)`."""
        return "".join(event.text for event in self.events if isinstance(event, Piece) and event.choice == 0)

    def cut(self, error: HomespunError) -> None:
        """Stops it, if it still runs; `over` waits until it is closed. Readers get the error after what was said."""
        if self.is_over:
            return
        self.error = self.error or error
        for task in self._tasks:
            task.cancel()

    def on_end(self, listener: Callable[[LiveAnswer], None]) -> None:
        """Calls the listener once, when its turns are closed."""
        self._end_listeners.append(listener)

    async def over(self) -> None:
        """Returns when its turns are closed, whatever their end was; raises nothing."""
        await asyncio.wait(self._tasks)

    async def _run(self, source: Source) -> None:
        async with aclosing(source):
            async for item in source:
                if isinstance(item, Admission):
                    self.admissions.append(item)
                else:
                    self._hear(item)
                self._wake()

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if self.first_token_s is None and isinstance(event, Piece):
            self.first_token_s = time.monotonic() - self._started_s

    def _on_end(self, task: asyncio.Task[None]) -> None:
        """One turn is closed. If it failed, the others of the same request are of no use any more."""
        self._unclosed -= 1
        error = None if task.cancelled() else task.exception()
        if error is not None:
            if not isinstance(error, HomespunError):
                logger.error("an answer failed for a reason nobody foresaw", exc_info=error)
                error = HomespunError()
            self.error = self.error or error
            self.cut(error)
        self._wake()
        if self.is_over:
            for listener in self._end_listeners:
                listener(self)

    def _wake(self) -> None:
        for reader in self._readers:
            if not reader.done():
                reader.set_result(None)
        self._readers.clear()

    async def _news(self) -> None:
        reader = asyncio.get_running_loop().create_future()
        self._readers.add(reader)
        try:
            await reader
        finally:
            self._readers.discard(reader)

    async def _news_before_it_is_over(self) -> None:
        if self.is_over:
            raise self.error or HomespunError()
        await self._news()


class LiveAnswers:
    """All running answers of this process."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._running: set[LiveAnswer] = set()
        self._closed: HomespunError | None = None
        """Why no answer is set running any more."""

    def start(self, *sources: Source) -> LiveAnswer:
        """Sets an answer running; it goes on until it is complete or cut, read or not. Raises what `stop` was given."""
        if self._closed:
            raise self._closed
        answer = LiveAnswer(*sources)
        self._running.add(answer)
        answer.on_end(self._forget)
        return answer

    def of_turn(self, turn_id: str) -> LiveAnswer | None:
        """The running answer of a turn; None if it isn't running. To ask for an id is no permission to read it."""
        return next(
            (answer for answer in self._running if any(turn.id == turn_id for turn in answer.own_turns())), None
        )

    def cut_about(self, subject: str) -> None:
        """Cuts the answer of a turn, or all answers in a conversation or project, by its id."""
        for answer in tuple(self._running):
            if answer.is_about(subject):
                answer.cut(Conflict(STOPPED))

    async def stop(self, error: HomespunError, *, timeout_s: float) -> bool:
        """Cuts all of them and takes no more, as clients are told by `error`; False if some weren't closed in time."""
        self._closed = error
        answers = tuple(self._running)
        for answer in answers:
            answer.cut(error)
        closings = [asyncio.create_task(answer.over()) for answer in answers]
        if not closings:
            return True
        _, late = await asyncio.wait(closings, timeout=timeout_s)
        for closing in late:
            closing.cancel()
        return not late

    def _forget(self, answer: LiveAnswer) -> None:
        self._running.discard(answer)
        self._metrics.answered(first_token_s=answer.first_token_s)
