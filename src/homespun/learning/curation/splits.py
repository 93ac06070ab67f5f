"""What is trained on, and what is held out for the examination: whole people and whole conversations, never turns.

People who had a part in one conversation stay together. A trainer's demonstration goes where the conversation goes that
it was written for: trainers answer everybody, and would tie all people into one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .labels import Label


class Split(StrEnum):
    """What a label is for."""

    TRAIN = "train"
    HELD_OUT = "held_out"


class SplitBy(StrEnum):
    """What is never on both sides."""

    PERSON = "person"
    """No person and no conversation."""
    CONVERSATION = "conversation"
    """No conversation. There was only one person, or nearly all that was said hung together by shared conversations."""


@dataclass(frozen=True, slots=True)
class Splits:
    """The side of each conversation."""

    by: SplitBy
    held_out: frozenset[str]
    """Conversations."""

    def of(self, label: Label) -> Split:
        """The side that a label is on."""
        return Split.HELD_OUT if label.group in self.held_out else Split.TRAIN


def split(labels: Sequence[Label], share: float) -> Splits:
    """Holds out about this share of the labels: by hashes, so the same people every time as far as that can be."""
    if share <= 0:
        return Splits(SplitBy.PERSON, frozenset())
    by_person = _parts(labels, lambda label: [f"person {name}" for name in label.people])
    if held_out := _chosen(by_person, share):
        return Splits(SplitBy.PERSON, held_out)
    return Splits(SplitBy.CONVERSATION, _chosen(_parts(labels, lambda _: ()), share))


@dataclass(frozen=True, slots=True)
class _Part:
    """What has to stay on one side."""

    order: str
    """A hash: no two parts have the same."""
    groups: frozenset[str]
    size: int
    """In labels."""


def _parts(labels: Iterable[Label], ties: Callable[[Label], Iterable[str]]) -> list[_Part]:
    """Conversations, joined where one of `ties` is the same."""
    joined = _Joined()
    sizes = Counter(label.group for label in labels)
    for label in labels:
        joined.join([f"group {label.group}", *ties(label)])
    groups: dict[str, set[str]] = {}
    for group in sizes:
        groups.setdefault(joined.root(f"group {group}"), set()).add(group)
    orders = joined.orders()
    return [
        _Part(orders[root], frozenset(all_of), sum(sizes[each] for each in all_of)) for root, all_of in groups.items()
    ]


def _chosen(parts: Sequence[_Part], share: float) -> frozenset[str]:
    """Parts in the order of their hashes where there is room, or else the smallest, unless that is most of all."""
    total = sum(part.size for part in parts)
    room, held_out = round(total * share), set[str]()
    for part in sorted(parts, key=lambda part: part.order):
        if part.size <= room:
            room -= part.size
            held_out |= part.groups
    smallest = min(parts, key=lambda part: (part.size, part.order), default=None)
    if not held_out and smallest and smallest.size * 2 <= total:
        return smallest.groups
    return frozenset(held_out)


class _Joined:
    """Names that belong together (union-find)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, names: Sequence[str]) -> None:
        first = self.root(names[0])
        for name in names[1:]:
            self._above[self.root(name)] = first

    def root(self, name: str) -> str:
        above = self._above.setdefault(name, name)
        while above != self._above[above]:
            above = self._above[name] = self._above[above]
        return above

    def orders(self) -> Mapping[str, str]:
        """By root, the smallest hash of those that belong to it."""
        orders: dict[str, str] = {}
        for name in list(self._above):
            order, root = hashlib.sha256(name.encode()).hexdigest(), self.root(name)
            orders[root] = min(order, orders.get(root, order))
        return orders
