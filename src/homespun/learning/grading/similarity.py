"""How alike two texts are: 0, nothing alike, to 1, the same. The measures of the field, without their libraries.

Words are runs of letters and digits; each character of Chinese and Japanese is a word, since nothing parts them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import StrEnum

_WORD = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
_WORDS = re.compile(_WORD)
_WORDS_AND_MARKS = re.compile(_WORD + r"|[^\w\s]")
_LONGEST_GRAM = 4
"""Of BLEU and GLEU, in words."""


class Metric(StrEnum):
    """A measure, in OpenAI's words."""

    FUZZY_MATCH = "fuzzy_match"
    """Characters that both have in the same order, as a share of all: the ratio of rapidfuzz."""
    BLEU = "bleu"
    """Of a sentence (Papineni et al. 2002), smoothed exponentially, of no higher order than the text has words."""
    GLEU = "gleu"
    """Google's BLEU (Wu et al. 2016): the smaller one of precision and recall, over runs of up to four words."""
    ROUGE_1 = "rouge_1"
    """ROUGE-N (Lin 2004): F1 of runs of N words, without regard to case."""
    ROUGE_2 = "rouge_2"
    ROUGE_3 = "rouge_3"
    ROUGE_4 = "rouge_4"
    ROUGE_5 = "rouge_5"
    ROUGE_L = "rouge_l"
    """F1 of the longest sequence of words that both have in the same order."""


def similarity(metric: Metric, text: str, reference: str) -> float:
    """How much the text is like the reference."""
    return _MEASURES[metric](text, reference)


def _fuzzy_match(text: str, reference: str) -> float:
    return _in_order(text, reference) if text or reference else 1.0


def _bleu(text: str, reference: str) -> float:
    words, expected = _WORDS_AND_MARKS.findall(text), _WORDS_AND_MARKS.findall(reference)
    orders = range(1, min(_LONGEST_GRAM, len(words)) + 1)
    found = [_shared(words, expected, n) for n in orders]
    if not any(found):
        return 0.0
    smoothed, penalty = 1.0, min(0.0, 1 - len(expected) / len(words))
    logs: list[float] = []
    for n, count in zip(orders, found, strict=True):
        smoothed *= 1 if count else 2
        logs.append(math.log((count or 1 / smoothed) / (len(words) - n + 1)))
    return math.exp(penalty + sum(logs) / len(logs))


def _gleu(text: str, reference: str) -> float:
    words, expected = _WORDS_AND_MARKS.findall(text), _WORDS_AND_MARKS.findall(reference)
    orders = range(1, _LONGEST_GRAM + 1)
    most = max(sum(_count(each, n) for n in orders) for each in (words, expected))
    return sum(_shared(words, expected, n) for n in orders) / most if most else 0.0


def _rouge(n: int) -> Callable[[str, str], float]:
    def measure(text: str, reference: str) -> float:
        words, expected = _plain_words(text), _plain_words(reference)
        all_of_both = _count(words, n) + _count(expected, n)
        return 2 * _shared(words, expected, n) / all_of_both if all_of_both else 0.0

    return measure


def _rouge_l(text: str, reference: str) -> float:
    return _in_order(_plain_words(text), _plain_words(reference))


_MEASURES: Mapping[Metric, Callable[[str, str], float]] = {
    Metric.FUZZY_MATCH: _fuzzy_match,
    Metric.BLEU: _bleu,
    Metric.GLEU: _gleu,
    **{Metric(f"rouge_{n}"): _rouge(n) for n in range(1, 6)},
    Metric.ROUGE_L: _rouge_l,
}


def _plain_words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _count(words: Sequence[str], n: int) -> int:
    """How many runs of n words there are."""
    return max(0, len(words) - n + 1)


def _shared(words: Sequence[str], expected: Sequence[str], n: int) -> int:
    """How many runs of n words both have."""
    return (_grams(words, n) & _grams(expected, n)).total()


def _grams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[at:] for at in range(n)), strict=False))


def _in_order(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """F1 of what both have in the same order; 0 where both are empty."""
    both = len(one) + len(other)
    return 2 * _longest_common(*sorted((one, other), key=len)) / both if both else 0.0


def _longest_common(short: Sequence[Hashable], long: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence, all of `short` at once in the bits of a number (Hyyrö 2004)."""
    places: dict[Hashable, int] = {}
    for at, each in enumerate(short):
        places[each] = places.get(each, 0) | 1 << at
    every = (1 << len(short)) - 1
    unmatched = every
    for each in long:
        hit = unmatched & places.get(each, 0)
        unmatched = ((unmatched + hit) | (unmatched - hit)) & every
    return (every ^ unmatched).bit_count()
