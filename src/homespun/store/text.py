"""Which texts every database can hold: Unicode without NUL and without halves of surrogate pairs."""

from __future__ import annotations

import re

from homespun.core.errors import Invalid

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL's text has no NUL, and UTF-8 has no surrogates."""


def storable_text(text: str, param: str) -> str:
    """The text itself. Raises `Invalid`, naming `param`, where a database could not hold it."""
    if _UNSTORABLE.search(text):
        raise Invalid(
            "The text holds a NUL character or half of a surrogate pair, which can't be stored. "
            "Take it out and send it again.",
            param=param,
        )
    return text


def scrubbed_text(text: str) -> str:
    """The text with U+FFFD in place of what can't be stored: for a model's words, which nobody can send again."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
