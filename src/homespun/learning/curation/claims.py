"""What an answer claims: its numbers and names, by which two answers to one question can contradict each other.

Names are words with a capital letter that don't begin a sentence, and what stands between quotation marks or the
brackets of Chinese titles. Other facts, and Chinese names without such marks, aren't seen.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIST_MARK = re.compile(r"^\s*\d+[.)、]\s*", re.MULTILINE)
"""The number of a list's item claims nothing."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.!?:\n])[ (\"'](\b[A-Z][\w\-]+)")
_QUOTED = re.compile(r"[「『《“\"]([^」』》”\"\n]{1,40})[」』》”\"]")


@lru_cache(maxsize=20_000)
def claims(text: str) -> frozenset[str]:
    """All there are, in lower case."""
    plain = _LIST_MARK.sub("", unicodedata.normalize("NFKC", text))
    found = [*_NUMBER.findall(plain), *_NAME.findall(plain), *_QUOTED.findall(plain)]
    return frozenset(each.casefold() for each in found)
