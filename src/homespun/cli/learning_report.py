"""Gathers what is known of an improvement, and has a page made of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from homespun.core.errors import NotFound

if TYPE_CHECKING:
    from homespun.learning.manifest import Manifest
    from homespun.learning.report import Language, Training
    from homespun.learning.runs import Run
    from homespun.learning_wiring import Workshop


async def page_of(workshop: Workshop, run: Run, language: Language) -> str:
    """The page about one improvement, as far as it has come."""
    from homespun.learning.report import Improvement, page
    from homespun.releases import wins_needed

    releases = workshop.releases
    release = await releases.one(run.release_id) if run.release_id else None
    rollouts = await releases.rollouts() if release else ()
    rollout = next((each for each in rollouts if release and each.candidate_id == release.id), None)
    improvement = Improvement(
        run=run,
        manifest=_manifest(workshop, run),
        trainings=_trainings(run),
        release=release,
        changes=await releases.changes(release.id) if release else (),
        rollout=rollout,
        evidence=await workshop.rollouts.evidence(rollout.id) if rollout else None,
        wins_needed=wins_needed(rollout.share, releases.settings) if rollout else 0.0,
        harm_allowed=1 / releases.settings.false_alarm,
    )
    return page(improvement, language)


def _manifest(workshop: Workshop, run: Run) -> Manifest | None:
    """None where it isn't there yet, or not any more: people in it were forgotten."""
    try:
        return workshop.snapshots.one(run.snapshot_digest or "").manifest
    except NotFound:
        return None


def _trainings(run: Run) -> tuple[Training, ...]:
    from homespun.learning.report import Training

    reports = [(method, out / "training.json") for method, out in zip(run.recipe.methods, run.stages, strict=True)]
    return tuple(Training(method, json.loads(path.read_bytes())) for method, path in reports if path.exists())
