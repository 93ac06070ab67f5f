"""Graders as they come in: those that are run here become values, all others are refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from homespun.api.openai.decoding import decode
from homespun.core.errors import Invalid, UnsupportedParameter
from homespun.learning.grading import Grader, Metric, Multi, StringCheck, TextSimilarity
from homespun.store import storable_text

_SIMPLE: Mapping[str, type[StringCheck | TextSimilarity]] = {
    "string_check": StringCheck,
    "text_similarity": TextSimilarity,
}
_KINDS: Mapping[str, type[Grader]] = {**_SIMPLE, "multi": Multi}
_WHY_NOT = {
    "python": " No code that comes in is run.",
    "score_model": " No model judges answers while another is trained.",
    "label_model": " No model judges answers while another is trained.",
    "cosine": " It would need a model of meanings.",
    "meteor": " It would need a lexicon of synonyms.",
}


def read_grader(body: bytes, at: str) -> Grader:
    """`at` is the parameter that it is. Raises `Invalid` and `UnsupportedParameter`, naming the field."""
    given = decode(body, object)
    _check(given, at, _KINDS)
    grader: Grader = _decoded(body, Grader, at)
    return grader


def _check(given: object, at: str, kinds: Mapping[str, type[Grader]]) -> None:
    """Says what is run here, where msgspec would only say that this isn't."""
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Invalid(f"{at!r} is an object with a 'type'.", param=at)
    name = given["type"]
    if name not in kinds:
        raise _unsupported(f"The grader {name[:100]!r} is not run here: {_listed(kinds)} are.", name, f"{at}.type")
    metric = given.get("evaluation_metric")
    if kinds[name] is TextSimilarity and isinstance(metric, str) and metric not in tuple(Metric):
        words = f"The metric {metric[:100]!r} is not measured here: {_listed(tuple(Metric))} are."
        raise _unsupported(words, metric, f"{at}.evaluation_metric")
    for text in given.values():
        storable_text(text if isinstance(text, str) else "", at)
    if kinds[name] is Multi:
        _check_parts(given.get("graders"), f"{at}.graders")


def _check_parts(given: object, at: str) -> None:
    if not isinstance(given, dict) or not given:
        raise Invalid(f"{at!r} is an object with a grader by each name that the formula has.", param=at)
    for name, grader in given.items():
        _check(grader, f"{at}.{storable_text(name, at)[:100]}", _SIMPLE)
        _decoded(msgspec.json.encode(grader), StringCheck | TextSimilarity, f"{at}.{name[:100]}")


def _decoded(body: bytes, shape: Any, at: str) -> Any:
    """Errors name the field from the top."""
    try:
        return decode(body, shape)
    except Invalid as error:
        error.param = f"{at}.{error.param}" if error.param else at
        raise


def _unsupported(words: str, name: str, param: str) -> UnsupportedParameter:
    return UnsupportedParameter(words + _WHY_NOT.get(name, ""), param=param)


def _listed(names: Mapping[str, Any] | tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"
