"""A grader's scores as the rewards of a training."""

from __future__ import annotations

from typing import Any

import msgspec

from homespun.learning.grading import Grader

from .examples import Speech


class Grades:
    """What TRL calls with answers and the items that they are to."""

    __name__ = "grader"

    def __init__(self, grader: Grader, speech: Speech) -> None:
        self._grader = grader
        self._speech = speech

    def __call__(self, *, completion_ids: list[list[int]], item: list[str], **_: Any) -> list[float]:
        """`item`: of each answer, as JSON."""
        return [
            self._grader.score(self._speech.said(tokens), msgspec.json.decode(about))
            for tokens, about in zip(completion_ids, item, strict=True)
        ]
