"""Identifiers that sort by the time they were made. An id is a name, never a permission."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no letter is mistaken for a digit."""


def new_id(prefix: str) -> str:
    """`prefix` + `_` + 26 characters: 48 bits of milliseconds, then 80 random bits (the layout of a ULID)."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return prefix + "_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def made_at(an_id: str) -> datetime | None:
    """When `new_id` made this id, to the millisecond; None if it didn't."""
    digits = an_id.rpartition("_")[2]
    if len(digits) != 26 or any(digit not in _ALPHABET for digit in digits):
        return None
    milliseconds = sum(_ALPHABET.index(digit) << 5 * place for place, digit in enumerate(reversed(digits))) >> 80
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
