"""Who may read and change a conversation: whoever started it, or those who share its project.

The journal doesn't know who shares a project. It is told, as queries that become part of its own: so what holds at the
moment when a conversation is read decides, not what held when the request came. It must not know what a team is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import NotFound, Refused

from .tables import ConversationRow

T = TypeVar("T")


class Sharing(Protocol):
    """Who shares which projects. Each answer is a query for projects' ids."""

    def shared_with(self, person_id: str) -> Select[str]:
        """The projects whose conversations this person may read and continue."""
        ...

    def managed_by(self, person_id: str) -> Select[str]:
        """The projects whose conversations this person may rename and delete, whoever started them."""
        ...


class Unshared:
    """No projects: everybody sees what is their own."""

    def shared_with(self, person_id: str) -> Select[str]:
        """None."""
        return select(literal(person_id)).where(false())

    managed_by = shared_with


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads, as the journal's queries see them. What they may not read isn't there for them."""

    person_id: str
    sharing: Sharing

    def sees(self) -> ColumnElement[bool]:
        """A condition on `ConversationRow`: one of their own outside all projects, or one of a shared project."""
        shared = ConversationRow.project_id.in_(self.sharing.shared_with(self.person_id))
        return and_(ConversationRow.deleted_at.is_(None), or_(self._owns_privately(), shared))

    def sees_privately(self) -> ColumnElement[bool]:
        """The same, without what is shared."""
        return and_(ConversationRow.deleted_at.is_(None), self._owns_privately())

    async def first_seen(self, find: Callable[[ColumnElement[bool]], Awaitable[T | None]]) -> T | None:
        """What `find` finds among their own, else among all that they see.

        Most people read their own, and half a millisecond of what a question costs is to ask who shares what.
        """
        return await find(self.sees_privately()) or await find(self.sees())

    def _owns_privately(self) -> ColumnElement[bool]:
        return and_(ConversationRow.owner_id == self.person_id, ConversationRow.project_id.is_(None))

    async def require_project(self, session: AsyncSession, project_id: str) -> None:
        """Raises `NotFound` for a project that isn't shared with them."""
        shared = self.sharing.shared_with(self.person_id).subquery()
        if await session.scalar(select(shared.c[0]).where(shared.c[0] == project_id)) is None:
            raise NotFound("There is no such project, or you aren't in its team.", param="project_id")

    async def require_change(self, session: AsyncSession, conversation: ConversationRow) -> None:
        """Raises `Refused` to those who read it, but neither started it nor manage its project."""
        if conversation.owner_id == self.person_id:
            return
        managed = self.sharing.managed_by(self.person_id).subquery()
        if await session.scalar(select(managed.c[0]).where(managed.c[0] == conversation.project_id)) is None:
            raise Refused("Somebody else started this conversation. They or an admin of the team can change it.")
