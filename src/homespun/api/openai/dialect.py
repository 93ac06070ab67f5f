"""How an answer is worded: what chat completions and completions have in common, whole and in chunks.

A stream's chunks are the hot path: everything but the text is encoded once for each request, and a piece is that, the
text as JSON, and the rest, joined.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from homespun import __version__
from homespun.core.events import Ended, Event, FinishReason, Piece, TokenLogprob
from homespun.core.sampling import Sampling
from homespun.journal import Turn

from .usage import usage_of

Json = dict[str, object]

_encode = msgspec.json.Encoder().encode
_NO_LOGPROBS = b"null"


@dataclass(frozen=True, slots=True)
class Choice:
    """One finished choice."""

    index: int
    text: str
    reason: FinishReason
    logprobs: tuple[TokenLogprob, ...]


class Dialect(ABC):
    """Words the answer to one request; made anew for each."""

    id_prefix: ClassVar[str]
    whole_object: ClassVar[str]
    chunk_object: ClassVar[str]

    def __init__(self, turn: Turn, model: str, sampling: Sampling, *, include_usage: bool) -> None:
        """`model` is its name as the client knows it."""
        self._about: Json = {
            "id": f"{self.id_prefix}-{turn.id}",
            "created": int(turn.created_at.timestamp()),
            "model": model,
            "system_fingerprint": system_fingerprint(model),
        }
        self._has_logprobs = sampling.logprobs is not None
        about = _encode(self._about | {"object": self.chunk_object})[:-1]
        self._head = b"data: " + about + b',"choices":['
        self._tail = b'],"usage":null}\n\n' if include_usage else b"]}\n\n"

    def chunks(self, events: Sequence[Event]) -> bytes:
        """What to send for these events of a stream; possibly nothing."""
        return b"".join([self._chunk(event) for event in events])

    def usage_chunk(self, events: Sequence[Event]) -> bytes:
        """The last chunk before the end, if the client asked for it."""
        return self._head + b'],"usage":' + _encode(usage_of(events)) + b"}\n\n"

    def whole(self, events: Sequence[Event]) -> Json:
        """The answer in one piece."""
        choices = [self.whole_choice(choice) for choice in choices_of(events)]
        return self._about | {"object": self.whole_object, "choices": choices, "usage": usage_of(events)}

    def _chunk(self, event: Event) -> bytes:
        match event:
            case Piece(choice, text, _, logprobs) if text or logprobs:
                encoded = _encode(self.chunk_logprobs(event)) if self._has_logprobs else _NO_LOGPROBS
                return b"".join([self._head, self.piece(choice, _encode(text), encoded), self._tail])
            case Ended(choice, reason):
                return b"".join([self._head, self.end(choice, _encode(reason)), self._tail])
            case _:
                return b""

    def opening(self, choices: int) -> bytes:
        """What to send before the first piece."""
        return b""

    @abstractmethod
    def piece(self, choice: int, text: bytes, logprobs: bytes) -> bytes:
        """A choice of a chunk with some text; all of it JSON already."""

    @abstractmethod
    def end(self, choice: int, reason: bytes) -> bytes:
        """A choice of the chunk that ends it."""

    @abstractmethod
    def chunk_logprobs(self, piece: Piece) -> Json:
        """The log-probabilities of a piece; asked once for each, in order."""

    @abstractmethod
    def whole_choice(self, choice: Choice) -> Json:
        """A choice of a whole answer."""


def choices_of(events: Sequence[Event]) -> list[Choice]:
    """The finished choices, by index."""
    ended = sorted((event for event in events if isinstance(event, Ended)), key=lambda event: event.choice)
    return [_choice(end, [e for e in events if isinstance(e, Piece) and e.choice == end.choice]) for end in ended]


def _choice(end: Ended, pieces: Sequence[Piece]) -> Choice:
    text = "".join(piece.text for piece in pieces)
    return Choice(end.choice, text, end.reason, tuple(token for piece in pieces for token in piece.logprobs))


def system_fingerprint(model: str) -> str:
    """Stands for all that decides what a seed repeats: the model and this software."""
    return "fp_" + hashlib.sha256(f"{model} {__version__}".encode()).hexdigest()[:10]
