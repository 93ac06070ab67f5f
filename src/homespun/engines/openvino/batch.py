"""What one step calculates: the tokens of several sequences end to end, and where each lies."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sequence import Sequence


@dataclass(slots=True)
class Batch:
    """One step's work. Lists run parallel to `sequences`, except `tokens`, `positions` and `blocks`, end to end."""

    sequences: list[Sequence] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    """Tokens of each sequence in this step."""
    past_lens: list[int] = field(default_factory=list)
    """Tokens of each that the cache holds already."""
    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=lambda: [0])
    blocks: list[int] = field(default_factory=list)
    block_begins: list[int] = field(default_factory=lambda: [0])
    longest: int = 0
    """Tokens of the longest sequence, this step's included."""
    sampled: list[Sequence] = field(default_factory=list)
    """Sequences whose last token is in this step, so that the next one can be drawn."""
    sampled_rows: list[int] = field(default_factory=list)
    """Where in `tokens` the last token of each of `sampled` lies."""

    def add(self, sequence: Sequence, count: int, block_size: int) -> None:
        """Takes up the next `count` tokens of a sequence, for which it has blocks."""
        past, end = sequence.computed, sequence.computed + count
        self.sequences.append(sequence)
        self.counts.append(count)
        self.past_lens.append(past)
        self.tokens += sequence.tokens[past:end]
        self.positions += range(past, end)
        self.begins.append(len(self.tokens))
        self.blocks += sequence.blocks[: -(-end // block_size)]
        self.block_begins.append(len(self.blocks))
        self.longest = max(self.longest, end)
        if end == len(sequence.tokens):
            self.sampled.append(sequence)
            self.sampled_rows.append(len(self.tokens) - 1)
