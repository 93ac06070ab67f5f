"""The engine's lines to servers: whose is what, and what happens to a server that doesn't listen."""

from __future__ import annotations

import io
import socket
import threading
from collections import deque
from queue import SimpleQueue
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.openvino import lines
from homespun.engines.openvino.intake import Arrival, Intake
from homespun.engines.openvino.lines import Gone, Line, Task, line_of, read_line, welcome_guests
from homespun.engines.openvino.messages import (
    Cancel,
    Done,
    Grown,
    Ping,
    Ready,
    Stepped,
    frame,
    read_body,
    reports,
)
from homespun.engines.openvino.sequence import Sequence
from tests.patience import PATIENCE_S

from .recalling import Answers, RecallingRuntime, expected_tokens, greedy, make_loop

PROMPT = [5, 6, 7, 8, 9, 10, 11, 12, 5, 6, 7]


class Server:
    """The other end of a line. It takes as many bytes at a time as it is told, one entry a time; then none."""

    def __init__(self, number: int, takes: list[int] | None = None) -> None:
        self.has_hung_up = False
        self._takes = None if takes is None else deque(takes)
        self._heard = io.BytesIO()
        self.line = Line(number, io.BytesIO(), self._send, self._hang_up)

    def listen(self) -> None:
        """From now on it takes all."""
        self._takes = None

    def reports(self) -> list[Ready | Stepped]:
        """All that has come whole."""
        self._heard.seek(0)
        bodies = iter(lambda: read_body(self._heard), None)
        return [cast(Ready | Stepped, reports.decode(body)) for body in bodies if body]

    def text(self) -> dict[int, str]:
        """What was said, by request."""
        said: dict[int, str] = {}
        for report in self.reports():
            for event in report.events if isinstance(report, Stepped) else ():
                if isinstance(event, Grown):
                    said[event.request] = said.get(event.request, "") + event.text
        return said

    def done(self) -> set[int]:
        """The requests that are complete."""
        stepped = [report for report in self.reports() if isinstance(report, Stepped)]
        return {event.request for report in stepped for event in report.events if isinstance(event, Done)}

    def _send(self, data: bytes) -> int:
        if self._takes is None:
            return self._heard.write(data)
        if not self._takes:
            raise BlockingIOError
        if count := self._takes.popleft():
            return self._heard.write(data[:count])
        raise BlockingIOError

    def _hang_up(self) -> None:
        self.has_hung_up = True


def expected_text(length: int) -> str:
    return "".join(map(chr, expected_tokens(PROMPT, length)))


def ask(loop: Answers, server: Server, *, length: int = 20) -> Sequence:
    """A request by a server's line."""
    sequence = greedy(PROMPT, request=server.line.first_request + 1, length=length)
    loop.loop.tasks.put(Arrival(sequence.request, "digest", [sequence]))
    return sequence


def joined(loop: Answers, number: int, takes: list[int] | None = None) -> Server:
    server = Server(number, takes)
    loop.loop.tasks.put(server.line)
    return server


def test_each_line_hears_of_its_own_requests_and_of_no_others() -> None:
    loop = make_loop(RecallingRuntime(200))
    first, second = joined(loop, 1), joined(loop, 2)
    asked = {server: ask(loop, server) for server in (first, second)}
    while not all(server.done() for server in asked):
        loop.turn()
    for server, sequence in asked.items():
        assert server.text() == {sequence.request: expected_text(20)}
    assert loop.pieces == {}


def test_a_line_is_told_first_how_to_number_its_requests() -> None:
    loop = make_loop(RecallingRuntime(64))
    servers = [joined(loop, number) for number in (1, 2, 3)]
    loop.turn()
    begins = [server.reports()[0] for server in servers]
    for server, ready in zip(servers, begins, strict=True):
        assert isinstance(ready, Ready)
        assert line_of(ready.first_request) == line_of(ready.first_request + 10**9) == server.line.number


def test_a_line_that_ends_gives_back_all_that_it_held_and_no_more() -> None:
    loop = make_loop(RecallingRuntime(200), max_running=2)
    going, staying = joined(loop, 1), joined(loop, 2)
    ask(loop, going, length=300)
    kept = ask(loop, staying)
    waiting = greedy(PROMPT, request=going.line.first_request + 2, length=300)
    loop.loop.tasks.put(Arrival(waiting.request, "digest", [waiting]))
    for _ in range(3):
        loop.turn()
    loop.loop.tasks.put(Gone(going.line))
    loop.turn()
    running = staying.reports()[-1]
    assert isinstance(running, Stepped)
    assert (running.running, running.waiting) == (1, 0)
    while not staying.done():
        loop.turn()
    assert staying.text() == {kept.request: expected_text(20)}
    assert going.has_hung_up
    last = staying.reports()[-1]
    assert isinstance(last, Stepped)
    assert last.blocks_free == 200


