"""What there is to learn from at present, counted as curation would read it, before anything is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from homespun.core.errors import TooLittleToLearn
from homespun.journal import Signalled

from .curation import Demonstration, Pair, Pseudonyms, Settings, labels_of
from .jobs import Method

PAIRS_WORTH_DPO = 200
"""With fewer pairs a training on them teaches little beside what corrections do."""


@dataclass(frozen=True, slots=True)
class Material:
    """Labels by kind. A snapshot may have fewer: duplicates, poison and what exceeds a person's part are left out."""

    demonstrations: int
    pairs: int
    thumbs: int
    people: int
    """Who said something of it."""
    sources: Mapping[str, int]
    """How many labels come from edits, comparisons and so on."""
    min_demonstrations: int
    min_pairs: int

    @property
    def is_enough(self) -> bool:
        """Whether a snapshot can be made of it, if nothing is left out."""
        return self.demonstrations >= self.min_demonstrations or self.pairs >= self.min_pairs

    @property
    def suggested(self) -> tuple[Method, ...]:
        """How to train on it; empty: there is too little of everything."""
        if self.demonstrations >= self.min_demonstrations:
            return (Method.SFT, Method.DPO) if self.pairs >= PAIRS_WORTH_DPO else (Method.SFT,)
        return (Method.DPO,) if self.pairs >= self.min_pairs else ()

    def require_enough(self) -> None:
        """Raises `TooLittleToLearn`."""
        if not self.is_enough:
            raise TooLittleToLearn(
                f"There are {self.demonstrations} corrections and {self.pairs} pairs. It takes "
                f"{self.min_demonstrations} corrections or {self.min_pairs} pairs: wait, or ask more people to consent."
            )


async def counted(signals: AsyncIterator[Signalled], settings: Settings) -> Material:
    """Reads all signals once, five queries for every two hundred turns."""
    kinds: Counter[type] = Counter()
    sources: Counter[str] = Counter()
    people: set[str] = set()
    names = Pseudonyms(b"for counting alone")
    async for signalled in signals:
        for label in labels_of(signalled, names, settings):
            kinds[type(label)] += 1
            sources[label.source] += 1
            people.add(label.rater)
    return Material(
        demonstrations=kinds[Demonstration],
        pairs=kinds[Pair],
        thumbs=kinds.total() - kinds[Demonstration] - kinds[Pair],
        people=len(people),
        sources=dict(sources),
        min_demonstrations=settings.min_demonstrations,
        min_pairs=settings.min_pairs,
    )
