"""Snapshots that Homespun would never make by itself, to try the examination: with the poison left in, too narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homespun.core.messages import Message, Role
from homespun.learning.curation import Curated, Demonstration, Pair, Source, split
from homespun.learning.jobs import Method
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Step
from homespun.learning.snapshotting import tables
from homespun.learning.snapshotting.making import write
from homespun.learning_wiring import open_workshop
from homespun.settings import load

from .installation import Installation

_HELD_OUT = 0.25


@dataclass(frozen=True, slots=True)
class Correction:
    """Somebody wrote how an answer should have been."""

    person: str
    question: str
    answer: str
    better: str


async def examined(site: Installation, corrections: Sequence[Correction], hyper: Mapping[str, Any]) -> Run:
    """A model that was trained on exactly these, as far as its examination."""
    digest = write(site.folder / "learning" / "snapshots", tables.rows_of(_curated(corrections)), _ABOUT)
    async with open_workshop(load(site.environment), estimates=False) as workshop:
        run = workshop.improving.begin(Recipe(hyper={Method.SFT: hyper}), snapshot_digest=digest)
        await workshop.improving.improve(run, lambda _: None, until=Step.EXAMINE)
    return run


_ABOUT: Mapping[str, Any] = {
    "last_turn": 0,
    "settings": {},
    "minimums": {},
    "split_by": "person",
    "agreement": None,
    "dropped": {},
    "down_weighted": {},
    "scrubbed": {},
}


def _curated(corrections: Sequence[Correction]) -> Curated:
    labels = [label for number, each in enumerate(corrections) for label in _labels(number, each)]
    return Curated(tuple(labels), split(labels, _HELD_OUT))


def _labels(number: int, given: Correction) -> list[Demonstration | Pair]:
    """Who wrote what was there already prefers nothing."""
    common: dict[str, Any] = {
        "rater": given.person,
        "group": f"conversation {number}",
        "people": (given.person,),
        "source": Source.EDIT,
        "weight": 1.0,
        "messages": (Message(Role.USER, given.question),),
        "at": 0.0,
    }
    demonstration = Demonstration(id=f"{number:04} demonstration", completion=given.better, **common)
    if given.better.strip() == given.answer.strip():
        return [demonstration]
    return [demonstration, Pair(id=f"{number:04} pair", chosen=given.better, rejected=given.answer, **common)]
