"""Sees to it that nobody is most of what is learnt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from .labels import Label, Source
from .settings import Settings


def within_caps(labels: Iterable[Label], settings: Settings) -> list[Label]:
    """The labels that count: of each person the weightiest of each kind, then by id.

    One person's are at most `labels_per_person`, and `share_per_person` of a kind; but so few people that they can't
    all be below that share are not held to it, and `always_per_person` labels count anyway. Trainers' aren't capped:
    they write for everybody.
    """
    kinds: dict[type[Label], list[Label]] = defaultdict(list)
    free: list[Label] = []
    for label in labels:
        (free if label.source is Source.TRAINER else kinds[type(label)]).append(label)
    capped = [label for kind in kinds.values() for label in _first(kind, _cap(kind, settings))]
    return sorted(free + capped, key=lambda label: label.id)


def _cap(labels: Sequence[Label], settings: Settings) -> int:
    """How many labels of a kind one person may have."""
    counts = Counter(label.rater for label in labels).values()
    cap = settings.labels_per_person
    if len(counts) * settings.share_per_person < 1:
        return cap
    while cap > settings.always_per_person and cap > settings.share_per_person * sum(min(each, cap) for each in counts):
        cap -= 1
    return cap


def _first(labels: Sequence[Label], cap: int) -> Iterable[Label]:
    taken: Counter[str] = Counter()
    for label in sorted(labels, key=lambda label: (-label.weight, label.id)):
        taken[label.rater] += 1
        if taken[label.rater] <= cap:
            yield label
