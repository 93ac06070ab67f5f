"""The engine's process: receive -> schedule -> run -> sample -> emit, over and over.

Reads commands from standard input and writes reports to standard output, both in frames; see `messages`. Guests, which
join by a socket, speak the same; all requests are in one batch. It ends when its input ends, so that it never outlives
the server that started it. What goes wrong here can end this process, and nothing else.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue

from homespun.core.errors import EngineBusy, ModelUnreadable
from homespun.core.events import FinishReason, TokenAlternative, TokenLogprob

from .batch import Batch
from .blocks import BlockPool
from .intake import Arrival, Intake
from .lines import Event, Gone, Line, Task, line_of, read_line, welcome_guests
from .machine_time import MachineTime
from .messages import (
    Begin,
    Cancel,
    Configure,
    Counted,
    Done,
    Grown,
    Ping,
    Ready,
    Rejected,
    Stepped,
    Unreadable,
    commands,
    read_body,
)
from .runtime import Runtime
from .sampler import Drawn, Floats, Sampler, with_logprobs
from .scheduler import Scheduler
from .sequence import Sequence
from .settings import Settings
from .tokenizer import Tokenizer
from .weights import read_checkpoint

_CROWD = 8
"""From so many running sequences on, tokens are told in pairs."""
_PATIENCE_S = 0.02
"""How long to wait before offering again what a line could not take."""


class EngineLoop:
    """Runs steps as long as there is work, and waits for work otherwise."""

    def __init__(self, runtime: Runtime, tokenizer: Tokenizer, settings: Settings, *, context_tokens: int) -> None:
        self._runtime = runtime
        self._tokenizer = tokenizer
        self._context_tokens = context_tokens
        self._scheduler = Scheduler(BlockPool(runtime.blocks, runtime.block_size), settings)
        self._sampler = Sampler(runtime.vocab)
        self._machine_time = MachineTime()
        self._digests: dict[int, str] = {}
        """The prompt digests of requests that have not begun."""
        self._completion_tokens_total = 0
        self._lines: dict[int, Line] = {}
        self.tasks: SimpleQueue[Task] = SimpleQueue()
        """Filled by the lines' threads."""

    def run_forever(self) -> None:
        """The main path."""
        while True:
            self.turn()

    def turn(self) -> None:
        """Takes in what has arrived, waiting if there is nothing else to do; runs a step; reports."""
        self._receive()
        if self._scheduler.has_work:
            self.step()
        self._report()

    def step(self) -> None:
        """One step of every sequence that has a part in it."""
        batch = self._scheduler.next()
        rows = iter(self._runtime.run(batch))
        self._machine_time.divide(batch)
        self._scheduler.commit(batch)
        self._announce(batch)
        for sequence, count in batch.scored:
            self._score(sequence, list(islice(rows, count)))
        for sequence, guess in zip(batch.sampled, batch.guesses, strict=True):
            self._grow(sequence, guess, list(islice(rows, 1 + len(guess))))

    def _receive(self) -> None:
        """Takes in all that has arrived; waits for something if there is nothing else to do."""
        if not self._scheduler.has_work:
            self._take_in(self._wait())
            self._machine_time.resume()
        while not self.tasks.empty():
            self._take_in(self.tasks.get())

    def _wait(self) -> Task:
        """The next thing that arrives. Until then, lines that are behind are told the rest."""
        while behind := [line for line in self._lines.values() if line.is_behind]:
            try:
                return self.tasks.get(timeout=_PATIENCE_S)
            except Empty:
                self._report_to(behind)
        return self.tasks.get()

    def _take_in(self, task: Task) -> None:
        match task:
            case Arrival():
                self._queue(task)
            case Cancel():
                self._cancel(task.request)
            case Rejected() | Counted():
                self._say(task)
            case Line():
                self._lines[task.number] = task
                task.tell(Ready(self._context_tokens, self._runtime.blocks, task.first_request))
            case Gone():
                self._forget(task.line)
            case Ping():
                pass  # it has come this far, and a report follows

    def _cancel(self, request: int) -> None:
        self._scheduler.cancel(request)
        self._digests.pop(request, None)

    def _forget(self, line: Line) -> None:
        """Cancels all that was asked by a line."""
        line.hang_up()
        del self._lines[line.number]
        going = [*self._scheduler.running, *self._scheduler.waiting]
        for request in {sequence.request for sequence in going if line_of(sequence.request) == line.number}:
            self._cancel(request)

    def _queue(self, arrival: Arrival) -> None:
        if not self._scheduler.can_queue():
            busy = EngineBusy()
            self._say(Rejected(arrival.request, type(busy).__name__, busy.message))
            return
        self._digests[arrival.request] = arrival.prompt_digest
        self._scheduler.queue(arrival.sequences)

    def _announce(self, batch: Batch) -> None:
        """Tells the requests whose prompt was taken up for the first time."""
        for sequence in batch.sequences:
            if not sequence.began:
                sequence.began = True
                if digest := self._digests.pop(sequence.request, None):
                    spent_us = sequence.take_machine_us()
                    self._say(Begin(sequence.request, sequence.prompt_tokens, sequence.cached, digest, spent_us))

    def _score(self, sequence: Sequence, rows: Iterable[Floats]) -> None:
        """Takes the log-probabilities of the prompt's next tokens down. Where no answer is wanted, the last ends it."""
        top = sequence.sampling.logprobs or 0
        for row in rows:
            token = sequence.tokens[len(sequence.untold_logprobs)]
            sequence.untold_logprobs.append(self._described(with_logprobs(row, token, top)))
        if sequence.limit == sequence.computed:
            self._end(sequence, FinishReason.LENGTH)

    def _grow(self, sequence: Sequence, guess: list[int], rows: list[Floats]) -> None:
        """Draws the next token, and then the one after each that was guessed right."""
        for row, guessed in zip(rows, [*guess, None], strict=True):
            drawn = self._sampler(row, sequence)
            reason = self._append(sequence, drawn)
            if reason or drawn.token != guessed:
                break
            self._scheduler.accept(sequence)
        if reason:
            self._end(sequence, reason)
        elif self._is_turn_of(sequence):
            self._tell(sequence, sequence.text.take())

    def _end(self, sequence: Sequence, reason: FinishReason) -> None:
        self._tell(sequence, sequence.text.finish())
        self._scheduler.finish(sequence, reason)
        spent_us = sequence.take_machine_us()
        self._say(Done(sequence.request, sequence.choice, reason, sequence.completion_tokens, spent_us))

    def _append(self, sequence: Sequence, drawn: Drawn) -> FinishReason | None:
        before = sequence.completion_tokens
        reason = sequence.append(drawn.token)
        added = sequence.completion_tokens - before
        self._completion_tokens_total += added
        sequence.untold += added
        if sequence.sampling.logprobs is not None and (added or sequence.sampling.echo):
            sequence.untold_logprobs.append(self._described(drawn))
        return reason

    def _is_turn_of(self, sequence: Sequence) -> bool:
        """Whether this token is told at once: always, but in a crowd every second one, one half of the crowd at a time.

        A piece costs the server and its client some 0.15 ms of the processor that the next step needs.
        """
        written = sequence.completion_tokens
        return written == 1 or len(self._scheduler.running) < _CROWD or (written + sequence.request) % 2 == 0

    def _tell(self, sequence: Sequence, text: str) -> None:
        if sequence.untold or text or sequence.untold_logprobs:
            logprobs, sequence.untold_logprobs = tuple(sequence.untold_logprobs), []
            spent_us = sequence.take_machine_us()
            self._say(Grown(sequence.request, sequence.choice, text, sequence.untold, spent_us, logprobs))
            sequence.untold = 0

    def _described(self, drawn: Drawn) -> TokenLogprob:
        def alternative(token: int, logprob: float) -> TokenAlternative:
            return TokenAlternative(token, self._tokenizer.token_bytes(token), logprob)

        return TokenLogprob(alternative(drawn.token, drawn.logprob), tuple(alternative(*other) for other in drawn.top))

    def _say(self, event: Event) -> None:
        """Leaves it for the line of whoever asked, which may be gone by now."""
        if line := self._lines.get(line_of(event.request)):
            line.events.append(event)

    def _report(self) -> None:
        """Tells each line what there is for it, and all of them how the engine is, now and then and when it rests."""
        now_s, is_idle = time.monotonic(), not self._scheduler.has_work
        self._report_to(line for line in self._lines.values() if is_idle or line.is_due(now_s))

    def _report_to(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.can_hear():
                line.tell(self._stepped(line.events))

    def _stepped(self, events: list[Event]) -> Stepped:
        scheduler = self._scheduler
        return Stepped(
            events=events,
            running=len(scheduler.running),
            waiting=len(scheduler.waiting),
            blocks_free=scheduler.pool.free,
            prompt_tokens_total=scheduler.prompt_tokens_total,
            cached_tokens_total=scheduler.cached_tokens_total,
            completion_tokens_total=self._completion_tokens_total,
        )


def _load(configure: Configure) -> tuple[EngineLoop, Intake]:
    with closing(read_checkpoint(Path(configure.weights))) as checkpoint:
        tokenizer = Tokenizer.from_spec(checkpoint.tokenizer)
        runtime = Runtime.load(checkpoint, configure.settings, Path(configure.cache_dir))
        config = checkpoint.config
    context_tokens = min(config.context_tokens, runtime.blocks * runtime.block_size)
    loop = EngineLoop(runtime, tokenizer, configure.settings, context_tokens=context_tokens)
    return loop, Intake(tokenizer, vocab=config.vocab, context_tokens=context_tokens)


def _read_to_the_end(line: Line, intake: Intake, tasks: SimpleQueue[Task]) -> None:
    """The thread of the server that started this process, which ends with it."""
    try:
        read_line(line, intake, tasks)
    finally:
        os._exit(0)


def main() -> None:
    """Serves one model until the input ends."""
    # Ctrl-C in a terminal reaches the whole group; when to end is the server's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries that print must not get between the frames: from here on, their output goes to the log.
    line = Line.of_pipes(sys.stdin.buffer, os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    body = read_body(line.source)
    if body is None:
        return
    configure = commands.decode(body)
    assert isinstance(configure, Configure), "the first command configures"
    try:
        loop, intake = _load(configure)
    except ModelUnreadable as error:
        line.tell(Unreadable(error.message))
        return
    loop.tasks.put(line)
    threading.Thread(target=_read_to_the_end, args=(line, intake, loop.tasks), daemon=True).start()
    if configure.listener is not None:
        listener = socket.socket(fileno=configure.listener)
        threading.Thread(target=welcome_guests, args=(listener, intake, loop.tasks), daemon=True).start()
    loop.run_forever()


if __name__ == "__main__":
    main()
