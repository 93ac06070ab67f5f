"""What one step calculates: the tokens of several sequences end to end, and where each lies."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sequence import Sequence


@dataclass(slots=True)
class Batch:
    """One step's work. The tokens lie in spans: a chunk of a sequence is one, and each guessed token after it is one.

    A guess in a span of its own is calculated by the very instructions by which it would be without the guesses before
    it, to the last bit; so whether there are guesses never decides what an answer says.
    """

    copies: list[tuple[int, int]] = field(default_factory=list)
    """Blocks whose content is copied, from and to, in this order and before anything is calculated."""
    sequences: list[Sequence] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    """Tokens of each of `sequences` in this step, guesses not counted."""
    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=lambda: [0])
    """Where each span begins in `tokens`, and where the last one ends."""
    past_lens: list[int] = field(default_factory=list)
    """Tokens before each span."""
    blocks: list[int] = field(default_factory=list)
    """Those of each span, end to end."""
    block_begins: list[int] = field(default_factory=lambda: [0])
    longest: int = 0
    """Tokens up to the end of the span that ends latest in its sequence."""
    sampled: list[Sequence] = field(default_factory=list)
    """Sequences whose last token is in this step, so that the next one can be drawn."""
    guesses: list[list[int]] = field(default_factory=list)
    """What may follow the last token of each of `sampled`; see `speculation`."""
    scored: list[tuple[Sequence, int]] = field(default_factory=list)
    """Sequences whose prompt's own tokens are scored in this step, with how many of them; see `Sampling.echo`."""
    scored_rows: list[int] = field(default_factory=list)
    """Where in `tokens` those lie that come before the scored ones."""
    sampled_rows: list[int] = field(default_factory=list)
    """Where in `tokens` the last token of each of `sampled` lies, and its guesses."""

    @property
    def wanted_rows(self) -> list[int]:
        """The tokens whose logits are wanted: first those for scores, then those for draws."""
        return self.scored_rows + self.sampled_rows

    def add(self, sequence: Sequence, count: int, block_size: int) -> None:
        """Takes up the next `count` tokens of a sequence, for which it has blocks."""
        end = sequence.computed + count
        self.sequences.append(sequence)
        self.counts.append(count)
        self._add_span(sequence, sequence.tokens[sequence.computed : end], sequence.computed, block_size)
        if end == len(sequence.tokens) < sequence.limit:
            self.sampled.append(sequence)
            self.guesses.append([])
            self.sampled_rows.append(len(self.tokens) - 1)

    def add_scores(self) -> None:
        """Has the prompt's tokens scored that follow those of the sequence that was added last, as far as they
        haven't been."""
        sequence, count = self.sequences[-1], self.counts[-1]
        end = sequence.computed + count
        positions = range(len(sequence.untold_logprobs) - 1, min(end, sequence.prompt_tokens - 1))
        self.scored.append((sequence, len(positions)))
        self.scored_rows += [len(self.tokens) - end + position for position in positions]

    def add_guess(self, guess: list[int], block_size: int) -> None:
        """What may follow the last token of the sequence that was added last, which has blocks for it."""
        sequence = self.sampled[-1]
        assert sequence is self.sequences[-1]
        self.guesses[-1] = guess
        for position, token in enumerate(guess, len(sequence.tokens)):
            self._add_span(sequence, [token], position, block_size)
            self.sampled_rows.append(len(self.tokens) - 1)

    def _add_span(self, sequence: Sequence, tokens: list[int], past: int, block_size: int) -> None:
        end = past + len(tokens)
        self.tokens += tokens
        self.positions += range(past, end)
        self.begins.append(len(self.tokens))
        self.past_lens.append(past)
        self.blocks += sequence.blocks[: -(-end // block_size)]
        self.block_begins.append(len(self.blocks))
        self.longest = max(self.longest, end)
