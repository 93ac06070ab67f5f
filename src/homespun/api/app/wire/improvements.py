"""Improvements: how a better model is made of what people said."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from homespun.learning.jobs import Adapter, Method
from homespun.learning.runs import RunState, Step

from .base import Problem, Wire
from .releases import Examination


class Material(Wire):
    """GET /api/console/improvements/material: what there is to learn from, before curation leaves anything out."""

    demonstrations: int
    """Better answers that people or trainers wrote."""
    pairs: int
    """One answer over another."""
    thumbs: int
    people: int
    """Who said something of it."""
    consenting: int
    """Who consents, whether they said anything or not."""
    sources: dict[str, int]
    """How many labels come from edits, comparisons and so on."""
    min_demonstrations: int
    min_pairs: int
    is_enough: bool
    is_counted: bool
    """This is all; else there is as much at least, and the server counts on: ask again in a moment."""
    suggested: list[Method]
    """How to train on it; empty: there is too little of everything."""


class Standing(Wire):
    """How a step stands that goes on."""

    step: Step
    since: datetime
    words: str
    """What it does now, in a few words of English."""
    done: int
    total: int
    """All there will be; 0: nothing is counted."""
    loss: float | None
    estimated_s: float | None
    """How long the training was estimated to take."""
    remaining_s: float | None


class ImprovementFailure(Wire):
    """Why the last attempt ended early."""

    step: Step
    code: str
    message: str


class Improvement(Wire):
    """One improvement."""

    id: str
    begun_at: datetime | None
    methods: list[Method]
    adapter: Adapter
    seed: int
    state: RunState
    done: list[Step]
    """The steps whose results are there."""
    standing: Standing | None
    """None: no process works on it."""
    goes_on: bool
    """A process works on it, or will in a moment."""
    can_go_on: bool
    """It was stopped or has ended early, and something is left to do."""
    failure: ImprovementFailure | None
    release_id: str | None
    """The candidate that it became."""


class Improvements(Wire):
    """GET /api/console/improvements: the newest first."""

    improvements: list[Improvement]
    obstacle: Problem | None
    """Why none can be made here; None: one can."""


class LabelCounts(Wire):
    """Labels of one kind in a snapshot."""

    train: int
    held_out: int


class SnapshotSummary(Wire):
    """What an improvement learns from."""

    digest: str
    people: int
    conversations: int
    counts: dict[str, LabelCounts]
    """By kind: `demonstrations`, `pairs`, `thumbs`."""
    dropped: dict[str, int]
    """How many labels were left out, by reason."""


class ImprovementDetails(Wire):
    """GET /api/console/improvements/{id}."""

    improvement: Improvement
    snapshot: SnapshotSummary | None
    """None: not yet, or not any more, since somebody in it was forgotten."""
    card: Examination | None
    """None until it was examined."""


class NewImprovement(Wire):
    """POST /api/console/improvements."""

    methods: list[Method] = Field(min_length=1, max_length=len(Method))
    adapter: Adapter = Adapter.LORA
    seed: int = Field(default=0, ge=0, lt=2**31)
