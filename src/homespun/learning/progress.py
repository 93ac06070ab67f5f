"""What the training process tells, one JSON object a line: a closed set of values."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Phase(msgspec.Struct, frozen=True, tag=True):
    """What it does now, in a few words, where no steps are counted."""

    words: str


class Stepped(msgspec.Struct, frozen=True, tag=True):
    """One step of training is done."""

    step: int
    steps: int
    """All there will be."""
    loss: float
    tokens_per_s: float
    """Since this process began to train."""
    remaining_s: float
    reward: float | None = None
    """grpo: the mean score of the answers of the roll-out that this step learned from."""
    valid_loss: float | None = None
    """The mean loss of all examples that are kept to be measured on, where there are some and an epoch is done."""


class Estimated(msgspec.Struct, frozen=True, tag=True):
    """The answer to `--estimate`."""

    seconds: float
    tokens: int
    tokens_per_s: float


class Scored(msgspec.Struct, frozen=True, tag=True):
    """The answer to `--score`."""

    scores: tuple[float, ...]
    """In the order of the answers."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Comes last, instead of a model. A sentence for people."""

    words: str


Progress = Phase | Stepped
"""What is worth showing while it goes on."""

Line = Progress | Estimated | Scored | Failed

OnProgress = Callable[[Progress], None]

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def encode_line(line: Line) -> bytes:
    """With its newline."""
    return msgspec.json.encode(line) + b"\n"


def decode_line(line: bytes) -> Line:
    """Raises `msgspec.DecodeError` for anything else."""
    return _decoder.decode(line)
