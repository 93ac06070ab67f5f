"""The words of POST /v1/completions."""

from __future__ import annotations

from homespun.core.events import Piece
from homespun.core.sampling import Sampling
from homespun.journal import Turn

from .dialect import Choice, Dialect, Json
from .logprobs import completion_logprobs


class CompletionDialect(Dialect):
    """`text_completion`, whole and in chunks."""

    id_prefix = "cmpl"
    whole_object = "text_completion"
    chunk_object = "text_completion"

    def __init__(self, turn: Turn, model: str, sampling: Sampling, *, include_usage: bool) -> None:
        super().__init__(turn, model, sampling, include_usage=include_usage)
        self._scores_prompt = sampling.scores_prompt
        self._offsets: dict[int, int] = {}
        """By choice, how many characters have been sent."""

    def piece(self, choice: int, text: bytes, logprobs: bytes) -> bytes:
        """A choice of a chunk with some text."""
        return b'{"index":%d,"text":%b,"logprobs":%b,"finish_reason":null}' % (choice, text, logprobs)

    def end(self, choice: int, reason: bytes) -> bytes:
        """A choice of the chunk that ends it."""
        return b'{"index":%d,"text":"","logprobs":null,"finish_reason":%b}' % (choice, reason)

    def chunk_logprobs(self, piece: Piece) -> Json:
        """The log-probabilities of a piece; asked once for each, in order."""
        is_first = piece.choice not in self._offsets
        offset = self._offsets.get(piece.choice, 0)
        self._offsets[piece.choice] = offset + len(piece.text)
        return completion_logprobs(piece.logprobs, offset, follows_nothing=is_first and self._scores_prompt)

    def whole_choice(self, choice: Choice) -> Json:
        """A choice of a whole answer."""
        return {
            "index": choice.index,
            "text": choice.text,
            "logprobs": self._logprobs(choice) if self._has_logprobs else None,
            "finish_reason": choice.reason,
        }

    def _logprobs(self, choice: Choice) -> Json:
        return completion_logprobs(choice.logprobs, 0, follows_nothing=self._scores_prompt)
