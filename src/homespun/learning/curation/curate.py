"""From labels as they were given to those that one trains on. `curate` reads top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from .agreement import Record, agreement, by_question, questions_of, records
from .caps import within_caps
from .claims import claims
from .labels import Label, Pair, Source, weighted, with_texts
from .near_duplicates import groups
from .poisoning import bursts, contradicted, contrary, flatterers, flattering, taken_back
from .scrubbing import scrub
from .settings import Settings
from .splits import Splits, split

_DOUBTED = 0.3
"""What a label counts that may be poison."""


@dataclass(frozen=True, slots=True)
class Curated:
    """What is left, and what became of the rest."""

    labels: tuple[Label, ...]
    """By id."""
    splits: Splits
    agreement: float | None = None
    """See `Manifest.agreement`."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    down_weighted: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    scrubbed: Mapping[str, int] = field(default_factory=dict)
    """By kind of what was replaced."""


def curate(labels: Iterable[Label], settings: Settings) -> Curated:
    """The same labels give the same result, in whatever order they come."""
    curating = _Curating(settings, sorted(labels, key=lambda label: label.id))
    curating.scrub()
    curating.level()
    curating.tell_questions_apart()
    curating.doubt()
    curating.weigh()
    curating.drop_duplicates()
    curating.cap()
    return curating.result()


class _Curating:
    """The labels on their way, and the counts of what was done to them."""

    def __init__(self, settings: Settings, labels: Sequence[Label]) -> None:
        self._settings = settings
        self._labels = list(labels)
        self._question_of: Mapping[str, int] = {}
        self._agreement: float | None = None
        self._dropped: Counter[str] = Counter()
        self._down_weighted: Counter[str] = Counter()
        self._scrubbed: Counter[str] = Counter()

    def scrub(self) -> None:
        """Takes personal data and secrets out; then two answers may be the same, or nothing may be left to read."""
        self._labels = [with_texts(label, self._scrubbed_text) for label in self._labels]
        self._keep("nothing left", [label for label in self._labels if _says_something(label)])

    def _scrubbed_text(self, text: str) -> str:
        text, found = scrub(text, addresses=self._settings.scrubs_addresses)
        self._scrubbed += found
        return text

    def tell_questions_apart(self) -> None:
        """Finds out which labels answer nearly the same question."""
        self._question_of = questions_of(self._labels, self._settings.near_duplicate)

    def level(self) -> None:
        """Has comparisons count as much as anything else on average."""
        self._labels = _comparisons_levelled(self._labels)

    def doubt(self) -> None:
        """Drops what would poison the model; what may be poison counts less."""
        settings = self._settings
        self._drop("burst", bursts(self._labels, young_days=settings.young_days, similarity=settings.near_duplicate))
        found = records(self._questions())
        self._agreement = _agreement(found.values())
        flattered, suspects = flattering(self._labels), flatterers(self._labels)
        self._drop("taken back", taken_back(self._questions()))
        self._drop("contrary rater", contrary(self._labels, found))
        self._drop("contradicted", contradicted(self._questions()))
        self._drop("flattery", {each.id for each in self._labels if each.id in flattered and each.rater in suspects})
        self._weaken("flattery", flattered)
        self._weaken("flattering rater", {each.id for each in self._labels if each.rater in suspects})

    def weigh(self) -> None:
        """Has each label count by its rater's reliability."""
        found = records(self._questions())
        self._labels = [
            each if each.source is Source.TRAINER else weighted(each, found[each.rater].reliability)
            for each in self._labels
        ]

    def drop_duplicates(self) -> None:
        """Of labels that are nearly the same, the weightiest stays."""
        labels = sorted(self._labels, key=lambda label: (-label.weight, label.id))
        texts = [(label.question, label.spoken_for, label.spoken_against) for label in labels]

        def may_be(one: int, other: int) -> bool:
            return _may_be_same(labels[one], labels[other])

        first = groups(texts, self._settings.near_duplicate, may_be=may_be)
        self._keep("duplicate", [label for number, label in enumerate(labels) if first[number] == number])

    def cap(self) -> None:
        """See `within_caps`."""
        self._keep("over a person's cap", within_caps(self._labels, self._settings))

    def _questions(self) -> Sequence[Sequence[Label]]:
        """The labels that are left, by question."""
        return by_question(self._labels, self._question_of)

    def _drop(self, reason: str, ids: Set[str]) -> None:
        self._keep(reason, [label for label in self._labels if label.id not in ids])

    def _weaken(self, reason: str, ids: Set[str]) -> None:
        self._down_weighted[reason] += sum(label.id in ids for label in self._labels)
        self._labels = [weighted(label, _DOUBTED) if label.id in ids else label for label in self._labels]

    def _keep(self, reason: str, labels: Sequence[Label]) -> None:
        """Goes on with these; the reason is why the others don't."""
        self._dropped[reason] += len(self._labels) - len(labels)
        self._labels = list(labels)

    def result(self) -> Curated:
        """What has come out."""
        return Curated(
            tuple(sorted(self._labels, key=lambda label: label.id)),
            split(self._labels, self._settings.held_out_share),
            agreement=self._agreement,
            dropped=dict(+self._dropped),
            down_weighted=dict(+self._down_weighted),
            scrubbed=dict(self._scrubbed),
        )


def _says_something(label: Label) -> bool:
    if isinstance(label, Pair):
        return label.chosen.strip() != label.rejected.strip()
    return bool((label.spoken_for or label.spoken_against).strip())


def _may_be_same(one: Label, other: Label) -> bool:
    """Long texts that differ in a number or a name, or pairs the other way round, are not the same."""
    if type(one) is not type(other) or agreement(one, other) < 0:
        return False
    sides = ((one.spoken_for, other.spoken_for), (one.spoken_against, other.spoken_against))
    return all(claims(a) == claims(b) for a, b in sides)


def _comparisons_levelled(labels: Sequence[Label]) -> list[Label]:
    """Divides the weights of comparisons by their mean (self-normalised inverse propensity weighting).

    Else they would count for more than edits, just because few are shown.
    """
    weights = [label.weight for label in labels if label.source is Source.COMPARISON]
    mean = sum(weights) / len(weights) if weights else 1.0
    return [weighted(label, 1 / mean) if label.source is Source.COMPARISON else label for label in labels]


def _agreement(all_records: Iterable[Record]) -> float | None:
    every = list(all_records)
    agreed, met = sum(each.agreed for each in every), sum(each.agreed + each.disagreed for each in every)
    return round(agreed / met, 4) if met else None
