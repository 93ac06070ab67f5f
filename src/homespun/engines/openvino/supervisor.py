"""Starts the engine's process, watches it, and replaces it when it dies or hangs.

A process counts as hung when requests are in flight and no step has been reported for `stall_timeout_s`: a live process
is no proof of progress. Restarts back off from half a second to half a minute. A model that can't be read is not tried
again. This module must not know what a request is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable

from homespun.core.errors import EngineFailed, ModelUnreadable, Unavailable
from homespun.engines.protocol import EngineState

from .messages import Command, Configure, Ready, Report, Stepped, Unreadable, body_length, frame, reports

log = logging.getLogger(__name__)

_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 30.0
_STEADY_AFTER_S = 60.0
"""A process that lived so long starts the back-off anew."""
_STOP_GRACE_S = 2.0


class Supervisor:
    """One engine process at a time, for as long as the server runs.

    `on_step` gets every report of a step, `on_loss` is called when requests in flight are lost, and `is_busy` tells
    whether there are any.
    """

    def __init__(
        self,
        configure: Configure,
        *,
        on_step: Callable[[Stepped], None],
        on_loss: Callable[[], None],
        is_busy: Callable[[], bool],
    ) -> None:
        self._configure = configure
        self._on_step = on_step
        self._on_loss = on_loss
        self._is_busy = is_busy
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        """Set while it is known whether requests are served: READY, FAILED or STOPPED."""
        self._last_sign = 0.0
        self.state = EngineState.STOPPED
        self.problem: str | None = None
        self.ready: Ready | None = None
        """What the process said when it was last ready."""
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begins; returns at once."""
        assert self._task is None, "started twice"
        self._settle(EngineState.STARTING)
        self._task = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        """Ends the process and doesn't start another."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._settle(EngineState.STOPPED, "The engine has been stopped.")
        self._on_loss()

    async def wait_ready(self) -> None:
        """Raises `ModelUnreadable` if it will never be ready, `Unavailable` if it has been stopped."""
        await self._settled.wait()
        self.require_ready()

    def require_ready(self) -> None:
        """Raises `ModelUnreadable` or `Unavailable` unless requests are served right now."""
        if self.state is EngineState.FAILED:
            raise ModelUnreadable(self.problem)
        if self.state is not EngineState.READY:
            raise Unavailable(self.problem or "The engine is starting. Try again in a moment.")

    def send(self, command: Command) -> None:
        """Hands a command to the process. Raises `EngineFailed` if it isn't there to take it."""
        if self._process is None or self.state is not EngineState.READY:
            raise EngineFailed
        assert self._process.stdin is not None
        self._process.stdin.write(frame(command))

    def _settle(self, state: EngineState, problem: str | None = None) -> None:
        self.state, self.problem = state, problem
        if state in (EngineState.STARTING, EngineState.RESTARTING):
            self._settled.clear()
        else:
            self._settled.set()

    async def _keep_alive(self) -> None:
        clock = asyncio.get_running_loop().time
        delay = _FIRST_DELAY_S
        while True:
            began = clock()
            problem = await self._run_once()
            self._on_loss()
            if self.state is EngineState.FAILED:
                log.error("The engine can't start: %s", self.problem)
                return
            if clock() - began > _STEADY_AFTER_S:
                delay = _FIRST_DELAY_S
            self._settle(EngineState.RESTARTING, f"{problem} It is being restarted.")
            log.error("%s It is restarted in %.1f s.", problem, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY_S)
            self.restarts += 1

    async def _run_once(self) -> str:
        """Lives through one process; says what it died of."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "homespun.engines.openvino.process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._process = process
        self._last_sign = asyncio.get_running_loop().time()
        assert process.stdin is not None
        process.stdin.write(frame(self._configure))
        watchdog = asyncio.create_task(self._watch(process))
        try:
            await self._listen(process)
            hung = watchdog.done() and not watchdog.cancelled()
            code = await process.wait()
            return "The engine stopped making progress." if hung else f"The engine's process ended (status {code})."
        finally:
            watchdog.cancel()
            self._process = None
            await _end(process)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Takes reports in until the process closes its output."""
        assert process.stdout is not None
        stream = process.stdout
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = body_length(await stream.readexactly(4))
                self._take_in(reports.decode(await stream.readexactly(length)))

    def _take_in(self, report: Report) -> None:
        self._last_sign = asyncio.get_running_loop().time()
        match report:
            case Stepped():
                self._on_step(report)
            case Ready():
                self.ready = report
                self._settle(EngineState.READY)
            case Unreadable():
                self._settle(EngineState.FAILED, report.reason)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Ends a process that makes no progress; its output then closes, and `_listen` returns."""
        clock = asyncio.get_running_loop().time
        settings = self._configure.settings
        while True:
            await asyncio.sleep(min(settings.stall_timeout_s / 4, 1.0))
            if self.state is EngineState.READY:
                if not self._is_busy():
                    self._last_sign = clock()
                allowed_s = settings.stall_timeout_s
            else:
                allowed_s = settings.start_timeout_s
            if clock() - self._last_sign > allowed_s:
                process.kill()
                return


async def _end(process: asyncio.subprocess.Process) -> None:
    """Lets the process end by closing its input; kills it if it doesn't."""
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _STOP_GRACE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
