"""Makes sense of a recorded exchange: server-sent events, tokens, times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec

from .exchange import Recording
from .refusal import refusal_in_words


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    """What some servers call the text that a model thinks aloud; it is generated like any other."""


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    text: str | None = None
    """Where /v1/completions puts it."""


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chunk(msgspec.Struct):
    """The part of a chunk that matters here."""

    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One request, measured. Times in seconds."""

    sent_at: float
    ended_at: float
    first_text_s: float
    """From sending the request to the first piece with text."""
    gaps_s: tuple[float, ...]
    """Between one piece with text and the next."""
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One request that brought no answer, and why, for people."""

    reason: str


def read(recording: Recording) -> Sample | Failure:
    """What a recording amounts to. Servers that report no usage are taken to send a token in each piece."""
    if recording.problem:
        return Failure(recording.problem)
    if recording.status != 200:
        return Failure(f"HTTP {recording.status}: {refusal_in_words(_body(recording))}")
    text_times: list[float] = []
    usage = _Usage()
    for arrived_at, event in _events(recording):
        try:
            chunk = msgspec.json.decode(event, type=_Chunk)
        except msgspec.DecodeError as error:
            return Failure(f"an event is not what OpenAI's API sends: {error}")
        if chunk.error is not None:
            return Failure(f"the answer broke off: {refusal_in_words(event)}")
        if any(_has_text(choice) for choice in chunk.choices):
            text_times.append(arrived_at)
        usage = chunk.usage or usage
    if not text_times:
        return Failure(f"no text came in the answer: {refusal_in_words(_body(recording))}")
    return Sample(
        sent_at=recording.sent_at,
        ended_at=recording.pieces[-1][0],
        first_text_s=text_times[0] - recording.sent_at,
        gaps_s=tuple(after - before for before, after in pairwise(text_times)),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens or len(text_times),
    )


def _has_text(choice: _Choice) -> bool:
    delta = choice.delta or _Delta()
    return bool(choice.text or delta.content or delta.reasoning_content)


def _body(recording: Recording) -> bytes:
    return b"".join(piece for _, piece in recording.pieces)


def _events(recording: Recording) -> Iterator[tuple[float, bytes]]:
    """The JSON of each `data:` line, with the time at which the line was complete."""
    rest = b""
    for arrived_at, piece in recording.pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            content = line.removeprefix(b"data:").strip()
            if line.startswith(b"data:") and content != b"[DONE]":
                yield arrived_at, content
