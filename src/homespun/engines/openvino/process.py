"""The engine's process: receive -> schedule -> run -> sample -> emit, over and over.

Reads commands from standard input and writes reports to standard output, both in frames; see `messages`. It ends when
its input ends, so that it never outlives the server. What goes wrong here can end this process, and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from homespun.core.errors import EngineBusy, HomespunError, ModelUnreadable
from homespun.core.events import FinishReason, TokenAlternative, TokenLogprob

from .batch import Batch
from .blocks import BlockPool
from .intake import Arrival, Intake
from .machine_time import MachineTime
from .messages import (
    Begin,
    Cancel,
    Command,
    Configure,
    Count,
    Counted,
    Done,
    Grown,
    Ready,
    Rejected,
    Report,
    Stepped,
    Submit,
    Unreadable,
    commands,
    frame,
    read_body,
)
from .runtime import Runtime
from .sampler import Drawn, Floats, Sampler
from .scheduler import Scheduler
from .sequence import Sequence
from .settings import Settings
from .tokenizer import Tokenizer
from .weights import read_checkpoint

Event = Begin | Grown | Done | Rejected | Counted
Task = Arrival | Cancel | Rejected | Counted


_CROWD = 8
"""From so many running sequences on, tokens are told in pairs."""


class EngineLoop:
    """Runs steps as long as there is work, and waits for work otherwise."""

    def __init__(self, runtime: Runtime, tokenizer: Tokenizer, settings: Settings, output: BinaryIO) -> None:
        self._runtime = runtime
        self._tokenizer = tokenizer
        self._output = output
        self._scheduler = Scheduler(BlockPool(runtime.blocks, runtime.block_size), settings)
        self._sampler = Sampler(runtime.vocab)
        self._machine_time = MachineTime()
        self._digests: dict[int, str] = {}
        """The prompt digests of requests that have not begun."""
        self._completion_tokens_total = 0
        self._events: list[Event] = []
        self.tasks: SimpleQueue[Task] = SimpleQueue()
        """Filled by the intake thread."""

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
        for sequence, guess in zip(batch.sampled, batch.guesses, strict=True):
            self._grow(sequence, guess, list(islice(rows, 1 + len(guess))))

    def _receive(self) -> None:
        """Takes in all that has arrived; waits for something if there is nothing else to do."""
        if not self._scheduler.has_work:
            self._take_in(self.tasks.get())
            self._machine_time.resume()
        while not self.tasks.empty():
            self._take_in(self.tasks.get())

    def _take_in(self, task: Task) -> None:
        match task:
            case Arrival():
                self._queue(task)
            case Cancel():
                self._scheduler.cancel(task.request)
                self._digests.pop(task.request, None)
            case Rejected() | Counted():
                self._events.append(task)

    def _queue(self, arrival: Arrival) -> None:
        if not self._scheduler.can_queue():
            busy = EngineBusy()
            self._events.append(Rejected(arrival.request, type(busy).__name__, busy.message))
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
                    self._events.append(
                        Begin(sequence.request, sequence.prompt_tokens, sequence.cached, digest, spent_us)
                    )

    def _grow(self, sequence: Sequence, guess: list[int], rows: list[Floats]) -> None:
        """Draws the next token, and then the one after each that was guessed right."""
        for row, guessed in zip(rows, [*guess, None], strict=True):
            drawn = self._sampler(row, sequence)
            reason = self._append(sequence, drawn)
            if reason or drawn.token != guessed:
                break
            self._scheduler.accept(sequence)
        if reason or self._is_turn_of(sequence):
            self._tell(sequence, sequence.text.finish() if reason else sequence.text.take())
        if reason:
            self._scheduler.finish(sequence, reason)
            spent_us = sequence.take_machine_us()
            self._events.append(Done(sequence.request, sequence.choice, reason, sequence.completion_tokens, spent_us))

    def _append(self, sequence: Sequence, drawn: Drawn) -> FinishReason | None:
        before = sequence.completion_tokens
        reason = sequence.append(drawn.token)
        added = sequence.completion_tokens - before
        self._completion_tokens_total += added
        sequence.untold += added
        if added and sequence.sampling.logprobs is not None:
            sequence.untold_logprobs.append(self._described(drawn))
        return reason

    def _is_turn_of(self, sequence: Sequence) -> bool:
        """Whether this token is told at once: always, but in a crowd every second one, one half of the crowd at a time.

        A piece costs the server and its client some 0.15 ms of the processor that the next step needs.
        """
        written = sequence.completion_tokens
        return written == 1 or len(self._scheduler.running) < _CROWD or (written + sequence.request) % 2 == 0

    def _tell(self, sequence: Sequence, text: str) -> None:
        if sequence.untold or text:
            logprobs, sequence.untold_logprobs = tuple(sequence.untold_logprobs), []
            spent_us = sequence.take_machine_us()
            self._events.append(Grown(sequence.request, sequence.choice, text, sequence.untold, spent_us, logprobs))
            sequence.untold = 0

    def _described(self, drawn: Drawn) -> TokenLogprob:
        def alternative(token: int, logprob: float) -> TokenAlternative:
            return TokenAlternative(token, self._tokenizer.token_bytes(token), logprob)

        return TokenLogprob(alternative(drawn.token, drawn.logprob), tuple(alternative(*other) for other in drawn.top))

    def _report(self) -> None:
        scheduler = self._scheduler
        report = Stepped(
            events=self._events,
            running=len(scheduler.running),
            waiting=len(scheduler.waiting),
            blocks_free=scheduler.pool.free,
            prompt_tokens_total=scheduler.prompt_tokens_total,
            cached_tokens_total=scheduler.cached_tokens_total,
            completion_tokens_total=self._completion_tokens_total,
        )
        _write(self._output, report)
        self._events = []


def read_commands(source: BinaryIO, intake: Intake, tasks: SimpleQueue[Task]) -> None:
    """The intake thread: encodes prompts as they come. Ends the process when the server is gone."""
    while (body := read_body(source)) is not None:
        tasks.put(_prepare(commands.decode(body), intake))
    os._exit(0)


def _prepare(command: Command, intake: Intake) -> Task:
    assert not isinstance(command, Configure), "configured twice"
    try:
        match command:
            case Submit():
                return intake.prepare(command)
            case Count():
                return Counted(command.request, len(intake.encode(command.prompt.prompt())))
            case Cancel():
                return command
    except HomespunError as error:
        return Rejected(command.request, type(error).__name__, error.message, error.param)


def _write(output: BinaryIO, report: Report) -> None:
    output.write(frame(report))
    output.flush()


def _load(configure: Configure, output: BinaryIO) -> tuple[EngineLoop, Intake]:
    with closing(read_checkpoint(Path(configure.weights))) as checkpoint:
        tokenizer = Tokenizer.from_spec(checkpoint.tokenizer)
        runtime = Runtime.load(checkpoint, configure.settings, Path(configure.cache_dir))
        config = checkpoint.config
    context_tokens = min(config.context_tokens, runtime.blocks * runtime.block_size)
    loop = EngineLoop(runtime, tokenizer, configure.settings, output)
    _write(output, Ready(context_tokens=context_tokens, blocks=runtime.blocks))
    return loop, Intake(tokenizer, vocab=config.vocab, context_tokens=context_tokens)


def main() -> None:
    """Serves one model until the input ends."""
    # Ctrl-C in a terminal reaches the whole group; when to end is the server's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = sys.stdin.buffer
    # Libraries that print must not get between the frames: from here on, their output goes to the log.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    body = read_body(source)
    if body is None:
        return
    configure = commands.decode(body)
    assert isinstance(configure, Configure), "the first command configures"
    try:
        loop, intake = _load(configure, output)
    except ModelUnreadable as error:
        _write(output, Unreadable(error.message))
        return
    threading.Thread(target=read_commands, args=(source, intake, loop.tasks), daemon=True).start()
    loop.run_forever()


if __name__ == "__main__":
    main()
