"""The values that cross the border of releases, and which steps a release may take."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


class ReleaseState(StrEnum):
    """Where a release is in its life."""

    CANDIDATE = "candidate"
    """It was made and examined; it answers nobody who doesn't ask for it by its number."""
    SHADOW = "shadow"
    """It answers again what the champion has answered, and nobody sees it; see `homespun.shadow`."""
    CANARY = "canary"
    """It answers a share of the people, who are compared with those whom the champion answers."""
    CHAMPION = "champion"
    """It answers everybody else. A model has one."""
    RETIRED = "retired"
    """It was taken back or replaced. Nothing is deleted: it may come back."""


STEPS: Mapping[ReleaseState, Set[ReleaseState]] = {
    ReleaseState.CANDIDATE: frozenset(
        {ReleaseState.SHADOW, ReleaseState.CANARY, ReleaseState.CHAMPION, ReleaseState.RETIRED}
    ),
    ReleaseState.SHADOW: frozenset({ReleaseState.CANARY, ReleaseState.CHAMPION, ReleaseState.RETIRED}),
    ReleaseState.CANARY: frozenset({ReleaseState.CHAMPION, ReleaseState.RETIRED}),
    ReleaseState.CHAMPION: frozenset({ReleaseState.RETIRED}),
    ReleaseState.RETIRED: frozenset({ReleaseState.SHADOW, ReleaseState.CANARY, ReleaseState.CHAMPION}),
}
"""Where a release may go from each state. Whatever isn't here is refused."""


ROLLED_OUT = (ReleaseState.SHADOW, ReleaseState.CANARY)
"""The states of a release that is being rolled out."""


@dataclass(frozen=True, slots=True)
class Release:
    """One model that can answer people."""

    id: str
    number: int
    model: str
    """The name that clients ask for."""
    digest: str
    """sha256, in hex, of its manifest."""
    parent_id: str | None
    """The release whose successor it was trained to be; None: it is a base model."""
    state: ReleaseState
    base_digest: str
    snapshot_digest: str | None
    recipe: Mapping[str, Any]
    has_passed: bool
    """Whether its examination lets it answer people."""
    problem: str
    """Why it was taken back; empty: it was not."""
    created_at: datetime
    folder: Path
    """Where its manifest and its weights lie."""

    @property
    def name(self) -> str:
        """By which clients ask for this release and no other."""
        return f"{self.model}@{self.number}"

    @property
    def is_base(self) -> bool:
        """It is the model as it was installed; its weights lie with the installed models."""
        return self.parent_id is None

    @property
    def weights(self) -> Path:
        """The folder of safetensors that an engine loads; there is none for a base model."""
        return self.folder / "model"


class Outcome(StrEnum):
    """How a rollout stands."""

    RUNNING = "running"
    PROMOTED = "promoted"
    """The candidate became the champion."""
    ROLLED_BACK = "rolled_back"
    """The candidate was taken back."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """One canary's way among the people."""

    id: str
    champion_id: str
    candidate_id: str
    share: float
    """The part of the people whom the candidate answers, below 1; 0: it is, or was to the end, in shadow."""
    outcome: Outcome
    votes: int
    """How many have been counted."""
    begun_at: datetime
    ended_at: datetime | None

    @property
    def is_in_shadow(self) -> bool:
        """It is going on, and nobody sees the candidate's answers yet."""
        return self.outcome is Outcome.RUNNING and not self.share


class Decision(StrEnum):
    """What became of a look at a rollout."""

    WAIT = "wait"
    WIDEN = "widen"
    """It answers more people, or its first."""
    PROMOTE = "promote"
    ROLL_BACK = "roll_back"


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a release, as it was written down."""

    release_id: str
    before: ReleaseState | None
    """None: it was made."""
    after: ReleaseState
    by: str
    """A person's id, `command`, or `homespun` itself."""
    why: str
    at: datetime


class VoteKind(StrEnum):
    """What a vote is."""

    COMPARISON = "comparison"
    """Somebody was shown an answer of each release and picked one."""
    THUMB = "thumb"
    """Somebody gave an answer a thumb."""
    ANSWER = "answer"
    """An answer came well to its end and was not asked for again, or it wasn't and was."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One thing that tells for or against a candidate."""

    kind: VoteKind
    subject_id: str
    """The turn or the comparison: each is counted once."""
    person_id: str
    is_candidate: bool
    """Of a comparison: the candidate's answer was picked. Else it is about an answer of the candidate's."""
    is_good: bool
    """Thumb up; an answer that came well to its end. Always so for comparisons."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all votes of a rollout tell together."""

    wins: float
    """The e-value for: people prefer the candidate. 20 is as rare as one in 20 if they don't."""
    harm: float
    """The e-value for: the candidate does worse."""
    comparisons: int = 0
    comparisons_won: int = 0
    candidate_thumbs: int = 0
    candidate_thumbs_up: int = 0
    champion_thumbs: int = 0
    champion_thumbs_up: int = 0
    candidate_answers: int = 0
    candidate_answers_good: int = 0
    champion_answers: int = 0
    champion_answers_good: int = 0


class Ending(StrEnum):
    """How an answer came to its end, as far as a program can tell."""

    WELL = "well"
    EMPTY = "empty"
    LOOP = "loop"
    """It says the same again and again."""
    LENGTH = "length"
    """It ran into the limit of its length."""
    FAILED = "failed"
    """The engine failed at it, or took too long."""

    @property
    def badness(self) -> int:
        """To be cut off is worse than to end well; to come to nothing is worse than that."""
        return {Ending.WELL: 0, Ending.LENGTH: 1}.get(self, 2)


@dataclass(frozen=True, slots=True)
class ShadowAnswer:
    """How a candidate's answer fared that nobody has seen, and the champion's to the same prompt. No word of either."""

    turn_id: str
    """The champion's."""
    ending: Ending
    champion_ending: Ending
    tokens: int
    champion_tokens: int
    total_ms: int
    champion_total_ms: int | None
    """None: nobody measured it."""

    @property
    def is_worse(self) -> bool:
        """It ended worse than the champion's."""
        return self.ending.badness > self.champion_ending.badness

    @property
    def is_better(self) -> bool:
        """The other way round."""
        return self.ending.badness < self.champion_ending.badness


@dataclass(frozen=True, slots=True)
class ShadowEvidence:
    """What all answers in shadow tell together."""

    answers: int
    wanted: int
    """With so many the shadow is over."""
    worse: int
    """So many ended worse than the champion's."""
    better: int
    """The other way round."""
    harm: float
    """The e-value for: the candidate's end worse."""
    endings: Mapping[Ending, int]
    champion_endings: Mapping[Ending, int]
    length_ratio: float | None
    """Its tokens to the champion's; None: there are none."""
    tokens_per_s: float | None
    champion_tokens_per_s: float | None
