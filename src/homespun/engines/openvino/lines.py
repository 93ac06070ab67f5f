"""The lines by which servers speak with the engine: one over standard input and output, and one for each guest.

What a server asks comes in on its line's own thread, which encodes prompts while the others' steps go on. What it is
told goes out without ever waiting for it: for a server that reads slowly, events are kept and told together. This
module must not know how requests are answered.
"""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import BinaryIO

from homespun.core.errors import HomespunError

from .intake import Arrival, Intake
from .messages import (
    Begin,
    Cancel,
    Command,
    Configure,
    Count,
    Counted,
    Done,
    Grown,
    Ping,
    Rejected,
    Report,
    Submit,
    commands,
    frame,
    read_body,
)

Event = Begin | Grown | Done | Rejected | Counted

_REQUESTS = 2**40
"""How many requests a line can number."""
_TELL_EVERY_S = 0.25
"""So often a line hears how the engine is, though there is nothing for it."""
_FAR_BEHIND = 50_000
"""Events. A server that has not read so many is as good as dead."""


class Line:
    """One server's connection. It is told things by the loop's thread, and read by another."""

    def __init__(
        self, number: int, source: BinaryIO, send: Callable[[bytes], int], hang_up: Callable[[], None] = lambda: None
    ) -> None:
        """`send` takes as many bytes as it can without waiting, and raises `BlockingIOError` if that is none."""
        self.number = number
        self.source = source
        self.hang_up = hang_up
        """Ends it; `source` comes to its end, and nothing more is sent."""
        self.events: list[Event] = []
        """What it has not been told yet."""
        self._send = send
        self._unsent = b""
        self._told_s = 0.0

    @classmethod
    def of_pipes(cls, source: BinaryIO, descriptor: int) -> Line:
        """The line of the server that started this process."""
        os.set_blocking(descriptor, False)
        return cls(0, source, partial(os.write, descriptor), partial(os._exit, 1))

    @classmethod
    def of_socket(cls, number: int, connection: socket.socket) -> Line:
        """A guest's line."""

        def send(data: bytes) -> int:
            return connection.send(data, socket.MSG_DONTWAIT)

        def hang_up() -> None:
            with suppress(OSError):  # the guest was quicker
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

        return cls(number, connection.makefile("rb"), send, hang_up)

    @property
    def first_request(self) -> int:
        """Requests of this line are numbered from here on, so that a number says whose request it is."""
        return self.number * _REQUESTS

    @property
    def is_behind(self) -> bool:
        """Whether it has not taken all that it is to be told."""
        return bool(self._unsent or self.events)

    def is_due(self, now_s: float) -> bool:
        """Whether there is something to tell."""
        return bool(self.events) or now_s - self._told_s >= _TELL_EVERY_S

    def can_hear(self) -> bool:
        """Whether all that it has been told is on its way. One that is too far behind is hung up on."""
        while self._unsent:
            try:
                self._unsent = self._unsent[self._send(self._unsent) :]
            except BlockingIOError:
                if len(self.events) > _FAR_BEHIND:
                    self.hang_up()
                return False
            except OSError:  # it is gone; whoever reads it will say so
                self._unsent = b""
        return True

    def tell(self, report: Report) -> None:
        """Sends a report; `can_hear` must hold. It includes the line's events, so there are none to tell now."""
        self._unsent = frame(report)
        self._told_s = time.monotonic()
        self.events = []
        self.can_hear()


def line_of(request: int) -> int:
    """The number of the line that a request came by."""
    return request // _REQUESTS


@dataclass(frozen=True, slots=True)
class Gone:
    """A line has ended; nobody wants the answers to its requests any more."""

    line: Line


Task = Arrival | Cancel | Ping | Rejected | Counted | Line | Gone
"""What the loop takes in. A `Line` is a new one, which precedes all that comes by it."""


def read_line(line: Line, intake: Intake, tasks: SimpleQueue[Task]) -> None:
    """A line's thread: encodes prompts as they come, until the line ends."""
    try:
        with line.source, suppress(ConnectionError):
            while (body := read_body(line.source)) is not None:
                tasks.put(_prepare(commands.decode(body), intake))
    finally:
        tasks.put(Gone(line))


def welcome_guests(listener: socket.socket, intake: Intake, tasks: SimpleQueue[Task]) -> None:
    """The thread that takes guests in, each with a line and a thread of its own."""
    for number in itertools.count(1):
        with suppress(ConnectionAbortedError):  # some systems say so of one that has left while it waited
            connection, _ = listener.accept()
            line = Line.of_socket(number, connection)
            tasks.put(line)
            threading.Thread(target=read_line, args=(line, intake, tasks), daemon=True).start()


def _prepare(command: Command, intake: Intake) -> Task:
    assert not isinstance(command, Configure), "configured twice"
    if isinstance(command, Cancel | Ping):
        return command
    try:
        match command:
            case Submit():
                return intake.prepare(command)
            case Count():
                return Counted(command.request, len(intake.encode(command.prompt.prompt())))
    except HomespunError as error:
        return Rejected(command.request, type(error).__name__, error.message, error.param)
