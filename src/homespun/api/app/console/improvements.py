"""Better models, made of what people said: begun, watched, stopped, gone on with. For owners and admins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from homespun.api.app.guard import AdminRoute, Parts
from homespun.api.app.wire import improvements as wire
from homespun.api.app.wire.base import Problem
from homespun.api.app.wire.releases import Examination, Language
from homespun.api.backend import Backend
from homespun.core.errors import HomespunError
from homespun.core.ids import made_at
from homespun.learning.improvements import Seen
from homespun.learning.recipes import Recipe
from homespun.learning.report import manifest_of, page_of
from homespun.learning.runs import Step
from homespun.learning.standing import Standing

router = APIRouter(prefix="/api/console/improvements", route_class=AdminRoute)

_REPORT_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
"""What people and models wrote is in it, so it can't do anything, should some of that be taken for code."""


@router.get("")
async def every(parts: Parts) -> wire.Improvements:
    """All there were, and whether one can be made here."""
    seen = await asyncio.to_thread(parts.improvements.all)
    return wire.Improvements(improvements=[_shown(one) for one in seen], obstacle=_obstacle(parts))


@router.get("/material")
async def material(parts: Parts) -> wire.Material:
    """What there is to learn from."""
    found = await parts.improvements.material()
    return wire.Material(
        demonstrations=found.demonstrations,
        pairs=found.pairs,
        thumbs=found.thumbs,
        people=found.people,
        consenting=len(await parts.accounts.consents.given()),
        sources=dict(found.sources),
        min_demonstrations=found.min_demonstrations,
        min_pairs=found.min_pairs,
        is_enough=found.is_enough,
        is_counted=found.is_counted,
        suggested=list(found.suggested),
    )


@router.post("")
async def begin(new: wire.NewImprovement, parts: Parts) -> wire.Improvement:
    """Begins one, which starts in a moment."""
    return _shown(await parts.improvements.begin(Recipe(tuple(new.methods), new.adapter, new.seed)))


@router.get("/{improvement_id}")
async def one(improvement_id: str, parts: Parts, language: Language = "en") -> wire.ImprovementDetails:
    """One, with what it learns from and its examination."""
    return await asyncio.to_thread(_details, parts, improvement_id, language)


@router.post("/{improvement_id}/go-on")
async def go_on(improvement_id: str, parts: Parts) -> wire.Improvement:
    """Goes on with one that was stopped or has ended early."""
    return _shown(await parts.improvements.go_on(improvement_id))


@router.post("/{improvement_id}/stop")
async def stop(improvement_id: str, parts: Parts) -> wire.Improvement:
    """Stops it; it can go on later."""
    return _shown(await asyncio.to_thread(parts.improvements.stop, improvement_id))


@router.get("/{improvement_id}/report", response_class=Response)
async def report(improvement_id: str, parts: Parts, language: Language = "en") -> Response:
    """A page about it: data, curves, examination, answers side by side, its way among the people."""
    seen = await asyncio.to_thread(parts.improvements.one, improvement_id)
    page = await page_of(
        seen.run,
        language,
        snapshots=parts.improvements.snapshots,
        releases=parts.releases,
        rollouts=parts.rollouts,
    )
    return HTMLResponse(page, headers=_REPORT_HEADERS)


def _obstacle(parts: Backend) -> Problem | None:
    try:
        parts.improvements.require()
    except HomespunError as error:
        return Problem(code=error.code, message=error.message)
    return None


def _details(parts: Backend, improvement_id: str, language: Language) -> wire.ImprovementDetails:
    seen = parts.improvements.one(improvement_id)
    card = seen.run.card
    return wire.ImprovementDetails(
        improvement=_shown(seen),
        snapshot=_snapshot(parts, seen),
        card=Examination.told(card, language) if card else None,
    )


def _snapshot(parts: Backend, seen: Seen) -> wire.SnapshotSummary | None:
    manifest = manifest_of(seen.run, parts.improvements.snapshots)
    if manifest is None:
        return None
    return wire.SnapshotSummary(
        digest=seen.run.snapshot_digest or "",
        people=manifest.people,
        conversations=manifest.conversations,
        counts={
            kind: wire.LabelCounts(train=splits.get("train", 0), held_out=splits.get("held_out", 0))
            for kind, splits in manifest.counts.items()
        },
        dropped=dict(manifest.dropped),
    )


def _shown(seen: Seen) -> wire.Improvement:
    run = seen.run
    return wire.Improvement(
        id=run.id,
        begun_at=made_at(run.id),
        methods=list(run.recipe.methods),
        adapter=run.recipe.adapter,
        seed=run.recipe.seed,
        state=run.state,
        done=list(run.done),
        standing=_standing(seen.standing),
        goes_on=seen.standing is not None or seen.is_wished,
        can_go_on=seen.can_go_on,
        failure=_failure(run.failure),
        release_id=run.release_id,
    )


def _failure(failure: Mapping[str, str] | None) -> wire.ImprovementFailure | None:
    if failure is None:
        return None
    return wire.ImprovementFailure(step=Step(failure["step"]), code=failure["code"], message=failure["words"])


def _standing(standing: Standing | None) -> wire.Standing | None:
    if standing is None:
        return None
    return wire.Standing(
        step=standing.step,
        since=datetime.fromtimestamp(standing.since, UTC),
        words=standing.words,
        done=standing.done,
        total=standing.total,
        loss=standing.loss,
        estimated_s=standing.estimated_s,
        remaining_s=standing.remaining_s,
    )
