"""What there is to learn from at present, counted as curation would read it, before anything is left out."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from homespun.core.errors import TooLittleToLearn
from homespun.journal import Signalled

from .curation import Demonstration, Pair, Pseudonyms, Settings, labels_of
from .jobs import Method

_HOLDS = 20
"""So many times as long as a count took it holds: it takes a twentieth of the server's time at most."""
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
    is_counted: bool
    """This is all; else there is as much at least, and somebody counts on."""

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


class Counting:
    """Counts one time, piece by piece, while others may look how far it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kinds: Counter[type] = Counter()
        self._sources: Counter[str] = Counter()
        self._people: set[str] = set()
        self._is_over = False

    async def count(self, signals: AsyncIterator[Signalled]) -> None:
        """Reads all signals, five queries for every page of turns."""
        names = Pseudonyms(b"for counting alone")
        async for signalled in signals:
            for label in labels_of(signalled, names, self._settings):
                self._kinds[type(label)] += 1
                self._sources[label.source] += 1
                self._people.add(label.rater)
        self._is_over = True

    @property
    def material(self) -> Material:
        """What was counted so far."""
        kinds = self._kinds
        return Material(
            demonstrations=kinds[Demonstration],
            pairs=kinds[Pair],
            thumbs=kinds.total() - kinds[Demonstration] - kinds[Pair],
            people=len(self._people),
            sources=dict(self._sources),
            min_demonstrations=self._settings.min_demonstrations,
            min_pairs=self._settings.min_pairs,
            is_counted=self._is_over,
        )


class Counted:
    """The material of an installation, for whoever can't wait until a large journal has been read.

    A count goes on in the background, whoever asks, and holds for a while: the longer it took, the longer.
    """

    def __init__(
        self,
        signals: Callable[[], AsyncIterator[Signalled]],
        settings: Settings,
        *,
        patience_s: float = 0.1,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._signals = signals
        self._settings = settings
        self._patience_s = patience_s
        self._monotonic_s = monotonic_s
        self._counting = Counting(settings)
        self._task: asyncio.Task[None] | None = None
        self._holds_until_s = 0.0

    async def so_far(self) -> Material:
        """What is there; where that takes too long, as far as it was counted."""
        task = self._going_on()
        await asyncio.wait({task}, timeout=self._patience_s)
        if task.done():
            task.result()
        return self._counting.material

    async def require_enough(self) -> None:
        """Waits until it is certain. Raises `TooLittleToLearn`."""
        task = self._going_on()
        while not task.done() and not self._counting.material.is_enough:
            await asyncio.wait({task}, timeout=self._patience_s)
        if task.done():
            task.result()
        self._counting.material.require_enough()

    async def stop(self) -> None:
        """Nobody asks any more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _going_on(self) -> asyncio.Task[None]:
        """The count that goes on, or has ended just now."""
        if self._task is None or (self._task.done() and self._monotonic_s() >= self._holds_until_s):
            self._counting = Counting(self._settings)
            self._task = asyncio.create_task(self._count(self._counting))
        return self._task

    async def _count(self, counting: Counting) -> None:
        began_s = self._monotonic_s()
        await counting.count(self._signals())
        self._holds_until_s = self._monotonic_s() + _HOLDS * (self._monotonic_s() - began_s)
