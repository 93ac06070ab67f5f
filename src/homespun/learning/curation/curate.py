"""From labels as they were given to those that one trains on. `curate` reads top to bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .labels import Label, Pair, with_texts
from .scrubbing import scrub
from .settings import Settings
from .splits import Splits, split


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
    return curating.result()


class _Curating:
    """The labels on their way, and the counts of what was done to them."""

    def __init__(self, settings: Settings, labels: Sequence[Label]) -> None:
        self._settings = settings
        self._labels = list(labels)
        self._dropped: Counter[str] = Counter()
        self._scrubbed: Counter[str] = Counter()

    def scrub(self) -> None:
        """Takes personal data and secrets out; then two answers may be the same, or nothing may be left to read."""
        self._labels = [with_texts(label, self._scrubbed_text) for label in self._labels]
        self._keep("nothing left", [label for label in self._labels if _says_something(label)])

    def _scrubbed_text(self, text: str) -> str:
        text, found = scrub(text, addresses=self._settings.scrubs_addresses)
        self._scrubbed += found
        return text

    def _keep(self, reason: str, labels: Sequence[Label]) -> None:
        """Goes on with these; the reason is why the others don't."""
        self._dropped[reason] += len(self._labels) - len(labels)
        self._labels = list(labels)

    def result(self) -> Curated:
        """What has come out."""
        return Curated(
            tuple(self._labels),
            split(self._labels, self._settings.held_out_share),
            dropped=dict(+self._dropped),
            scrubbed=dict(self._scrubbed),
        )


def _says_something(label: Label) -> bool:
    if isinstance(label, Pair):
        return label.chosen.strip() != label.rejected.strip()
    return bool((label.spoken_for or label.spoken_against).strip())
