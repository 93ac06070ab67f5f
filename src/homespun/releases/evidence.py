"""What votes prove: two e-processes, which may be looked at after every vote.

An e-process is a bet against a hypothesis: it starts with 1, and whatever is staked, it isn't expected to grow as long
as the hypothesis holds. By Ville's inequality it ever reaches 1/alpha with a probability of alpha at most, however
often and whenever one looks. A plain test that is looked at every ten votes finds a difference where there is none in
four cases of ten.

Both hold for votes that don't depend on each other, given the release. One person's votes do, somewhat; therefore
nobody's count without end: see `Settings.votes_per_person`. This module must not know where votes come from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .values import Evidence, Vote, VoteKind

_STAKES = tuple(stake / 20 for stake in range(1, 20))
_PRIOR = 0.5
"""Bad and good answers each, that are supposed to have been there before the first: Jeffreys' prior."""
_LARGEST_EXPONENT = 700.0
"""More than that a float can't be raised to; it is proof enough."""


def preference(wins: int, losses: int) -> float:
    """The e-value for: the one is preferred in more than half of all comparisons.

    For each stake s in (0, 1), the capital is multiplied by 1 + s for a win and by 1 - s for a loss. If a win has the
    probability p <= 1/2 given all that was before, the factor's expectation is 1 + s (2p - 1) <= 1, so each capital is
    a supermartingale that starts at 1; and so is their mean, which is what is returned. It needs no guess of how large
    the difference is, and doesn't depend on the order of the votes. (Waudby-Smith and Ramdas 2024, section 4.)
    """
    logs = [wins * math.log1p(stake) + losses * math.log1p(-stake) for stake in _STAKES]
    return sum(math.exp(min(log, _LARGEST_EXPONENT)) for log in logs) / len(logs)


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer of either release: did what is counted happen to it?"""

    is_candidate: bool
    happened: bool


def more_often(trials: Iterable[Trial]) -> float:
    """The e-value for: it happens more often to the candidate's answers than to the champion's.

    Trials come in blocks, each ended by the first trial that has both releases in it: n of the candidate's and m of the
    champion's. Before a block, rates c and b are guessed from all blocks before; nothing is staked unless c > b. With
    a = (n c + m b) / (n + m), the capital is multiplied for each trial of the candidate's by c/a if it happened and by
    (1 - c)/(1 - a) if not, for each of the champion's by b/a and (1 - b)/(1 - a).

    If both rates are really r, a candidate's trial has the expected factor F = r c/a + (1 - r)(1 - c)/(1 - a), a
    champion's has G, the same with b; (n F + m G) / (n + m) = r + (1 - r) = 1, so F^n G^m <= 1 by the inequality of the
    means. F grows with the candidate's rate and G falls with the champion's, as b <= a <= c; so the expectation is at
    most 1 too where the candidate's rate is the lower one. Hence it is a supermartingale under the hypothesis that it
    happens to the candidate's no more often. (After Turner, Ly and Grünwald 2024, with fewer restrictions on blocks:
    which release answers next must not depend on how the answers of the same block fared.)
    """
    log, block = 0.0, _Block()
    candidate, champion = _Rate(), _Rate()
    for trial in trials:
        block.add(trial)
        if block.is_whole:
            log += block.log_factor(candidate.guess, champion.guess)
            candidate.learn(block.candidate)
            champion.learn(block.champion)
            block = _Block()
    return math.exp(min(log, _LARGEST_EXPONENT))


class _Rate:
    """What is known of a rate from the blocks that are over."""

    def __init__(self) -> None:
        self._happened = self._didnt = _PRIOR

    @property
    def guess(self) -> float:
        return self._happened / (self._happened + self._didnt)

    def learn(self, outcomes: Sequence[bool]) -> None:
        self._happened += sum(outcomes)
        self._didnt += len(outcomes) - sum(outcomes)


class _Block:
    """Trials on which is staked by what was known before them."""

    def __init__(self) -> None:
        self.candidate: list[bool] = []
        self.champion: list[bool] = []

    @property
    def is_whole(self) -> bool:
        return bool(self.candidate) and bool(self.champion)

    def add(self, trial: Trial) -> None:
        (self.candidate if trial.is_candidate else self.champion).append(trial.happened)

    def log_factor(self, candidate: float, champion: float) -> float:
        if candidate <= champion:
            return 0.0
        n, m = len(self.candidate), len(self.champion)
        average = (n * candidate + m * champion) / (n + m)
        return _log_ratio(self.candidate, candidate, average) + _log_ratio(self.champion, champion, average)


def _log_ratio(outcomes: Sequence[bool], rate: float, average: float) -> float:
    happened = sum(outcomes)
    didnt = len(outcomes) - happened
    return happened * math.log(rate / average) + didnt * math.log((1 - rate) / (1 - average))


def weighed(votes: Sequence[Vote], *, votes_per_person: int) -> Evidence:
    """What the votes prove, in the order in which they were counted; of each person's, so many of each kind count.

    Wins: the product of what comparisons and thumbs prove, for they are different votes. Harm: the mean of what thumbs
    and answers prove, so that either alone is enough. Products of that sort and means of e-processes are e-processes.
    """
    counted = _bounded(votes, votes_per_person)
    thumbs, answers = counted[VoteKind.THUMB], counted[VoteKind.ANSWER]
    won = sum(vote.is_candidate for vote in counted[VoteKind.COMPARISON])
    lost = len(counted[VoteKind.COMPARISON]) - won
    return Evidence(
        wins=preference(won, lost) * more_often(_trials(thumbs, is_good=True)),
        harm=(more_often(_trials(thumbs, is_good=False)) + more_often(_trials(answers, is_good=False))) / 2,
        comparisons=won + lost,
        comparisons_won=won,
        **_tally("thumbs", "up", thumbs),
        **_tally("answers", "good", answers),
    )


def _bounded(votes: Iterable[Vote], votes_per_person: int) -> dict[VoteKind, list[Vote]]:
    """By kind, without those of people who have voted too often."""
    said: Counter[tuple[VoteKind, str]] = Counter()
    counted: dict[VoteKind, list[Vote]] = {kind: [] for kind in VoteKind}
    for vote in votes:
        said[vote.kind, vote.person_id] += 1
        if said[vote.kind, vote.person_id] <= votes_per_person:
            counted[vote.kind].append(vote)
    return counted


def _trials(votes: Iterable[Vote], *, is_good: bool) -> Iterable[Trial]:
    return (Trial(vote.is_candidate, vote.is_good is is_good) for vote in votes)


def _tally(noun: str, good: str, votes: Sequence[Vote]) -> dict[str, int]:
    """How many there are of each release, and how many of them are good."""
    tally: dict[str, int] = {}
    for arm, is_candidate in (("candidate", True), ("champion", False)):
        of_arm = [vote.is_good for vote in votes if vote.is_candidate is is_candidate]
        tally |= {f"{arm}_{noun}": len(of_arm), f"{arm}_{noun}_{good}": sum(of_arm)}
    return tally
