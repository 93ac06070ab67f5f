"""Rows of releases and rollouts, within a unit of work that somebody else has begun."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, NotFound
from homespun.store import alone

from .tables import ReleaseChangeRow, ReleaseRow, RolloutRow
from .values import Change, Outcome, Release, ReleaseState, Rollout

_LOCK = "releases"
_SHORTEST_DIGEST = 8


async def lock(session: AsyncSession) -> None:
    """Whoever changes a release or a rollout is alone with them until the unit of work ends."""
    await alone(session, _LOCK)


async def by_name(session: AsyncSession, name: str) -> ReleaseRow:
    """By number, `<model>@<number>`, id, or the beginning of the digest. Raises `NotFound`."""
    number = name.rpartition("@")[2]
    wanted = [ReleaseRow.id == name]
    if number.isdecimal() and len(number) < _SHORTEST_DIGEST:
        wanted.append(ReleaseRow.number == int(number))
    elif len(name) >= _SHORTEST_DIGEST:
        wanted.append(ReleaseRow.digest.startswith(name, autoescape=True))
    for condition in wanted:
        rows = (await session.scalars(select(ReleaseRow).where(condition))).all()
        if len(rows) == 1 and ("@" not in name or rows[0].model == name.rpartition("@")[0]):
            return rows[0]
    raise NotFound("There is no such release. `homespun releases list` shows those there are.")


async def by_digest(session: AsyncSession, digest: str) -> ReleaseRow | None:
    """The release with this very digest."""
    return await session.scalar(select(ReleaseRow).where(ReleaseRow.digest == digest))


async def champion(session: AsyncSession, model: str) -> ReleaseRow | None:
    """The one; None before the first."""
    return await session.scalar(
        select(ReleaseRow).where(ReleaseRow.model == model, ReleaseRow.state == ReleaseState.CHAMPION)
    )


async def require_champion(session: AsyncSession, model: str) -> ReleaseRow:
    """The one. Raises `Conflict` before the first."""
    row = await champion(session, model)
    if row is None:
        raise Conflict("There is no release yet. The server's first start makes one of the installed model.")
    return row


async def champion_before(session: AsyncSession, current: ReleaseRow) -> ReleaseRow | None:
    """The last champion before the current one that nobody has taken back."""
    return await session.scalar(
        select(ReleaseRow)
        .join(ReleaseChangeRow, ReleaseChangeRow.release_id == ReleaseRow.id)
        .where(
            ReleaseRow.model == current.model,
            ReleaseRow.id != current.id,
            ReleaseRow.state == ReleaseState.RETIRED,
            ReleaseRow.problem == "",
            ReleaseChangeRow.after == ReleaseState.CHAMPION,
        )
        .order_by(ReleaseChangeRow.number.desc())
        .limit(1)
    )


async def running(session: AsyncSession, model: str) -> RolloutRow | None:
    """The rollout that is going on; there is one at most."""
    return await session.scalar(select(RolloutRow).where(RolloutRow.model == model, RolloutRow.ended_at.is_(None)))


async def next_number(session: AsyncSession) -> int:
    """For a new release; see `lock`."""
    return (await session.scalar(select(func.max(ReleaseRow.number))) or 0) + 1


def release(row: ReleaseRow, folder: Path) -> Release:
    """As it crosses the border."""
    return Release(
        id=row.id,
        number=row.number,
        model=row.model,
        digest=row.digest,
        parent_id=row.parent_id,
        state=ReleaseState(row.state),
        base_digest=row.base_digest,
        snapshot_digest=row.snapshot_digest,
        recipe=row.recipe,
        has_passed=row.has_passed,
        problem=row.problem,
        created_at=row.created_at,
        folder=folder,
    )


def rollout(row: RolloutRow) -> Rollout:
    """As it crosses the border."""
    return Rollout(
        row.id,
        row.champion_id,
        row.candidate_id,
        row.share,
        Outcome(row.outcome),
        row.votes,
        row.begun_at,
        row.ended_at,
    )


def change(row: ReleaseChangeRow) -> Change:
    """As it crosses the border."""
    before = ReleaseState(row.before) if row.before else None
    return Change(row.release_id, before, ReleaseState(row.after), row.by, row.why, row.at)
