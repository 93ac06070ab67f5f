"""Projects: parts of a team's work, which own keys."""

from __future__ import annotations

from sqlalchemy import select

from homespun.core.clock import Clock
from homespun.core.ids import new_id
from homespun.store import Store, alone

from . import access, endings, memberships
from .keys import revoke_all
from .memory import Memory
from .names import checked_name
from .permissions import TeamAction
from .tables import ApiKeyRow, ProjectRow
from .values import Person, Project


class Projects:
    """Makes, renames and deletes projects. One of another team is `NotFound`."""

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

    async def rename(self, actor: Person, project_id: str, name: str) -> Project:
        """Raises `NotFound`, `Refused`, `Invalid`."""
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            await access.require_project(session, acting, project_id, TeamAction.MANAGE_PROJECTS)
            row = await session.get_one(ProjectRow, project_id, with_for_update=True)
            row.name = checked_name(name, "project")
        return row.as_project()

    async def delete(self, actor: Person, project_id: str) -> None:
        """Ends a project and its keys. Raises `NotFound`, `Refused`."""
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            await access.require_project(session, acting, project_id, TeamAction.MANAGE_PROJECTS)
            row = await session.get_one(ProjectRow, project_id, with_for_update=True)
            row.deleted_at = now = self._clock.now()
            keys = await revoke_all(session, ApiKeyRow.project_id == project_id, now)
            await session.flush()
            await endings.note(session, [project_id, *keys], now)
        self._memory.forget({project_id})
