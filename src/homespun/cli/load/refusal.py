"""What a server says when it refuses, in words."""

from __future__ import annotations

import msgspec

_LONGEST = 300


class _Error(msgspec.Struct):
    message: str


class _Envelope(msgspec.Struct):
    """OpenAI's shape of an error."""

    error: _Error


def refusal_in_words(body: bytes) -> str:
    """The message of OpenAI's error JSON; of anything else, its beginning as it stands."""
    try:
        words = msgspec.json.decode(body, type=_Envelope).error.message
    except (msgspec.DecodeError, UnicodeDecodeError):
        words = body.decode(errors="replace")
    return words.strip()[:_LONGEST] or "nothing"
