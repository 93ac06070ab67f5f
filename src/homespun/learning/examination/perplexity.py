"""The suite that looks for drift: does the candidate find ordinary texts about as likely as the champion does?

A training that spoils a model's hold on language shows here before it shows in answers, whatever they are asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp

import msgspec

from homespun.core.messages import TextPrompt

from .card import Limit, Sample, Suite, Verdict
from .questions import PAPERS
from .scoring import Scores, scored
from .settings import Settings
from .sitting import Sitting, named
from .statistics import paired_ratio

NAME = "perplexity"
ASKS = "Does it find ordinary texts about as likely as before?"

_CONFIDENCE = 0.9
"""Of the interval: 95% for each of its ends, and it is the upper one that counts."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A short text as they are read every day."""

    kind: str
    """prose, dialogue or code."""
    text: str


@cache
def shipped_texts() -> tuple[Text, ...]:
    """Those that are shipped, written for this project."""
    lines = (files("homespun.learning.examination") / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(msgspec.json.decode(line, type=Text) for line in lines)


async def perplexity(sitting: Sitting) -> Suite:
    """Has both score the texts, and the questions of all papers. Raises `Unavailable`."""
    questions = (question.turns[-1] for paper in PAPERS for question in paper.questions)
    texts = [*(text.text for text in shipped_texts()), *questions]
    prompts, at_once = [TextPrompt(text) for text in texts], sitting.settings.at_once
    with named("candidate"):
        ours = await scored(sitting.candidate, prompts, at_once=at_once)
    with named("champion"):
        theirs = await scored(sitting.champion, prompts, at_once=at_once)
    return perplexity_suite(texts, ours, theirs, sitting.settings)


def perplexity_suite(
    texts: Sequence[str], ours: Sequence[Scores], theirs: Sequence[Scores], settings: Settings
) -> Suite:
    """The suite from the scores of each text.

    The figure is the candidate's negative log-likelihood as a multiple of the champion's, paired by texts.
    """
    limit = Limit(at_most=settings.perplexity)
    ratio = paired_ratio([-sum(text) for text in ours], [-sum(text) for text in theirs], confidence=_CONFIDENCE)
    if ratio is None:
        return Suite(NAME, ASKS, Verdict.FAILED, "The champion finds every text certain.", limit=limit)
    verdict = Verdict.PASSED if limit.holds(ratio.low, ratio.high) else Verdict.FAILED
    words = f"A perplexity of {exp(_surprise(ours)):.1f}, the champion's {exp(_surprise(theirs)):.1f}."
    count = sum(map(len, ours))
    samples = _samples(texts, ours, theirs)[: settings.samples]
    return Suite(NAME, ASKS, verdict, words, ratio.figure, ratio.low, ratio.high, limit, count, samples)


def _surprise(texts: Sequence[Scores]) -> float:
    """The mean negative log-likelihood of a token."""
    return -sum(map(sum, texts)) / max(sum(map(len, texts)), 1)


def _samples(texts: Sequence[str], ours: Sequence[Scores], theirs: Sequence[Scores]) -> tuple[Sample, ...]:
    """The texts that have become least likely first."""
    rows = [(text, _surprise([one]), _surprise([other])) for text, one, other in zip(texts, ours, theirs, strict=True)]
    ranked = sorted(rows, key=lambda row: row[2] - row[1])
    return tuple(Sample(text, _told(one), _told(other)) for text, one, other in ranked)


def _told(surprise: float) -> str:
    return f"{surprise:.3f} nats a token"
