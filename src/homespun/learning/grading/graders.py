"""The kinds of graders. Each is a value that is the same in JSON as OpenAI's, and gives an answer a score.

What is wrong with one is a `ValueError` when it is made, so that none of them fails in the midst of a training.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct

from .formulas import Formula
from .similarity import Metric, similarity
from .templates import ItemPath, Template


class Operation(StrEnum):
    """How two texts are compared."""

    EQ = "eq"
    """They are the same."""
    NE = "ne"
    """They are not the same."""
    LIKE = "like"
    """The reference is somewhere in the input."""
    ILIKE = "ilike"
    """So it is without regard to case."""


class _Comparing(Struct, frozen=True, forbid_unknown_fields=True):
    """What compares two texts."""

    name: str
    input: str
    """A template, as the reference."""
    reference: str

    def __post_init__(self) -> None:
        self._templates()

    @property
    def paths(self) -> frozenset[ItemPath]:
        """What it needs of an item."""
        return frozenset(path for template in self._templates() for path in template.paths)

    def texts(self, said: str, item: Mapping[str, Any]) -> tuple[str, str]:
        """Input and reference, filled. Raises `KeyError` where the item lacks something."""
        text, reference = (template.filled(said, item) for template in self._templates())
        return text, reference

    def _templates(self) -> tuple[Template, Template]:
        return Template.of(self.input), Template.of(self.reference)


class StringCheck(_Comparing, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="string_check"):
    """1 where the comparison holds, else 0."""

    operation: Operation

    def score(self, said: str, item: Mapping[str, Any]) -> float:
        """Of an answer to an item. Raises `KeyError` where the item lacks something."""
        text, reference = self.texts(said, item)
        match self.operation:
            case Operation.EQ:
                return float(text == reference)
            case Operation.NE:
                return float(text != reference)
            case Operation.LIKE:
                return float(reference in text)
            case Operation.ILIKE:
                return float(reference.casefold() in text.casefold())


class TextSimilarity(_Comparing, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="text_similarity"):
    """How alike the input and the reference are, from 0 to 1."""

    evaluation_metric: Metric

    def score(self, said: str, item: Mapping[str, Any]) -> float:
        """Of an answer to an item. Raises `KeyError` where the item lacks something."""
        return similarity(self.evaluation_metric, *self.texts(said, item))


Simple: TypeAlias = StringCheck | TextSimilarity
"""What others can be made of."""


class Multi(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="multi"):
    """Several graders, and a formula that makes one score of theirs."""

    name: str
    graders: dict[str, Simple]
    """By the name that the formula has for each."""
    calculate_output: str

    def __post_init__(self) -> None:
        self._formula  # noqa: B018 - raises `ValueError` now, not in the midst of a training

    @property
    def paths(self) -> frozenset[ItemPath]:
        """What it needs of an item."""
        return frozenset().union(*(grader.paths for grader in self.graders.values()))

    def score(self, said: str, item: Mapping[str, Any]) -> float:
        """Of an answer to an item. Raises `KeyError` where the item lacks something."""
        return self._formula.value({name: grader.score(said, item) for name, grader in self.graders.items()})

    @property
    def _formula(self) -> Formula:
        return Formula.of(self.calculate_output, frozenset(self.graders))


Grader: TypeAlias = StringCheck | TextSimilarity | Multi
