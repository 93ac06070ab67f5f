"""The server's end of its line to an engine's process: whether there is one, and what it last said of itself.

A line that is lost is taken up again, after a pause that grows from half a second to half a minute. A model that can't
be read is not tried again. This module must not know what a request is, nor who started the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable

from homespun.core.errors import EngineFailed, ModelUnreadable, Unavailable
from homespun.engines.protocol import EngineState

from .messages import Command, Ready, Report, Stepped, Unreadable, body_length, frame, reports

log = logging.getLogger(__name__)

_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 30.0
_STEADY_AFTER_S = 60.0
"""A line that lasted so long starts the back-off anew."""


class Link(ABC):
    """One line at a time, for as long as the server runs."""

    def __init__(self) -> None:
        self.on_step: Callable[[Stepped], None] = lambda step: None
        """Gets every report of a step."""
        self.on_loss: Callable[[], None] = lambda: None
        """Called when requests in flight are lost."""
        self.state = EngineState.STOPPED
        self.problem: str | None = None
        self.ready: Ready | None = None
        """What the process said when it was last ready."""
        self.restarts = 0
        self._writer: asyncio.StreamWriter | None = None
        """Set while there is a line."""
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        """Set while it is known whether requests are served: READY, FAILED or STOPPED."""
        self._last_sign_s = 0.0

    def start(self) -> None:
        """Begins; returns at once."""
        assert self._task is None, "started twice"
        self._settle(EngineState.STARTING)
        self._task = asyncio.create_task(self._keep_up())

    async def stop(self) -> None:
        """Ends the line and doesn't take up another."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._settle(EngineState.STOPPED, "The engine has been stopped.")
        self.on_loss()

    async def wait_ready(self) -> None:
        """Raises `ModelUnreadable` if it will never be ready, `Unavailable` if it has been stopped."""
        await self._settled.wait()
        self.require_ready()

    async def wait_failed(self) -> None:
        """Returns when it is known that it will never be ready again."""
        assert self._task is not None, "not started"
        await asyncio.wait({self._task})

    def require_ready(self) -> Ready:
        """Raises `ModelUnreadable` or `Unavailable` unless requests are served right now."""
        if self.state is EngineState.FAILED:
            raise ModelUnreadable(self.problem)
        if self.state is not EngineState.READY or self.ready is None:
            raise Unavailable(self.problem or "The engine is starting. Try again in a moment.")
        return self.ready

    def send(self, command: Command) -> None:
        """Hands a command to the process. Raises `EngineFailed` if it isn't there to take it."""
        if self._writer is None or self.state is not EngineState.READY:
            raise EngineFailed
        self._writer.write(frame(command))

    @abstractmethod
    async def _live(self) -> str:
        """Lives through one line: sets `_writer`, listens; says why it has ended."""

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Takes reports in until the process ends the line."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = body_length(await stream.readexactly(4))
                self._take_in(reports.decode(await stream.readexactly(length)))

    def _take_in(self, report: Report) -> None:
        self._last_sign_s = asyncio.get_running_loop().time()
        match report:
            case Stepped():
                self.on_step(report)
            case Ready():
                self.ready = report
                self._settle(EngineState.READY)
            case Unreadable():
                self._settle(EngineState.FAILED, report.reason)

    def _settle(self, state: EngineState, problem: str | None = None) -> None:
        self.state, self.problem = state, problem
        if state in (EngineState.STARTING, EngineState.RESTARTING):
            self._settled.clear()
        else:
            self._settled.set()

    async def _keep_up(self) -> None:
        clock = asyncio.get_running_loop().time
        delay_s = _FIRST_DELAY_S
        while True:
            began_s = clock()
            problem = await self._live()
            self.on_loss()
            if self.state is EngineState.FAILED:
                log.error("The engine can't start: %s", self.problem)
                return
            if clock() - began_s > _STEADY_AFTER_S:
                delay_s = _FIRST_DELAY_S
            self._settle(EngineState.RESTARTING, f"{problem} It is being restarted.")
            log.error("%s It is restarted in %.1f s.", problem, delay_s)
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)
            self.restarts += 1
