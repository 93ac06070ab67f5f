"""The statistics of an examination: pure functions of counts and scores. Knows nothing of models."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations_with_replacement
from math import comb, sqrt
from statistics import NormalDist, median


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and between which values the truth is, with the confidence that was asked for."""

    figure: float
    low: float
    high: float


def wilson(successes: float, trials: int, *, confidence: float = 0.95) -> Interval:
    """A share and its score interval (Wilson 1927), which holds for few trials and near 0 and 1 too.

    Ties may count as half a success; the interval is wider than it need be then.
    """
    assert 0 <= successes <= trials
    assert trials > 0
    z = _quantile(confidence)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def sign_test(wins: int, losses: int) -> float:
    """How probable so many wins or more would be if both were as likely; ties are left out. One-sided, exact."""
    decided = wins + losses
    return sum(comb(decided, count) for count in range(wins, decided + 1)) / (1 << decided)


def mcnemar(lost: int, gained: int) -> float:
    """How probable so uneven a change of pairs would be if nothing had changed in truth. Two-sided, exact."""
    return min(1.0, 2 * sign_test(max(lost, gained), min(lost, gained)))


def paired_ratio(candidate: Sequence[float], champion: Sequence[float], *, confidence: float) -> Interval | None:
    """The candidate's mean as a multiple of the champion's, both from the same items.

    The interval holds the ratios f at which the differences `candidate - f * champion` can have a mean of 0, by the
    self-normalised sum: that is Fieller's interval (1954), with the variance that counts if f is the truth. So a
    candidate that answers as the champion does has the interval [1, 1]. None where the champion's scores are so few,
    or so uneven, that no ratio is ruled out: below 3 of them that aren't 0 at the usual confidence.
    """
    z2 = _quantile(confidence) ** 2
    ours, theirs = sum(candidate), sum(champion)
    products = sum(one * other for one, other in zip(candidate, champion, strict=True))
    a = theirs * theirs - z2 * sum(score * score for score in champion)
    b = ours * theirs - z2 * products
    c = ours * ours - z2 * sum(score * score for score in candidate)
    if a <= 0:
        return None
    root = sqrt(max(0.0, b * b - a * c))
    return Interval(ours / theirs, (b - root) / a, (b + root) / a)


def signed_rank(differences: Sequence[float], *, confidence: float) -> Interval:
    """The centre of few differences, whatever their distribution as long as it is symmetrical. One that is far off
    moves it little.

    The median of the means of all pairs (Hodges and Lehmann 1963), with the interval that Wilcoxon's signed-rank test
    inverts to (Tukey 1949), exact. Too few differences for the confidence have the interval of all that was seen.
    """
    means = sorted((one + other) / 2 for one, other in combinations_with_replacement(differences, 2))
    aside = _rank_sums_aside(len(differences), (1 - confidence) / 2)
    return Interval(median(means), means[aside], means[-1 - aside])


def signed_rank_test(differences: Sequence[float]) -> float:
    """How probable it would be that those above 0 rank so high by their size, or higher, if each were as likely to be
    below. Differences of 0 are left out. One-sided, exact (Wilcoxon 1945)."""
    sizes = sorted(abs(each) for each in differences if each)
    twice = {size: 2 * bisect_left(sizes, size) + sizes.count(size) + 1 for size in sizes}  # equals share their ranks
    seen = sum(twice[each] for each in differences if each > 0)
    return sum(_ways([twice[size] for size in sizes])[seen:]) / (1 << len(sizes))


def _rank_sums_aside(count: int, chance: float) -> int:
    """How many of the sums of ranks from 0 on are together so improbable, and one fewer."""
    improbable = sum(total <= chance * (1 << count) for total in accumulate(_ways(range(1, count + 1))))
    return max(improbable - 1, 0)


def _ways(ranks: Iterable[int]) -> list[int]:
    """For each sum from 0 on, by how many choices among the ranks it comes about."""
    ways = [1]
    for rank in ranks:
        ways = [sum(pair) for pair in zip([*ways, *[0] * rank], [*[0] * rank, *ways], strict=True)]
    return ways


def _quantile(confidence: float) -> float:
    """Of the standard normal distribution, for an interval with two sides."""
    return NormalDist().inv_cdf((1 + confidence) / 2)