def test_all_lines_hear_when_the_engine_rests() -> None:
    loop = make_loop(RecallingRuntime(200))
    busy, idle = joined(loop, 1), joined(loop, 2)
    ask(loop, busy)
    while not busy.done():
        loop.turn()
    last = idle.reports()[-1]
    assert isinstance(last, Stepped)
    assert (last.running, last.blocks_free) == (0, 200)
    assert last.completion_tokens_total >= 20


def test_a_line_that_has_nothing_to_hear_is_not_told_of_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_TELL_EVERY_S", 3600.0)
    loop = make_loop(RecallingRuntime(200))
    busy, idle = joined(loop, 1), joined(loop, 2)
    loop.turn()
    before = len(idle.reports())
    ask(loop, busy, length=100)
    while not busy.done():
        loop.turn()
    assert len(busy.reports()) > 30
    assert len(idle.reports()) == before + 1


def test_a_ping_is_answered_by_a_loop_that_rests() -> None:
    loop = make_loop(RecallingRuntime(64))
    server = joined(loop, 1)
    loop.turn()
    before = len(server.reports())
    loop.loop.tasks.put(Ping())
    loop.turn()
    assert len(server.reports()) == before + 1


@given(st.lists(st.integers(0, 90), max_size=60))
def test_however_slowly_a_server_takes_it_it_gets_all_of_it_in_order(takes: list[int]) -> None:
    loop = make_loop(RecallingRuntime(200))
    slow, quick = joined(loop, 1, takes), joined(loop, 2)
    asked = ask(loop, slow, length=30)
    ask(loop, quick, length=60)
    while not quick.done():
        loop.turn()
    slow.listen()
    loop.loop.tasks.put(Ping())
    loop.turn()
    assert slow.text() == {asked.request: expected_text(30)}
    assert slow.done() == {asked.request}


def test_what_a_slow_server_has_not_taken_is_offered_again_while_the_engine_rests() -> None:
    loop = make_loop(RecallingRuntime(200))
    slow = joined(loop, 1, [40, 0, 0, 30])
    asked = ask(loop, slow)
    while loop.loop._scheduler.has_work or slow.line.number not in loop.loop._lines:
        loop.turn()
    assert not slow.done()
    slow.listen()
    threading.Timer(0.2, loop.loop.tasks.put, [Ping()]).start()
    loop.loop._take_in(loop.loop._wait())
    assert slow.text() == {asked.request: expected_text(20)}


def test_a_server_that_is_too_far_behind_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_FAR_BEHIND", 10)
    loop = make_loop(RecallingRuntime(200))
    deaf, other = joined(loop, 1, []), joined(loop, 2)
    ask(loop, deaf, length=60)
    for _ in range(8):
        loop.turn()
    assert not deaf.has_hung_up
    ask(loop, other, length=30)
    while not other.done():
        loop.turn()
    assert deaf.has_hung_up


class _NoIntake:
    """Nothing that is sent here has a prompt."""


def test_guests_are_taken_in_read_and_taken_leave_of() -> None:
    tasks: SimpleQueue[Task] = SimpleQueue()
    ours, theirs = socket.socketpair()
    with theirs:
        listener = _Listener(ours)
        with pytest.raises(_NobodyElse):
            welcome_guests(cast(socket.socket, listener), cast(Intake, _NoIntake()), tasks)
        line = tasks.get(timeout=PATIENCE_S)
        assert isinstance(line, Line)
        theirs.sendall(frame(Cancel(line.first_request + 7)))
        assert tasks.get(timeout=PATIENCE_S) == Cancel(line.first_request + 7)
        line.tell(Ready(100, 10, line.first_request))
        body = read_body(theirs.makefile("rb"))
        assert body is not None
        assert reports.decode(body) == Ready(100, 10, line.first_request)
    assert tasks.get(timeout=PATIENCE_S) == Gone(line)
    line.hang_up()


def test_a_line_that_says_what_nobody_understands_ends() -> None:
    tasks: SimpleQueue[Task] = SimpleQueue()
    line = Line(1, io.BytesIO(b"\x00\x00\x00\x02hm"), len)
    with pytest.raises(msgspec.DecodeError):
        read_line(line, cast(Intake, _NoIntake()), tasks)
    assert tasks.get(timeout=PATIENCE_S) == Gone(line)


class _NobodyElse(Exception):
    pass


class _Listener:
    """One leaves while it waits, a guest comes, and then no other."""

    def __init__(self, guest: socket.socket) -> None:
        self._guests = [guest]
        self._has_seen_one_leave = False

    def accept(self) -> tuple[socket.socket, str]:
        if not self._has_seen_one_leave:
            self._has_seen_one_leave = True
            raise ConnectionAbortedError
        if not self._guests:
            raise _NobodyElse
        return self._guests.pop(), ""
