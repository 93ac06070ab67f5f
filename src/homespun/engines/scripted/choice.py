"""One choice of a scripted answer: its pieces, cut where the sampling parameters end it."""

from __future__ import annotations

from collections.abc import Iterator

from homespun.core.events import Ended, Event, FinishReason, Piece
from homespun.core.sampling import Sampling
from homespun.engines.stop_strings import StopStrings

from .words import logprob_of, prompt_logprobs, word_id, words_of


class ScriptedChoice:
    """Says its pieces one at a time, the `echo` with the first. `most_tokens` is what `max_tokens` and the window
    leave."""

    def __init__(self, index: int, pieces: list[str], sampling: Sampling, *, echo: str, most_tokens: int) -> None:
        self._index = index
        self._pieces = iter(pieces)
        self._sampling = sampling
        self._most_tokens = most_tokens
        self._stops = StopStrings(sampling.stop)
        self._echo = echo
        self._tokens = 0
        self.is_over = False

    def step(self) -> Iterator[Event]:
        """The next piece, and the end where it is reached."""
        piece = next(self._pieces, None)
        if piece is None:
            return self._end(FinishReason.STOP, "", [])
        words, reason = self._cut(words_of(piece) or [piece])
        self._tokens += len(words)
        text = self._stops.feed("".join(words))
        if self._stops.reached:
            return self._end(FinishReason.STOP, text, words)
        return iter([self._piece(text, words)]) if reason is None else self._end(reason, text, words)

    def _cut(self, words: list[str]) -> tuple[list[str], FinishReason | None]:
        """The words before a stop token or the last one that is allowed, and the reason if that ends the choice."""
        ids = [word_id(word) for word in words]
        end = next((n for n, token in enumerate(ids) if token in self._sampling.stop_token_ids), None)
        room = self._most_tokens - self._tokens
        if end is not None and end < room:
            return words[:end], FinishReason.STOP
        return words[:room], FinishReason.LENGTH if len(words) >= room else None

    def _end(self, reason: FinishReason, text: str, words: list[str]) -> Iterator[Event]:
        self.is_over = True
        rest = text + self._stops.finish()
        if rest or words or self._echo:
            yield self._piece(rest, words)
        yield Ended(self._index, reason, self._tokens)

    def _piece(self, text: str, words: list[str]) -> Piece:
        wanted, (echo, self._echo) = self._sampling.logprobs, (self._echo, "")
        logprobs = () if wanted is None else (*prompt_logprobs(echo, wanted), *(logprob_of(w, wanted) for w in words))
        return Piece(self._index, echo + text, len(words), logprobs)
