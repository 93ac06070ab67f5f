"""Several server processes that take connections from one socket, and the process that looks after them.

They hold nothing that another would miss: what they share is the database, and the spools in the data directory. One
that dies is replaced, and its replacement closes what it was answering. This module must not know what they serve.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

Work = Callable[[socket.socket], None]
"""Serves connections from a socket until a signal comes. It is pickled, so it is a module's function or a partial."""

_LONGEST_PAUSE_S = 30.0
_LONG_ENOUGH_S = 60.0
"""Whoever has lived so long did not die of how it was started."""

logger = logging.getLogger(__name__)


class Workers:
    """Keeps so many processes alive until it is told to stop."""

    def __init__(self, work: Work, listener: socket.socket, *, count: int, stop_timeout_s: float) -> None:
        """A process gets `stop_timeout_s` seconds to end; then it is killed."""
        self._work = work
        self._listener = listener
        self._places = [_Place() for _ in range(count)]
        self._stop_timeout_s = stop_timeout_s
        self._is_stopping = False

    def run(self) -> None:
        """Returns when a signal has come and all processes have ended."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        while not self._is_stopping:
            now_s = time.monotonic()
            for place in self._places:
                place.fill(self._start, now_s)
            # A signal does not end this wait, so it is a short one.
            wait([place.process.sentinel for place in self._places if place.process], timeout=0.2)
        self._stop()

    def _start(self) -> BaseProcess:
        process = get_context("spawn").Process(target=_work_until_alone, args=(self._work, self._listener))
        process.start()
        return process

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _stop(self) -> None:
        processes = [place.process for place in self._places if place.process]
        for process in processes:
            process.terminate()
        deadline_s = time.monotonic() + self._stop_timeout_s
        for process in processes:
            process.join(max(deadline_s - time.monotonic(), 0))
            if process.is_alive():
                logger.warning("The worker %s did not end in time and was killed", process.pid)
                process.kill()
                process.join()


def _work_until_alone(work: Work, listener: socket.socket) -> None:
    """Works in a process of its own, which ends when the one that started it does, be it killed."""
    parent = parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_parent, daemon=True).start()
    work(listener)


class _Place:
    """One of the processes, and the ones that come after it."""

    def __init__(self) -> None:
        self.process: BaseProcess | None = None
        self._started_s = 0.0
        self._pause_s = 0.5

    def fill(self, start: Callable[[], BaseProcess], now_s: float) -> None:
        """Starts a process if there is none, after a pause that grows with every one that dies young."""
        if self.process and not self.process.is_alive():
            lived_s = now_s - self._started_s
            self._pause_s = 0.5 if lived_s > _LONG_ENOUGH_S else min(self._pause_s * 2, _LONGEST_PAUSE_S)
            logger.error(
                "The worker %s has died (exit status %s); another comes in %.1f s",
                self.process.pid,
                self.process.exitcode,
                self._pause_s,
            )
            self.process, self._started_s = None, now_s
        if self.process is None and now_s - self._started_s >= (self._pause_s if self._started_s else 0):
            self.process, self._started_s = start(), now_s
