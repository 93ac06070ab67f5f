"""The engine's loop over a model that is no more than its memory: what it says next depends on all that its cells hold.

A cell that is wrong, foreign or not yet written changes the answer, so equal answers mean that every cell was right.
"""

from __future__ import annotations

import io
from collections import Counter
from functools import cache
from itertools import accumulate
from typing import cast

import numpy as np
import numpy.typing as npt

from homespun.core.sampling import Sampling
from homespun.engines.openvino.batch import Batch
from homespun.engines.openvino.intake import Arrival
from homespun.engines.openvino.lines import Line
from homespun.engines.openvino.messages import Begin, Done, Grown, Stepped, read_body, reports
from homespun.engines.openvino.process import EngineLoop
from homespun.engines.openvino.runtime import Runtime
from homespun.engines.openvino.sequence import Sequence
from homespun.engines.openvino.settings import Settings
from homespun.engines.openvino.tokenizer import Tokenizer

from .making import make_sequence

VOCAB = 40
END = 2


class RecallingRuntime:
    """A cell holds a token and all before it.

    It likes to repeat itself; accidents, the same each time, make it say something else.
    """

    block_size = 4
    vocab = VOCAB

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks
        self.cells = np.full((blocks, self.block_size), -1, np.int64)
        self.steps = 0
        self.rows = 0
        self.longest = 0

    def run(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Writes all cells of a step before it reads any, as the graph does in each layer."""
        self.steps += 1
        self.rows += len(batch.wanted_rows)
        self.longest = max(self.longest, batch.longest)
        for source, target in batch.copies:
            self.cells[target] = self.cells[source]
        tables = [batch.blocks[batch.block_begins[n] : batch.block_begins[n + 1]] for n in range(len(batch.past_lens))]
        ends: dict[int, tuple[list[int], int]] = {}
        for number, (table, past) in enumerate(zip(tables, batch.past_lens, strict=True)):
            for row in range(batch.begins[number], batch.begins[number + 1]):
                position = past + row - batch.begins[number]
                assert batch.positions[row] == position
                before = self._recall(table, position)
                self.cells[table[position // self.block_size], position % self.block_size] = cell_after(
                    before[-1] if before else 0, batch.tokens[row]
                )
                ends[row] = table, position + 1
        return np.stack([logits_after(self._recall(*ends[row])) for row in batch.wanted_rows or [0]])

    def _recall(self, table: list[int], length: int) -> tuple[int, ...]:
        return tuple(self.cells[table].ravel()[:length].tolist())


@cache
def _liked() -> npt.NDArray[np.float32]:
    return (np.random.default_rng(5).random((VOCAB, VOCAB)) * 6).astype(np.float32)


def cell_after(before: int, token: int) -> int:
    return hash((before, token)) % 2**40 * VOCAB + token


def logits_after(cells: tuple[int, ...]) -> npt.NDArray[np.float32]:
    accident = np.random.default_rng(np.array(cells).astype(np.uint64)).random(VOCAB).astype(np.float32)
    logits: npt.NDArray[np.float32] = _liked()[cells[-1] % VOCAB] + accident / 3
    logits[END] -= 3
    return logits


class Answers:
    """What a loop reported, put together by request and choice."""

    def __init__(self, loop: EngineLoop, output: io.BytesIO) -> None:
        self.loop = loop
        self._output = output
        self.pieces: dict[tuple[int, int], list[Grown]] = {}
        self.done: dict[tuple[int, int], Done] = {}
        self.machine_us: Counter[int] = Counter()
        """By request."""
        self.last: Stepped | None = None

    def turn(self) -> None:
        """One turn of the loop, and what it reported."""
        self._output.seek(0)
        self._output.truncate()
        self.loop.turn()
        self._output.seek(0)
        while (body := read_body(self._output)) is not None:
            report = reports.decode(body)
            if isinstance(report, Stepped):
                self._take_in(report)

    def _take_in(self, report: Stepped) -> None:
        self.last = report
        for event in report.events:
            if isinstance(event, Begin | Grown | Done):
                self.machine_us[event.request] += event.machine_us
            if isinstance(event, Grown):
                self.pieces.setdefault((event.request, event.choice), []).append(event)
            elif isinstance(event, Done):
                self.done[event.request, event.choice] = event

    def run(self, sequences: list[Sequence]) -> None:
        """Answers requests, all at once."""
        for sequence in sequences:
            self.loop.tasks.put(Arrival(sequence.request, "digest", [sequence]))
        while any((sequence.request, sequence.choice) not in self.done for sequence in sequences):
            self.turn()


def make_loop(runtime: RecallingRuntime, **settings: int) -> Answers:
    output = io.BytesIO()
    defaults = {"max_running": 8, "max_waiting": 64, "prefill_tokens": 16, "mixed_prefill_tokens": 8}
    wanted = Settings(**{**defaults, **settings})  # type: ignore[arg-type]
    loop = EngineLoop(cast(Runtime, runtime), cast(Tokenizer, _Spelling()), wanted, context_tokens=1000)
    loop.tasks.put(Line(0, io.BytesIO(), output.write))
    return Answers(loop, output)


class _Spelling:
    def token_bytes(self, token_id: int) -> bytes:
        return chr(token_id).encode()


def expected_tokens(prompt: list[int], length: int) -> list[int]:
    """The greedy answer, calculated without any cache; it ends before the end token."""
    answer: list[int] = []
    cells = tuple(accumulate(prompt, cell_after, initial=0))[1:]
    while len(answer) < length and (token := int(logits_after(cells).argmax())) != END:
        answer.append(token)
        cells += (cell_after(cells[-1], token),)
    return answer


def expected_logprobs(prompt: list[int]) -> list[float]:
    """Of its tokens after the first, calculated without any cache."""
    cells = tuple(accumulate(prompt, cell_after, initial=0))[1:]
    rows = [logits_after(cells[:place]).astype(np.float64) for place in range(1, len(prompt))]
    return [float(row[token] - np.log(np.exp(row).sum())) for row, token in zip(rows, prompt[1:], strict=True)]


def scored(prompt: list[int], *, request: int = 1, length: int = 0, top: int = 0) -> Sequence:
    sampling = Sampling(temperature=0, echo=True, logprobs=top, max_tokens=length)
    return make_sequence(prompt, request=request, sampling=sampling, limit=len(prompt) + length)


def greedy(prompt: list[int], *, request: int = 1, length: int = 40) -> Sequence:
    sampling = Sampling(temperature=0)
    return make_sequence(prompt, request=request, sampling=sampling, limit=len(prompt) + length)
