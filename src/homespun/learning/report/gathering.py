"""Gathers what is known of an improvement, and has a page made of it."""

from __future__ import annotations

import json

from homespun.core.errors import NotFound
from homespun.learning.manifest import Manifest
from homespun.learning.runs import Run
from homespun.learning.snapshots import Snapshots
from homespun.releases import Releases, Rollouts, wins_needed

from .page import page
from .values import Improvement, Training
from .words import Language


async def page_of(run: Run, language: Language, *, snapshots: Snapshots, releases: Releases, rollouts: Rollouts) -> str:
    """The page about one improvement, as far as it has come."""
    release = await releases.one(run.release_id) if run.release_id else None
    of_release = await releases.rollouts() if release else ()
    rollout = next((each for each in of_release if release and each.candidate_id == release.id), None)
    improvement = Improvement(
        run=run,
        manifest=manifest_of(run, snapshots),
        trainings=_trainings(run),
        release=release,
        changes=await releases.changes(release.id) if release else (),
        rollout=rollout,
        evidence=await rollouts.evidence(rollout.id) if rollout else None,
        wins_needed=wins_needed(rollout.share, releases.settings) if rollout else 0.0,
        harm_allowed=1 / releases.settings.false_alarm,
    )
    return page(improvement, language)


def manifest_of(run: Run, snapshots: Snapshots) -> Manifest | None:
    """None where it isn't there yet, or not any more: people in it were forgotten."""
    try:
        return snapshots.one(run.snapshot_digest or "").manifest
    except NotFound:
        return None


def _trainings(run: Run) -> tuple[Training, ...]:
    reports = [(method, out / "training.json") for method, out in zip(run.recipe.methods, run.stages, strict=True)]
    return tuple(Training(method, json.loads(path.read_bytes())) for method, path in reports if path.exists())
