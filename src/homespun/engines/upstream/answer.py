"""Turns the chunks of one answer into events, and sees to what the protocol promises whatever the server does.

Stop strings never come through, even from a server that ignores them; every choice ends exactly once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from homespun.core.events import Began, Ended, Event, FinishReason, Piece
from homespun.core.sampling import Sampling
from homespun.engines.stop_strings import StopStrings

from .failures import broke_off, error_in_stream
from .wire import Call, Chunk, ChunkChoice, Usage, reason_for


class _Choice:
    """One choice as it grows."""

    def __init__(self, sampling: Sampling) -> None:
        self.stops = StopStrings(sampling.stop)
        self.tokens = 0
        self.reason: FinishReason | None = None
        self.has_ended = False


class Answer:
    """Takes chunks in order. `is_over` when no further chunk can matter."""

    def __init__(self, call: Call, sampling: Sampling, *, estimated_prompt_tokens: int) -> None:
        self._digest = hashlib.sha256(call.body).hexdigest()
        self._choices = [_Choice(sampling) for _ in range(sampling.n)]
        self._estimated_prompt_tokens = estimated_prompt_tokens
        self._usage: Usage | None = None
        self._has_begun = False
        self._was_cut = False

    @property
    def is_over(self) -> bool:
        """A single choice that the server has ended is waited for until its usage comes."""
        return all(choice.has_ended for choice in self._choices)

    @property
    def prompt_tokens(self) -> int:
        """Counted by the server, or estimated; 0 while it hasn't taken the prompt up."""
        estimated = self._estimated_prompt_tokens if self._has_begun else 0
        return self._usage.prompt_tokens if self._usage else estimated

    @property
    def cached_tokens(self) -> int:
        """How much of the prompt the server had in its cache, if it tells."""
        return self._usage.cached_tokens if self._usage else 0

    def take(self, chunk: Chunk) -> Iterator[Event]:
        """The events that a chunk brings. Raises what the server says has gone wrong."""
        if chunk.error:
            raise error_in_stream(chunk.error)
        self._usage = chunk.usage or self._usage
        yield from self._begin()
        for part in chunk.choices:
            if 0 <= part.index < len(self._choices) and not self._choices[part.index].has_ended:
                yield from self._grow(part, self._choices[part.index])

    def finish(self) -> Iterator[Event]:
        """The stream has ended. Raises `EngineFailed` if that was too early."""
        if not self._has_begun or any(choice.reason is None for choice in self._choices):
            raise broke_off()
        for index, choice in enumerate(self._choices):
            if not choice.has_ended:
                yield self._end(index, choice)

    def _begin(self) -> Iterator[Event]:
        if not self._has_begun:
            self._has_begun = True
            yield Began(self.prompt_tokens, self.cached_tokens, self._digest)

    def _grow(self, part: ChunkChoice, choice: _Choice) -> Iterator[Event]:
        said, logprobs = part.said, part.token_logprobs
        tokens = len(logprobs) or bool(said)
        choice.tokens += tokens
        text = choice.stops.feed(said)
        if choice.stops.reached:
            choice.reason, self._was_cut = FinishReason.STOP, True
        elif part.finish_reason:
            choice.reason = reason_for(part.finish_reason)
            text += choice.stops.finish()
        if text or tokens:
            yield Piece(part.index, text, tokens, logprobs)
        if choice.reason and (choice.stops.reached or len(self._choices) > 1):
            yield self._end(part.index, choice)

    def _end(self, index: int, choice: _Choice) -> Ended:
        """Of a single choice the usage tells the tokens exactly; of several, only their sum."""
        assert choice.reason is not None
        choice.has_ended = True
        counted = self._usage.completion_tokens if self._usage and not self._was_cut else None
        tokens = counted if counted and len(self._choices) == 1 else choice.tokens
        return Ended(index, choice.reason, tokens)
