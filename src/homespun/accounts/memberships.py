"""Memberships: that people are in teams, and all that goes when they leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, NotFound
from homespun.store import alone

from .caller import membership_subject
from .keys import revoke_all
from .tables import ApiKeyRow, MembershipRow, PersonRow, ProjectRow, TeamRow
from .values import TeamRole


def lock_name(team_id: str) -> str:
    """Whoever changes who is in a team holds this lock, so that its owners can't all leave at once."""
    return f"team:{team_id}"


async def join(session: AsyncSession, team_id: str, person: PersonRow, role: TeamRole, at: datetime) -> None:
    """Makes the person, whom the caller has locked, a member. Whoever is one already stays what they are.

    It becomes their current team if they have none. Raises `NotFound` for a team that is gone.
    """
    await alone(session, lock_name(team_id))
    team = await session.get(TeamRow, team_id, populate_existing=True)
    if team is None or team.deleted_at:
        raise NotFound("The team is gone.")
    if await session.get(MembershipRow, (team_id, person.id), populate_existing=True) is None:
        session.add(MembershipRow(team_id=team_id, person_id=person.id, role=role, created_at=at))
    person.current_team_id = person.current_team_id or team_id
    await session.flush()


async def leave(session: AsyncSession, team_id: str, person_id: str, at: datetime) -> Sequence[str]:
    """Ends a membership, and the person's keys of the team's projects, within the caller's unit of work.

    What has ended is for the caller to note. Raises `Conflict` for the team's last owner.
    """
    await alone(session, lock_name(team_id))
    await require_another_owner(session, team_id, person_id)
    return await _leave(session, team_id, person_id, at)


async def leave_all(session: AsyncSession, person_id: str, at: datetime) -> Sequence[str]:
    """The same for all teams of a person. A team of which they are the only member goes on without any."""
    ended: list[str] = []
    for team_id in await _teams_of(session, person_id):
        await alone(session, lock_name(team_id))
        if await _has_others(session, team_id, person_id):
            await require_another_owner(session, team_id, person_id)
        ended += await _leave(session, team_id, person_id, at)
    return ended


async def require_another_owner(session: AsyncSession, team_id: str, person_id: str) -> None:
    """Raises `Conflict` where this person is the team's only owner."""
    owners = await session.scalars(
        select(MembershipRow.person_id).where(MembershipRow.team_id == team_id, MembershipRow.role == TeamRole.OWNER)
    )
    if set(owners) == {person_id}:
        team = await session.get_one(TeamRow, team_id)
        raise Conflict(f"The team {team.name!r} would have no owner. Make another member its owner first.")


async def _leave(session: AsyncSession, team_id: str, person_id: str, at: datetime) -> Sequence[str]:
    projects = select(ProjectRow.id).where(ProjectRow.team_id == team_id)
    theirs = (ApiKeyRow.owner_id == person_id) & ApiKeyRow.project_id.in_(projects)
    keys = await revoke_all(session, theirs, at)
    await session.execute(
        delete(MembershipRow).where(MembershipRow.team_id == team_id, MembershipRow.person_id == person_id)
    )
    await session.execute(
        update(PersonRow)
        .where(PersonRow.id == person_id, PersonRow.current_team_id == team_id)
        .values(current_team_id=None)
    )
    return [membership_subject(team_id, person_id), *keys]


async def _teams_of(session: AsyncSession, person_id: str) -> Sequence[str]:
    """In one order, whoever asks: locks are taken in it."""
    teams = select(MembershipRow.team_id).where(MembershipRow.person_id == person_id).order_by(MembershipRow.team_id)
    return (await session.scalars(teams)).all()


async def _has_others(session: AsyncSession, team_id: str, person_id: str) -> bool:
    others = select(MembershipRow.person_id).where(
        MembershipRow.team_id == team_id, MembershipRow.person_id != person_id
    )
    return await session.scalar(others.limit(1)) is not None
