"""Continuous batching: chooses what each step calculates, and takes its results in.

In every step each sequence that writes gets its next token, and the room that is left goes to the prompts of newcomers
in chunks (Yu et al. 2022, Orca; Agrawal et al. 2023, chunked prefill). A newcomer is admitted when the blocks for its
prompt are free. When a writing sequence needs a block and none is left, the youngest gives its blocks back and is
calculated again later; the limits on a sequence's length see to it that one alone always fits. This module must not
know OpenVINO, nor how tokens are drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from homespun.core.events import FinishReason

from .batch import Batch
from .blocks import BlockPool
from .sequence import Phase, Sequence
from .settings import Settings

_MOST_SCORED = 128
"""So many prompt tokens are scored in a step at most: each takes a row of logits, which are four bytes for every token
of the vocabulary, and time of its own that the others wait."""
_FEW = 4
"""So many sequences may run at most for their guesses to be tried: the weights are read once for all rows, but from
some twenty rows on it is the arithmetic that takes the time."""


class Scheduler:
    """The queue, the running sequences and their blocks."""

    def __init__(self, pool: BlockPool, settings: Settings) -> None:
        self.pool = pool
        self._settings = settings
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        """The oldest first."""
        self.prompt_tokens_total = 0
        self.cached_tokens_total = 0

    @property
    def has_work(self) -> bool:
        """Whether there is anything to calculate."""
        return bool(self.running or self.waiting)

    def can_queue(self) -> bool:
        """Whether one more request may come; those that find a place at once don't count as waiting."""
        return len(self.waiting) + len(self.running) < self._settings.max_waiting + self._settings.max_running

    def queue(self, sequences: Iterable[Sequence]) -> None:
        """Puts the choices of a request at the end of the queue; `can_queue` must hold."""
        assert self.can_queue()
        self.waiting.extend(sequences)

    def cancel(self, request: int) -> list[Sequence]:
        """Ends all choices of a request; their blocks are free at once. Returns those that were still going on."""
        going = [sequence for sequence in [*self.running, *self.waiting] if sequence.request == request]
        for sequence in going:
            self.finish(sequence, FinishReason.CANCELLED)
        return going

    def finish(self, sequence: Sequence, reason: FinishReason) -> None:
        """Takes a sequence out and frees its blocks."""
        if sequence.phase is Phase.RUNNING:
            self.running.remove(sequence)
        elif sequence.phase is Phase.WAITING:
            self.waiting.remove(sequence)
        self._give_back(sequence)
        sequence.phase = Phase.FINISHED
        sequence.finish_reason = reason

    def next(self) -> Batch:
        """The work of one step. Never empty while there is work."""
        batch = Batch()
        for sequence in list(self.running):
            if sequence.is_writing and self._make_room(sequence):
                batch.add(sequence, 1, self.pool.size)
                batch.add_guess(self._guess(sequence), self.pool.size)
        settings = self._settings
        budget = settings.mixed_prefill_tokens if batch.sequences else settings.prefill_tokens
        for sequence in self.running:
            if not sequence.is_writing:
                budget -= self._add_chunk(batch, sequence, budget)
        while budget > 0 and (admitted := self._admit(batch)):
            budget -= self._add_chunk(batch, admitted, budget)
        return batch

    def commit(self, batch: Batch) -> None:
        """Notes that a batch has been calculated: what it wrote into full blocks can be shared from now on."""
        for sequence, count in zip(batch.sequences, batch.counts, strict=True):
            sequence.computed += count
            self._publish(sequence, unfinished=sequence.computed == sequence.prompt_tokens)

    def accept(self, sequence: Sequence) -> None:
        """Notes that the next token has been guessed and calculated already."""
        sequence.computed += 1

    def _guess(self, sequence: Sequence) -> list[int]:
        """What may follow, as far as there are blocks to spare for it."""
        size, length = self.pool.size, len(sequence.tokens)
        most = min(self._settings.speculative_tokens, sequence.limit - length - 1)
        if most <= 0 or len(self.running) > _FEW:
            return []
        guess = sequence.lookup.guess(sequence.tokens, most)
        missing = self._blocks_for(length + len(guess)) - len(sequence.blocks)
        if missing > 0 and self.pool.can_allocate(missing + len(self.running)):
            sequence.blocks += self.pool.allocate(missing)
        return guess[: len(sequence.blocks) * size - length]

    def _add_chunk(self, batch: Batch, sequence: Sequence, budget: int) -> int:
        is_scoring = sequence.is_scoring
        if is_scoring:
            budget = min(budget, _MOST_SCORED - len(batch.scored_rows))
        count = min(sequence.pending, budget)
        if count > 0:
            batch.add(sequence, count, self.pool.size)
            if is_scoring:
                batch.add_scores()
        return max(count, 0)

    def _admit(self, batch: Batch) -> Sequence | None:
        """Takes the first in the queue that isn't held back, if there is a place and its prompt finds its blocks."""
        if len(self.running) >= self._settings.max_running:
            return None
        sequence = next((candidate for candidate in self.waiting if not candidate.is_held_back), None)
        if sequence is None or not self._find_blocks(batch, sequence):
            return None
        self.waiting.remove(sequence)
        sequence.phase = Phase.RUNNING
        self.running.append(sequence)
        return sequence

    def _find_blocks(self, batch: Batch, sequence: Sequence) -> bool:
        known = self.pool.find_prefix(sequence.reusable, sequence.scope)
        shared = known.blocks
        missing = self._blocks_for(len(sequence.tokens)) - len(shared)
        # Every running sequence will want a block soon; a newcomer that takes them would only be sent back again.
        reserve = len(self.running)
        if self.pool.free_after_holding(shared) < missing + reserve:
            return False
        self.pool.hold(shared)
        sequence.blocks = shared + self.pool.allocate(missing)
        sequence.published, sequence.digest = len(shared), known.digest
        sequence.computed = len(shared) * self.pool.size + known.copied
        if known.source is not None:
            batch.copies.append((known.source, sequence.blocks[len(shared)]))
        if not sequence.completion_tokens:
            sequence.cached = sequence.computed
            self.prompt_tokens_total += sequence.prompt_tokens
            self.cached_tokens_total += sequence.cached
        return True

    def _make_room(self, sequence: Sequence) -> bool:
        """Sees to it that the next token has a block, at the cost of the youngest if need be."""
        if sequence.phase is not Phase.RUNNING:
            return False
        while self._blocks_for(len(sequence.tokens)) > len(sequence.blocks):
            if self.pool.can_allocate(1):
                sequence.blocks += self.pool.allocate(1)
                continue
            youngest = self.running[-1]
            self._preempt(youngest)
            if youngest is sequence:
                return False
        return True

    def _preempt(self, sequence: Sequence) -> None:
        """Sends a running sequence back to the head of the queue; what it has written stays written."""
        self.running.remove(sequence)
        self._give_back(sequence)
        sequence.phase = Phase.WAITING
        self.waiting.appendleft(sequence)

    def _give_back(self, sequence: Sequence) -> None:
        self._publish(sequence, unfinished=True)
        self.pool.release(sequence.blocks)
        sequence.blocks = []
        sequence.computed = sequence.published = 0
        sequence.digest = sequence.scope

    def _publish(self, sequence: Sequence, *, unfinished: bool) -> None:
        """Makes known what is in the cache in full blocks, and in the one that is being filled if `unfinished`."""
        size = self.pool.size
        while (start := sequence.published * size) < sequence.computed:
            end = min(start + size, sequence.computed)
            if end - start < size and not unfinished:
                break
            block, content = sequence.blocks[sequence.published], sequence.tokens[start:end]
            digest = self.pool.publish(block, sequence.digest, content)
            if not digest:
                break
            sequence.digest = digest
            sequence.published += 1

    def _blocks_for(self, tokens: int) -> int:
        return -(-tokens // self.pool.size)
