"""What labels about the same question say of each other, and how reliable that makes whoever said it.

Two labels meet where people judged the same two answers, or nearly: by which words speak for an answer and which
against it. Most labels meet none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb

from .claims import claims
from .labels import Label, Pair
from .near_duplicates import groups, jaccard

_CLOSE = 0.5
"""From here on two pairs speak of the same."""
_LOOKED_AT = 100
"""Labels of one question that a label is held against, at most."""
_PRIOR_AGREE, _PRIOR_DISAGREE = 4.0, 1.0
"""A rater of whom nothing is known agrees four times of five, about as paid labellers do with each other."""
_UNSPACED = r"\u2e80-\u9fff\u3040-\u30ff\uac00-\ud7af"
"""Chinese, Japanese, Korean."""
_WORD = re.compile(rf"(?:(?![{_UNSPACED}])\w)+|[{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Record:
    """How often a rater's labels met those of others, and what the most of these said."""

    agreed: int = 0
    disagreed: int = 0

    @property
    def reliability(self) -> float:
        """What a label of this rater counts, beside 1 for one of whom nothing is known.

        The mean of the posterior, Beta(4 + agreed, 1 + disagreed), as a part of that of the prior.
        """
        total = _PRIOR_AGREE + _PRIOR_DISAGREE + self.agreed + self.disagreed
        return (_PRIOR_AGREE + self.agreed) / total / (_PRIOR_AGREE / (_PRIOR_AGREE + _PRIOR_DISAGREE))

    @property
    def is_contrary(self) -> bool:
        """They disagreed so often that a coin, which agrees half the time, would do it once in a thousand times."""
        return at_least(self.disagreed, self.agreed + self.disagreed, 0.5) < 0.001


def at_least(successes: int, trials: int, probability: float) -> float:
    """How probable so many successes are, or more (the tail of the binomial distribution)."""
    terms = (
        comb(trials, each) * probability**each * (1 - probability) ** (trials - each)
        for each in range(successes, trials + 1)
    )
    return min(sum(terms), 1.0)


def questions_of(labels: Sequence[Label], similarity: float) -> Mapping[str, int]:
    """By label, the number of its question: that of the first one that is nearly the same."""

    def may_be(one: int, other: int) -> bool:
        return claims(labels[one].question) == claims(labels[other].question)

    first = groups([(label.question,) for label in labels], similarity, may_be=may_be)
    return {label.id: number for number, label in zip(first, labels, strict=True)}


def by_question(labels: Iterable[Label], question_of: Mapping[str, int]) -> list[list[Label]]:
    """Labels about one question, together."""
    together: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        together[question_of[label.id]].append(label)
    return list(together.values())


def records(questions: Sequence[Sequence[Label]]) -> Mapping[str, Record]:
    """By rater. A label counts once, by what most of the others say of it; if they are divided, not at all."""
    agreed: dict[str, int] = defaultdict(int)
    disagreed: dict[str, int] = defaultdict(int)
    raters = {label.rater for labels in questions for label in labels}
    for labels in questions:
        for label in labels:
            said = sum(_words_of_others(label, labels))
            agreed[label.rater] += said > 0
            disagreed[label.rater] += said < 0
    return {rater: Record(agreed[rater], disagreed[rater]) for rater in raters}


def _words_of_others(label: Label, labels: Sequence[Label]) -> Iterator[int]:
    """1 for each other rater who says the same, -1 for each who says the contrary."""
    by_rater: dict[str, int] = defaultdict(int)
    others = [other for other in labels if other.rater != label.rater]
    for other in others[:_LOOKED_AT]:
        by_rater[other.rater] += agreement(label, other)
    return (_sign(said) for said in by_rater.values())


def agreement(one: Label, other: Label) -> int:
    """1 if two labels say the same of the same answers, -1 if they say the contrary, 0 if they speak of others.

    Pairs may be of two answers each that are alike but not the same; a verdict on one answer is about just that.
    """
    if isinstance(one, Pair) and isinstance(other, Pair):
        return _agreement_of_pairs(one, other)
    same = _is_same(one.spoken_for, other.spoken_for) or _is_same(one.spoken_against, other.spoken_against)
    crossed = _is_same(one.spoken_for, other.spoken_against) or _is_same(one.spoken_against, other.spoken_for)
    return same - crossed


def _agreement_of_pairs(one: Pair, other: Pair) -> int:
    (pro, contra), (other_pro, other_contra) = _sides(one), _sides(other)
    same = _alike(pro, other_pro) + _alike(contra, other_contra)
    crossed = _alike(pro, other_contra) + _alike(contra, other_pro)
    return _sign(same - crossed) if abs(same - crossed) >= _CLOSE else 0


def _is_same(one: str, other: str) -> bool:
    """Whether two texts are there and are one answer, but for signs and order: one other word may be the other fact."""
    return bool(one and other) and words_of(one) == words_of(other)


def _sides(label: Pair) -> tuple[frozenset[str], frozenset[str]]:
    """The words that are for one answer alone, and those that are against the other alone."""
    pro, contra = words_of(label.spoken_for), words_of(label.spoken_against)
    return pro - contra, contra - pro


@lru_cache(maxsize=20_000)
def words_of(text: str) -> frozenset[str]:
    """Words, and pairs of characters where nothing stands between words."""
    runs = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return frozenset(word for run in runs for word in _split(run))


def _split(run: str) -> Sequence[str]:
    return [run] if len(run) == 1 or not re.match(f"[{_UNSPACED}]", run) else [a + b for a, b in pairwise(run)]


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return jaccard(one, other) if one and other else 0.0


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
