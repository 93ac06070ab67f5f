"""The permissions, asked of the database: what somebody is now counts, not what they were when the request came."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import NotFound, Refused, Unauthenticated

from .permissions import LOOKS_AFTER_PEOPLE, TeamAction, may_in_team, role_in_team
from .tables import MembershipRow, PersonRow, ProjectRow, TeamRow
from .values import Person, PersonStatus, TeamRole

_NO_TEAM = "There is no such team, or you aren't in it."


async def actor(session: AsyncSession, person: Person) -> Person:
    """The person as they are now. Raises `Unauthenticated` if they are no more."""
    row = await session.scalar(
        select(PersonRow).where(PersonRow.id == person.id).execution_options(populate_existing=True)
    )
    if row is None or row.status != PersonStatus.ACTIVE:
        raise Unauthenticated("You have been banned or removed.")
    return row.as_person()


def require_looking_after_people(person: Person) -> None:
    """Raises `Refused` to all but owners and admins."""
    if person.role not in LOOKS_AFTER_PEOPLE:
        raise Refused


async def team_role(session: AsyncSession, person: Person, team_id: str) -> TeamRole | None:
    """What the person counts as in a team that there is; none: a stranger."""
    team = await session.scalar(select(TeamRow.id).where(TeamRow.id == team_id, TeamRow.deleted_at.is_(None)))
    if team is None:
        return None
    membership = await session.scalar(
        select(MembershipRow.role).where(MembershipRow.team_id == team_id, MembershipRow.person_id == person.id)
    )
    return role_in_team(person.role, TeamRole(membership) if membership else None)


async def require_team(session: AsyncSession, person: Person, team_id: str, action: TeamAction) -> TeamRole:
    """Raises `NotFound` to strangers, and `Refused` to members who may not do this; else what the person counts as."""
    role = await team_role(session, person, team_id)
    if role is None:
        raise NotFound(_NO_TEAM)
    if not may_in_team(role, action):
        raise Refused(f"As {role.value} of the team you may not do this. Ask one of its owners.")
    return role


async def may_in_project(session: AsyncSession, person: Person, project_id: str, action: TeamAction) -> bool:
    """Whether the person may do this in the project's team."""
    team_id = await _team_of(session, project_id)
    return team_id is not None and may_in_team(await team_role(session, person, team_id), action)


async def require_project(session: AsyncSession, person: Person, project_id: str, action: TeamAction) -> str:
    """The project's team. Raises `NotFound` to strangers, `Refused` to members who may not do this."""
    team_id = await _team_of(session, project_id)
    if team_id is None or await team_role(session, person, team_id) is None:
        raise NotFound("There is no such project, or you aren't in its team.")
    await require_team(session, person, team_id, action)
    return team_id


async def require_membership(session: AsyncSession, person: Person, project_id: str) -> None:
    """Raises `Refused` to those who look after the project's team without being in it: their keys wouldn't work."""
    team_id = await _team_of(session, project_id)
    if await session.get(MembershipRow, (team_id, person.id)) is None:
        raise Refused("Keys of a project are made by members of its team. Join the team first.")


async def _team_of(session: AsyncSession, project_id: str) -> str | None:
    team_id: str | None = await session.scalar(
        select(ProjectRow.team_id).where(ProjectRow.id == project_id, ProjectRow.deleted_at.is_(None))
    )
    return team_id
