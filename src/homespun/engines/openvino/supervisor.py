"""Starts the engine's process, watches it, and replaces it when it dies or hangs.

A process that is silent is asked for a sign, which only its loop can give; it counts as hung when none has come for
`stall_timeout_s`: a live process is no proof of progress.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

from homespun.engines.protocol import EngineState

from .link import Link
from .messages import Configure, Ping, frame

_STOP_GRACE_S = 2.0


class Supervisor(Link):
    """The link to an engine process of its own: one at a time, for as long as the server runs."""

    def __init__(self, configure: Configure) -> None:
        super().__init__()
        self._configure = configure
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return self._process.pid if self._process else None

    async def _live(self) -> str:
        try:
            process = await self._spawn()
        except OSError as error:
            return f"The engine's process can't be started: {error.strerror}."
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._writer = process, process.stdin
        self._last_sign_s = asyncio.get_running_loop().time()
        process.stdin.write(frame(self._configure))
        watchdog = asyncio.create_task(self._watch(process))
        try:
            await self._listen(process.stdout)
            hung = watchdog.done() and not watchdog.cancelled()
            code = await process.wait()
            return "The engine stopped making progress." if hung else f"The engine's process ended (status {code})."
        finally:
            watchdog.cancel()
            self._process = self._writer = None
            await _end(process)

    async def _spawn(self) -> asyncio.subprocess.Process:
        listener = self._configure.listener
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "homespun.engines.openvino.process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=() if listener is None else (listener,),
        )

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Ends a process that makes no progress; its output then closes, and `_listen` returns."""
        clock = asyncio.get_running_loop().time
        settings = self._configure.settings
        patience_s = settings.stall_timeout_s / 4
        asked_s = 0.0
        while True:
            await asyncio.sleep(min(patience_s, 1.0))
            now_s, heard_s = clock(), self._last_sign_s
            if self.state is not EngineState.READY:
                is_hung = now_s - heard_s > settings.start_timeout_s
            elif now_s - heard_s > patience_s and asked_s <= heard_s:
                self.send(Ping())
                is_hung, asked_s = False, now_s
            else:
                is_hung = asked_s > heard_s and now_s - asked_s > settings.stall_timeout_s - patience_s
            if is_hung:
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
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
