"""Which models answer people, and how a new one comes among them. For owners and admins."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from fastapi import APIRouter

from homespun import releases
from homespun.api.app.guard import AdminRoute, Parts, Person
from homespun.api.app.wire import releases as wire
from homespun.api.backend import Backend

router = APIRouter(prefix="/api/console", route_class=AdminRoute)


@router.get("/releases")
async def every(parts: Parts) -> wire.Releases:
    """All releases, the newest first."""
    settings = parts.releases.settings
    found = await parts.releases.all()
    numbers = {one.release for one in parts.models.loaded()}
    return wire.Releases(
        releases=await _shown(parts, *found),
        loaded=[release.id for release in found if str(release.number) in numbers],
        rolls_out=settings.rolls_out,
        shares=list(settings.shares),
        shadow_answers=settings.shadow_answers,
        wins_needed=[releases.wins_needed(share, settings) for share in settings.shares],
    )


@router.get("/releases/{release_id}")
async def one(release_id: str, parts: Parts) -> wire.ReleaseDetails:
    """A release, and all its steps."""
    return await _details(parts, await parts.releases.one(release_id))


@router.get("/releases/{release_id}/card")
async def card(release_id: str, parts: Parts, language: wire.Language = "en") -> wire.Card:
    """Its examination."""
    release = await parts.releases.one(release_id)
    found = await asyncio.to_thread(parts.releases.folders.card, release.digest)
    return wire.Card(card=wire.Examination.told(found, language) if found else None)


@router.post("/releases/{release_id}/promote")
async def promote(release_id: str, new: wire.Promotion, parts: Parts, person: Person) -> wire.ReleaseDetails:
    """Has it roll out, or makes it the champion."""
    if new.gradually:
        await parts.releases.begin_rollout(release_id, by=person.id, why=new.why, without_shadow=new.without_shadow)
    else:
        await parts.releases.promote(release_id, by=person.id, why=new.why)
    return await _details(parts, await parts.releases.one(release_id))


@router.post("/releases/{release_id}/retire")
async def retire(release_id: str, given: wire.Reason, parts: Parts, person: Person) -> wire.ReleaseDetails:
    """A candidate won't be rolled out."""
    return await _details(parts, await parts.releases.retire(release_id, by=person.id, why=given.why))


@router.post("/releases/rollback")
async def rollback(given: wire.Rollback, parts: Parts, person: Person) -> wire.ReleaseDetails:
    """Takes back the canary, or else the champion. Returns the champion of from now on."""
    why = given.why or "It was taken back."
    champion = await parts.releases.rollback(given.release_id, by=person.id, why=why)
    return await _details(parts, champion)


@router.get("/rollouts")
async def rollouts(parts: Parts) -> list[wire.Rollout]:
    """The last twenty, the newest first, with what their votes prove."""
    return [await _rollout(parts, rollout) for rollout in await parts.releases.rollouts()]


async def _details(parts: Backend, release: releases.Release) -> wire.ReleaseDetails:
    changes = await parts.releases.changes(release.id)
    names = await parts.accounts.people.names(change.by for change in changes)
    [shown] = await _shown(parts, release)
    return wire.ReleaseDetails(release=shown, changes=[_change(one, names.get(one.by, "")) for one in changes])


async def _shown(parts: Backend, *found: releases.Release) -> list[wire.Release]:
    marked = await asyncio.to_thread(parts.improvements.snapshots.marked)
    return [
        wire.Release.of(release).model_copy(update={"is_marked": release.snapshot_digest in marked})
        for release in found
    ]


def _change(one: releases.Change, by_name: str) -> wire.ReleaseChange:
    return wire.ReleaseChange(before=one.before, after=one.after, by=one.by, by_name=by_name, why=one.why, at=one.at)


async def _rollout(parts: Backend, rollout: releases.Rollout) -> wire.Rollout:
    evidence, shadow = await parts.rollouts.evidence(rollout.id), await parts.rollouts.shadow(rollout.id)
    settings = parts.releases.settings
    return wire.Rollout(
        id=rollout.id,
        champion_id=rollout.champion_id,
        candidate_id=rollout.candidate_id,
        share=rollout.share,
        outcome=rollout.outcome,
        votes=rollout.votes,
        begun_at=rollout.begun_at,
        ended_at=rollout.ended_at,
        evidence=wire.Evidence(
            **asdict(evidence),
            wins_needed=releases.wins_needed(rollout.share, settings),
            harm_allowed=1 / settings.false_alarm,
        ),
        shadow=wire.Shadow(**asdict(shadow), is_going_on=rollout.is_in_shadow, harm_allowed=1 / settings.false_alarm),
    )
