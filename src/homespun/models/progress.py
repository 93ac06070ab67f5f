"""How far a pull has come, for whoever watches it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What a pull is doing."""

    WAITING = "waiting"
    """Another process is pulling the same model."""
    LOOKING_UP = "looking up"
    FETCHING = "fetching"
    UNPACKING = "unpacking"
    VERIFYING = "verifying"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """One report. Bytes count within the phase; they may go back when a server makes a download start over."""

    phase: Phase
    done_bytes: int = 0
    total_bytes: int | None = None
    """None while unknown, or where bytes are not what takes the time."""


OnProgress = Callable[[Progress], None]
"""Called on the event loop, up to some thousand times a pull."""


def ignore_progress(_: Progress) -> None:
    """For those who don't watch."""


class Reporter:
    """Adds up the bytes of several files within a phase, and tells the watcher."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._tell = on_progress
        self._phase = Phase.LOOKING_UP
        self._total: int | None = None
        self._finished = 0
        self._current = 0

    def begin(self, phase: Phase, total_bytes: int | None = None) -> None:
        """Starts a phase with nothing done."""
        self._phase, self._total = phase, total_bytes
        self._finished = self._current = 0
        self._report()

    def at(self, bytes_of_file: int) -> None:
        """The file in hand has come so far."""
        self._current = bytes_of_file
        self._report()

    def add(self, more_bytes: int) -> None:
        """So many more bytes of the file in hand."""
        self.at(self._current + more_bytes)

    def next_file(self) -> None:
        """The file in hand is complete."""
        self._finished += self._current
        self._current = 0

    def _report(self) -> None:
        self._tell(Progress(self._phase, self._finished + self._current, self._total))
