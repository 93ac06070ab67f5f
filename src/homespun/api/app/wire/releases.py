"""Releases and rollouts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import Query
from pydantic import ConfigDict, Field

from homespun.learning.examination.chinese import card_in_chinese
from homespun.releases import Ending, Outcome, ReleaseState

from .base import Wire

Language = Annotated[Literal["en", "zh"], Query()]
"""In which the reasons on a card are told."""


class Release(Wire):
    """A model that can answer people."""

    id: str
    number: int
    name: str
    """By which programs ask for it and no other."""
    model: str
    digest: str
    parent_id: str | None
    state: ReleaseState
    is_base: bool
    """It is the model as it was installed."""
    base_digest: str
    snapshot_digest: str | None
    recipe: dict[str, Any]
    has_passed: bool
    """Whether its examination lets it answer people."""
    problem: str
    """Why it was taken back; empty: it was not."""
    is_marked: bool = False
    """Somebody whose words it was trained on has been removed since."""
    created_at: datetime


class ReleaseChange(Wire):
    """One step of a release."""

    before: ReleaseState | None
    after: ReleaseState
    by: str
    """A person's id, `command`, or `homespun` itself."""
    by_name: str
    """The person's name; empty: it was no person, or one who was removed."""
    why: str
    at: datetime


class Evidence(Wire):
    """What the votes of a rollout prove. An e-value of 20 is as rare as one in 20 where there is no difference."""

    wins: float
    """The e-value for: people prefer the candidate."""
    harm: float
    """The e-value for: the candidate does worse."""
    wins_needed: float
    """At this e-value the candidate answers more people, or becomes the champion."""
    harm_allowed: float
    """At this e-value the candidate is taken back."""
    comparisons: int
    comparisons_won: int
    candidate_thumbs: int
    candidate_thumbs_up: int
    champion_thumbs: int
    champion_thumbs_up: int
    candidate_answers: int
    candidate_answers_good: int
    champion_answers: int
    champion_answers_good: int


class Shadow(Wire):
    """The answers of a candidate that nobody saw, beside the champion's to the same questions."""

    is_going_on: bool
    answers: int
    wanted: int
    """With so many it is over."""
    worse: int
    """So many ended worse than the champion's: cut off, or came to nothing."""
    better: int
    """The other way round."""
    harm: float
    """The e-value for: the candidate's end worse."""
    harm_allowed: float
    """At this e-value the candidate is taken back."""
    endings: dict[Ending, int]
    champion_endings: dict[Ending, int]
    length_ratio: float | None
    """Its tokens to the champion's."""
    tokens_per_s: float | None
    champion_tokens_per_s: float | None


class Rollout(Wire):
    """One canary's way among the people."""

    id: str
    champion_id: str
    candidate_id: str
    share: float
    """The part of the people whom the candidate answers; 0 as long as it is in shadow."""
    outcome: Outcome
    votes: int
    begun_at: datetime
    ended_at: datetime | None
    evidence: Evidence
    shadow: Shadow


class Releases(Wire):
    """GET /api/console/releases: the newest first."""

    releases: list[Release]
    loaded: list[str]
    """The ids of those that answer just now."""
    rolls_out: bool
    """Whether a release that has passed is rolled out by itself."""
    shadow_answers: int
    """So many answers a release gives in shadow before it answers anybody; 0: there is no shadow."""
    shares: list[float]
    """The parts of the people whom a new release answers, step by step."""
    wins_needed: list[float]
    """For each of the shares: the e-value at which a release goes on to the next, or becomes the champion."""


class ReleaseDetails(Wire):
    """GET /api/console/releases/{id}."""

    release: Release
    changes: list[ReleaseChange]
    """The newest first."""


class ExaminationSample(Wire):
    """One question, and what both said."""

    question: str
    candidate: str
    champion: str
    words: str = ""
    """What was made of it."""


class ExaminationLimit(Wire):
    """What a figure has to be for the suite to pass; None: anything."""

    at_least: float | None = None
    at_most: float | None = None


class ExaminationSuite(Wire):
    """One of the questions that an examination puts."""

    name: str
    question: str
    verdict: Literal["passed", "failed", "not_run"]
    words: str
    """Why, in a sentence."""
    figure: float | None = None
    low: float | None = None
    """The truth is between `low` and `high`."""
    high: float | None = None
    limit: ExaminationLimit = ExaminationLimit()
    count: int = 0
    """How many questions, pairs or tokens the figure comes from."""
    samples: tuple[ExaminationSample, ...] = ()


class Examination(Wire):
    """What a candidate was asked, and whether it may answer people. Other versions' cards may say more."""

    model_config = ConfigDict(extra="ignore")

    candidate: str = ""
    champion: str = ""
    passed: bool = False
    why: str = ""
    """Of a model that nobody has examined: why not."""
    suites: tuple[ExaminationSuite, ...] = ()

    @classmethod
    def told(cls, card: Mapping[str, Any], language: Language) -> Self:
        """The card as it was written down, its reasons in this language."""
        return cls.model_validate(card_in_chinese(card) if language == "zh" else card)


class Card(Wire):
    """GET /api/console/releases/{id}/card."""

    card: Examination | None
    """None: there was no examination."""


class Promotion(Wire):
    """POST /api/console/releases/{id}/promote."""

    gradually: bool = False
    """It is rolled out step by step; else it becomes the champion at once."""
    without_shadow: bool = False
    """Rolled out, it answers people at once; one that is in shadow leaves it."""
    why: str = Field(default="", max_length=1000)


class Reason(Wire):
    """POST /api/console/releases/{id}/retire."""

    why: str = Field(default="", max_length=1000)


class Rollback(Reason):
    """POST /api/console/releases/rollback."""

    release_id: str | None = Field(default=None, max_length=200)
    """The one that is to be taken back: refused if by now it would be another. Left out: whichever it is."""
