"""Projects: parts of a team's work, which own keys and conversations."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import NotFound
from homespun.core.ids import new_id
from homespun.store import Store, alone

from . import access, endings, memberships
from .caller import Caller
from .keys import revoke_all
from .memory import Memory
from .names import checked_name
from .permissions import TeamAction, roles_that_may
from .tables import ApiKeyRow, MembershipRow, ProjectRow, TeamRow
from .values import JoinedProject, Person, Project, TeamRole


class Projects:
    """Makes, renames and deletes projects, and says who shares them. One of another team is `NotFound`."""

    def __init__(self, store: Store, clock: Clock, memory: Memory) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory

    async def create(self, actor: Person, team_id: str, name: str) -> Project:
        """A new project. Raises `NotFound`, `Refused`, `Invalid`."""
        row = ProjectRow(
            id=new_id("project"), team_id=team_id, name=checked_name(name, "project"), created_at=self._clock.now()
        )
        async with self._store.write() as session:
            await alone(session, memberships.lock_name(team_id))
            acting = await access.actor(session, actor)
            await access.require_team(session, acting, team_id, TeamAction.MANAGE_PROJECTS)
            session.add(row)
        return row.as_project()

    async def list(self, actor: Person, team_id: str) -> tuple[Project, ...]:
        """A team's projects, oldest first. Raises `NotFound`."""
        async with self._store.read() as session:
            await access.require_team(session, actor, team_id, TeamAction.SEE)
            rows = await session.scalars(
                select(ProjectRow)
                .where(ProjectRow.team_id == team_id, ProjectRow.deleted_at.is_(None))
                .order_by(ProjectRow.created_at, ProjectRow.id)
            )
            return tuple(row.as_project() for row in rows)

    async def joined(self, person_id: str) -> tuple[JoinedProject, ...]:
        """All projects of the teams that a person is in, by the team's name, then the oldest first."""
        found = _shared(person_id, roles_that_may(TeamAction.TALK)).order_by(
            TeamRow.name, TeamRow.id, ProjectRow.created_at, ProjectRow.id
        )
        async with self._store.read() as session:
            rows = await session.execute(found.with_only_columns(ProjectRow, TeamRow, MembershipRow.role))
            return tuple(JoinedProject(one.as_project(), team.as_team(), TeamRole(role)) for one, team, role in rows)

    def shared_with(self, person_id: str) -> Select[str]:
        """A query for the ids of projects whose conversations a person may read and continue."""
        return _shared(person_id, roles_that_may(TeamAction.TALK))

    def managed_by(self, person_id: str) -> Select[str]:
        """A query for the ids of projects whose conversations a person may rename and delete."""
        return _shared(person_id, roles_that_may(TeamAction.MODERATE))

    async def within(self, session: AsyncSession, caller: Caller, project_id: str) -> Caller:
        """The caller at work in a project: for its team, which pays if it pays for its members.

        Raises `NotFound` to those who have no part in its conversations.
        """
        mine = _shared(caller.person.id, roles_that_may(TeamAction.TALK)).where(ProjectRow.id == project_id)
        row = (await session.execute(mine.with_only_columns(TeamRow.id, TeamRow.pays_for_members))).one_or_none()
        if row is None:
            raise NotFound("There is no such project, or you aren't in its team.")
        return replace(caller, team_id=row.id, project_id=project_id, team_pays=row.pays_for_members)

    async def entered(self, caller: Caller, project_id: str) -> Caller:
        """The same, in a unit of work of its own."""
        async with self._store.read() as session:
            return await self.within(session, caller, project_id)

    async def rename(self, actor: Person, project_id: str, name: str) -> Project:
        """Raises `NotFound`, `Refused`, `Invalid`."""
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            await access.require_project(session, acting, project_id, TeamAction.MANAGE_PROJECTS)
            row = await session.get_one(ProjectRow, project_id, with_for_update=True)
            row.name = checked_name(name, "project")
        return row.as_project()

    async def delete(self, actor: Person, project_id: str) -> None:
        """Ends a project and its keys; nobody sees its conversations any more. Raises `NotFound`, `Refused`."""
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            await access.require_project(session, acting, project_id, TeamAction.MANAGE_PROJECTS)
            row = await session.get_one(ProjectRow, project_id, with_for_update=True)
            row.deleted_at = now = self._clock.now()
            keys = await revoke_all(session, ApiKeyRow.project_id == project_id, now)
            await session.flush()
            await endings.note(session, [project_id, *keys], now)
        self._memory.forget({project_id})


def _shared(person_id: str, roles: Set[TeamRole]) -> Select[str]:
    """The projects of the teams that the person is in with one of these roles, as long as there are both."""
    return (
        select(ProjectRow.id)
        .join(TeamRow, TeamRow.id == ProjectRow.team_id)
        .join(MembershipRow, MembershipRow.team_id == TeamRow.id)
        .where(
            MembershipRow.person_id == person_id,
            MembershipRow.role.in_(sorted(roles)),
            ProjectRow.deleted_at.is_(None),
            TeamRow.deleted_at.is_(None),
        )
    )
