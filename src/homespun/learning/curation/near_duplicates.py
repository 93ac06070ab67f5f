"""Finds texts that are nearly the same: MinHash over shingles, with locality-sensitive hashing (Broder 1997).

Shingles are of characters, so that Chinese needs no words. What hashing finds is verified by the exact Jaccard index,
so that chance decides nothing but whether a pair is looked at; that at 0.85 it isn't has a probability below 10^-9.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Texts: TypeAlias = tuple[str, ...]
"""What belongs to one thing, place by place: a question, an answer."""

_SHINGLE = 5
"""Characters."""
_BANDS, _ROWS = 32, 4
_PRIME = 4_294_967_311
"""The smallest above 2^32."""


def groups(
    things: Sequence[Texts], similarity: float, *, may_be: Callable[[int, int], bool] | None = None
) -> list[int]:
    """For each thing the number of the first one that it nearly equals: its own, if there is none before it.

    Two things nearly equal if in each place the Jaccard index of their texts is at least `similarity`. `may_be` can
    forbid it, by their numbers.
    """
    seen: dict[tuple[int, bytes], list[int]] = {}
    shingles = [tuple(shingled(text) for text in texts) for texts in things]
    first = list(range(len(things)))
    for number, of_places in enumerate(shingles):
        buckets = list(enumerate(_signature(of_places)))
        candidates = sorted({each for bucket in buckets for each in seen.get(bucket, ())})
        alike = (each for each in candidates if may_be is None or may_be(each, number))
        first[number] = next((each for each in alike if _equal(shingles[each], of_places, similarity)), number)
        if first[number] == number:
            for bucket in buckets:
                seen.setdefault(bucket, []).append(number)
    return first


def shingled(text: str) -> frozenset[str]:
    """All runs of five characters, whatever their case, width and space."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return frozenset(plain[at : at + _SHINGLE] for at in range(max(len(plain) - _SHINGLE + 1, 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What two sets have in common, as a part of all there is; 1 for two empty ones."""
    return len(one & other) / len(one | other) if one or other else 1.0


def _equal(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]], similarity: float) -> bool:
    return all(jaccard(a, b) >= similarity for a, b in zip(one, other, strict=True))


def _signature(of_places: Sequence[frozenset[str]]) -> list[bytes]:
    """The MinHash of all places together, in bands: things that have one in common may nearly be equal."""
    words = [f"{place}{shingle}" for place, shingles in enumerate(of_places) for shingle in shingles]
    hashes = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint64)
    smallest = ((_FACTORS[:, None] * hashes[None, :] + _TERMS[:, None]) % np.uint64(_PRIME)).min(axis=1)
    return [band.tobytes() for band in smallest.reshape(_BANDS, _ROWS)]


def _numbers(name: str) -> NDArray[np.uint64]:
    """Random ones below 2^31, the same for ever, which no library's generator promises."""
    digests = (hashlib.sha256(f"{name} {number}".encode()).digest() for number in range(_BANDS * _ROWS))
    return np.array([int.from_bytes(digest[:4], "big") >> 1 or 1 for digest in digests], dtype=np.uint64)


_FACTORS, _TERMS = _numbers("factor"), _numbers("term")
