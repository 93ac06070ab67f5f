"""Finds labels that would teach what nobody should learn: by who says them, and by what they reward.

Each filter names labels and says why; what happens to them is decided in `curate`. A trainer's word is never doubted.
An opinion that few share isn't poison: whoever judges like the others more often than a coin would stays, and a single
label goes only where many contradict what it claims.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set

from .agreement import Record, agreement, at_least
from .claims import claims
from .flattery import flattery
from .labels import Label, Source
from .near_duplicates import groups

_RARE = 0.01
"""Whoever rewards flattery so often that this is the probability of it among the others, does it on purpose."""
_MANY = 3
"""So many contradict a label, and so many times as many as say the same."""
_BURST, _BURST_S = 5, 3600.0
"""So many labels that are all the same within so many seconds are no coincidence."""
_DAY_S = 86_400.0


def contrary(labels: Iterable[Label], records: Mapping[str, Record]) -> Set[str]:
    """All labels of raters who contradict the others far beyond chance."""
    return {label.id for label in labels if _is_doubted(label) and records[label.rater].is_contrary}


def taken_back(questions: Iterable[Sequence[Label]]) -> Set[str]:
    """Labels of whose contrary the same person said something later, of the same answers."""
    return {
        label.id
        for labels in questions
        for label in labels
        if any(_takes_back(later, label) for later in labels if later.rater == label.rater)
    }


def _takes_back(later: Label, label: Label) -> bool:
    is_later = type(later) is type(label) and (later.at, later.id) > (label.at, label.id)
    return is_later and agreement(later, label) < 0


def rewards_flattery(label: Label) -> int:
    """1 if it is for the more flattering answer, -1 if it is against that, 0 if neither flatters more."""
    more = flattery(label.spoken_for) - flattery(label.spoken_against)
    return (more > 0) - (more < 0)


def flattering(labels: Iterable[Label]) -> Set[str]:
    """Labels that are for the more flattering answer."""
    return {label.id for label in labels if _is_doubted(label) and rewards_flattery(label) > 0}


def flatterers(labels: Iterable[Label]) -> Set[str]:
    """Raters who reward flattery far more often than the others do, and than not."""
    rewarded, punished = Counter[str](), Counter[str]()
    for label in labels:
        if _is_doubted(label):
            rewarded[label.rater] += rewards_flattery(label) > 0
            punished[label.rater] += rewards_flattery(label) < 0
    found = set()
    for rater, count in rewarded.items():
        others, all_others = rewarded.total() - count, punished.total() - punished[rater] + rewarded.total() - count
        usual = max(0.5, others / all_others if all_others else 0.0)
        if at_least(count, count + punished[rater], usual) < _RARE:
            found.add(rater)
    return found


def contradicted(questions: Iterable[Sequence[Label]]) -> Set[str]:
    """Labels that claim something (a number, a name) that many others deny when they are asked the same."""
    found: set[str] = set()
    for labels in questions:
        for_it, against_it = _by_claim(labels, _claimed), _by_claim(labels, _denied)
        for label in labels:
            if _is_doubted(label) and any(
                _is_outvoted(label, for_it[claim], against_it[claim]) for claim in _claimed(label)
            ):
                found.add(label.id)
    return found


def _is_outvoted(label: Label, for_it: Collection[str], against_it: Collection[str]) -> bool:
    against = len(set(against_it) - {label.rater})
    return against >= _MANY * max(len(set(for_it)), 1)


def _by_claim(labels: Iterable[Label], of: Callable[[Label], Set[str]]) -> Mapping[str, list[str]]:
    """The raters of each claim."""
    raters: dict[str, list[str]] = defaultdict(list)
    for label in labels:
        for claim in of(label):
            raters[claim].append(label.rater)
    return raters


def _claimed(label: Label) -> Set[str]:
    return claims(label.spoken_for) - claims(label.spoken_against) - claims(label.question)


def _denied(label: Label) -> Set[str]:
    return claims(label.spoken_against) - claims(label.spoken_for) - claims(label.question)


def bursts(labels: Sequence[Label], *, young_days: float, similarity: float) -> Set[str]:
    """Labels of young accounts that are nearly the same, many within an hour."""
    young = [label for label in labels if _is_young(label, young_days) and _is_doubted(label)]
    together: dict[int, list[Label]] = defaultdict(list)
    texts = [(label.spoken_for, label.spoken_against) for label in young]
    for label, first in zip(young, groups(texts, similarity), strict=True):
        together[first].append(label)
    return {name for alike in together.values() for name in _within_an_hour(alike)}


def _within_an_hour(alike: Sequence[Label]) -> Set[str]:
    found: set[str] = set()
    ordered = sorted(alike, key=lambda label: (label.at, label.id))
    for first, last in zip(ordered, ordered[_BURST - 1 :], strict=False):
        if last.at - first.at <= _BURST_S:
            found |= {label.id for label in ordered if first.at <= label.at <= last.at}
    return found


def _is_young(label: Label, days: float) -> bool:
    return label.age_s is not None and label.age_s < days * _DAY_S


def _is_doubted(label: Label) -> bool:
    return label.source is not Source.TRAINER
