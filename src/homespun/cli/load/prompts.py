"""Prompts of a wanted length for a model whose tokeniser is unknown, no two alike."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_WORDS = """
    time year people way day man thing woman life child world school state family student group country problem
    hand part place case week company system program question work night point home water room mother area money
    story fact month lot right study book eye job word business issue side kind head house friend father power
    hour game line end member law car city name team minute idea body back parent face level office door health
    person art war
""".split()  # noqa: SIM905 - easier on the eye than a list
"""Words that are one token in nearly every vocabulary."""

_TASK = "Write a very long story in which all of these words occur, and do not stop early: "


@dataclass(slots=True)
class Prompts:
    """Makes prompts of `words` words. They begin differently, so that no server's prefix cache can help."""

    words: int
    seed: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable prompts, no secrets

    def next(self) -> str:
        """One more prompt, unlike those before it."""
        return " ".join(self._random.choices(_WORDS, k=max(1, self.words))) + ". " + _TASK
