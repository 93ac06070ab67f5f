"""The closed set of values that cross the process border, and how they are written to a pipe or a socket.

A frame is four bytes of length, big-endian, and MessagePack. Nothing that crosses can carry code.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from homespun.core.errors import Invalid
from homespun.core.events import FinishReason, TokenLogprob
from homespun.core.messages import ChatPrompt, Message, Prompt, TextPrompt, TokenPrompt
from homespun.core.sampling import Sampling

from .settings import Settings

_LENGTH_BYTES = 4


class _Frame(msgspec.Struct, tag=True, array_like=True):
    pass


class WirePrompt(msgspec.Struct, frozen=True, array_like=True):
    """A `Prompt`; exactly one of the three is set."""

    messages: tuple[Message, ...] | None = None
    text: str | None = None
    token_ids: tuple[int, ...] | None = None

    @classmethod
    def of(cls, prompt: Prompt) -> WirePrompt:
        """Packs a prompt."""
        match prompt:
            case ChatPrompt(messages):
                return cls(messages=messages)
            case TextPrompt(text):
                return cls(text=text)
            case TokenPrompt(token_ids):
                return cls(token_ids=token_ids)

    def prompt(self) -> Prompt:
        """Unpacks it."""
        if self.messages is not None:
            return ChatPrompt(self.messages)
        if self.text is not None:
            return TextPrompt(self.text)
        assert self.token_ids is not None
        return TokenPrompt(self.token_ids)


# What the server says to the engine


class Configure(_Frame):
    """Comes first, once."""

    weights: str
    cache_dir: str
    settings: Settings
    listener: int | None = None
    """The descriptor of a socket by which other servers join, if there are any."""


class Submit(_Frame):
    """Answer this."""

    request: int
    prompt: WirePrompt
    sampling: Sampling
    seed: int
    cache_scope: str


class Cancel(_Frame):
    """The answer is not wanted any more; unknown numbers are ignored."""

    request: int


class Count(_Frame):
    """How long is this prompt?"""

    request: int
    prompt: WirePrompt


class Ping(_Frame):
    """Are you making progress? Answered by the next `Stepped`, which only a loop that turns can send."""


Command = Configure | Submit | Cancel | Count | Ping


# What the engine says to the server


class Ready(_Frame):
    """The model is loaded."""

    context_tokens: int
    blocks: int
    first_request: int
    """This server's requests are numbered from here on; other servers number theirs elsewhere."""


class Unreadable(_Frame):
    """The model will never be loaded, and why; the process ends."""

    reason: str


class Counted(_Frame):
    """The answer to `Count`."""

    request: int
    tokens: int


class Rejected(_Frame):
    """A request that can't be run; `error` is the class name in `core.errors`."""

    request: int
    error: str
    message: str
    param: str | None = None


class Begin(_Frame):
    """A request has its place in the batch."""

    request: int
    prompt_tokens: int
    cached_tokens: int
    prompt_digest: str
    machine_us: int


class Grown(_Frame):
    """Some more of one choice."""

    request: int
    choice: int
    text: str
    tokens: int
    machine_us: int
    logprobs: tuple[TokenLogprob, ...] = ()


class Done(_Frame):
    """One choice is complete."""

    request: int
    choice: int
    reason: FinishReason
    completion_tokens: int
    machine_us: int


class Stepped(_Frame):
    """What has happened since the last one; the sign of life that the supervisor watches."""

    events: list[Begin | Grown | Done | Rejected | Counted]
    """Of this server's requests; the figures below are of all servers'."""
    running: int
    waiting: int
    blocks_free: int
    prompt_tokens_total: int
    cached_tokens_total: int
    completion_tokens_total: int


Report = Ready | Unreadable | Stepped

_encoder = msgspec.msgpack.Encoder(enc_hook=str)
commands = msgspec.msgpack.Decoder(Command)
reports = msgspec.msgpack.Decoder(Report)


def frame(value: _Frame) -> bytes:
    """The bytes of one value on the line. Raises `Invalid` for text that isn't Unicode (lone surrogates)."""
    try:
        body = _encoder.encode(value)
    except UnicodeEncodeError:
        raise Invalid("The text holds half a character (a lone surrogate). Send well-formed Unicode.") from None
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def body_length(head: bytes) -> int:
    """How many bytes follow the first four."""
    return int.from_bytes(head, "big")


def read_body(stream: BinaryIO) -> bytes | None:
    """The body of the next frame; None at the end of the stream."""
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = body_length(head)
    body = stream.read(length)
    return body if len(body) == length else None
