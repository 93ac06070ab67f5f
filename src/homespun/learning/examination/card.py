"""The card of an examination: what was asked of a candidate, what came out, and whether it may answer people.

It fails closed: a suite that was demanded and couldn't run has failed. What depends on how fast the machine was just
then is kept apart in `Card.times`, so that the same answers give the same card, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

_DECIMALS = 6
"""Of a figure: more would be noise."""
_FORMAT = 1


class Verdict(StrEnum):
    """How a suite ended."""

    PASSED = "passed"
    FAILED = "failed"
    """The figure is beyond the limit, or the suite couldn't run."""
    NOT_RUN = "not_run"
    """It decides nothing: nobody asked for it and nothing was there to run it with, or nothing was seen for sure."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure has to be for the suite to pass."""

    at_least: float | None = None
    at_most: float | None = None

    @property
    def words(self) -> str:
        """For people."""
        ends = ((self.at_least, "at least"), (self.at_most, "at most"))
        return " and ".join(f"{words} {end:g}" for end, words in ends if end is not None) or "none"

    def holds(self, low: float, high: float) -> bool:
        """Whether a figure between these is surely within the limit."""
        return (self.at_least is None or low >= self.at_least) and (self.at_most is None or high <= self.at_most)


@dataclass(frozen=True, slots=True)
class Sample:
    """One question, and what both said."""

    question: str
    candidate: str
    champion: str
    words: str = ""
    """What was made of it."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One of the questions that an examination puts."""

    name: str
    question: str
    """What it asks, for people."""
    verdict: Verdict
    words: str
    """Why, in a sentence."""
    figure: float | None = None
    low: float | None = None
    """The truth is between `low` and `high`."""
    high: float | None = None
    limit: Limit = Limit()
    count: int = 0
    """How many questions, pairs or tokens the figure comes from."""
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """All suites of one examination."""

    candidate: str
    champion: str
    suites: tuple[Suite, ...]
    times: Mapping[str, float] = field(default_factory=dict, compare=False)
    """What was measured with a clock, by what it is and its unit. No part of what is digested."""

    @property
    def passed(self) -> bool:
        """Whether the candidate may answer people. A card without suites has examined nothing."""
        return bool(self.suites) and all(suite.verdict is not Verdict.FAILED for suite in self.suites)

    def as_json(self) -> dict[str, Any]:
        """Plain values without the times; always the same for the same answers."""
        suites = [_plain(suite) for suite in self.suites]
        names = {"candidate": self.candidate, "champion": self.champion}
        return {"format": _FORMAT, **names, "passed": self.passed, "suites": suites}

    def encoded(self) -> bytes:
        """`as_json` in canonical form, as it lies in card.json."""
        return msgspec.json.encode(self.as_json(), order="sorted") + b"\n"


def read_card(text: bytes) -> Card:
    """What `Card.encoded` wrote, times left out. Raises `msgspec.DecodeError`."""
    return msgspec.json.decode(text, type=Card)


def _plain(suite: Suite) -> dict[str, Any]:
    values = asdict(suite)
    rounded = {name: round(value, _DECIMALS) for name, value in values.items() if isinstance(value, float)}
    return values | rounded | {"verdict": suite.verdict.value}
