"""What an answer consists of as it comes into being: began, pieces, an end for each choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FinishReason(StrEnum):
    """Why a choice ended."""

    STOP = "stop"
    """The model ended it, or a stop string or stop token was reached."""
    LENGTH = "length"
    """`max_tokens` or the end of the model's window was reached."""
    CANCELLED = "cancelled"
    """The reader stopped it or went away."""
    ERROR = "error"
    """The engine or the server failed in the middle of it."""


@dataclass(frozen=True, slots=True)
class TokenAlternative:
    """A token that could have stood in a place, with its natural-log probability."""

    token_id: int
    text: bytes
    """The token's own bytes; a character may span several tokens."""
    logprob: float


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """The token that was sampled, with its log-probability and the likeliest tokens in its place, likeliest first.

    Log-probabilities are of the model's own distribution at temperature 1, after bias and penalties, before top-k,
    top-p and min-p. Of a prompt's tokens that are told again (`Sampling.echo`) they are before bias and penalties; the
    first of these follows nothing: its log-probability is 0 and nothing else could stand in its place.
    """

    chosen: TokenAlternative
    top: tuple[TokenAlternative, ...]


@dataclass(frozen=True, slots=True)
class Began:
    """The engine has taken the request up. Comes first, once."""

    prompt_tokens: int
    cached_tokens: int
    """How many of the prompt's tokens were found in the prefix cache."""
    prompt_digest: str
    """sha256, in hex, of the rendered prompt."""
    machine_us: int | None = field(default=None, compare=False)
    """How long the machine worked for it until now, in microseconds; see `Piece`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of one choice. `text` may be empty while a character or a possible stop string is incomplete.

    Where the prompt is told again, that is at the front of the choice's first piece. Where its log-probabilities are,
    so is that of the token that ends the choice, if the model ends it: it is no part of the text, nor counted.
    """

    choice: int
    text: str
    tokens: int
    """How many tokens were sampled for this piece."""
    logprobs: tuple[TokenLogprob, ...] = ()
    machine_us: int | None = field(default=None, compare=False)
    """How long the machine has worked for this choice since its last event, in microseconds: its share of the time,
    where several are answered at once. None: the engine doesn't measure it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One choice is complete. Comes last, once for each choice."""

    choice: int
    reason: FinishReason
    completion_tokens: int
    machine_us: int | None = field(default=None, compare=False)
    """As in `Piece`."""


Event = Began | Piece | Ended
