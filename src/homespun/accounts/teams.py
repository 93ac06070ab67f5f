"""Teams: people who share projects, and perhaps a purse."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, NotFound, Refused
from homespun.core.ids import new_id
from homespun.store import Store, alone, storable_text

from . import access, endings, memberships
from .caller import membership_subject
from .keys import revoke_all
from .memory import Memory
from .names import checked_name
from .pages import Page, after, page_of
from .permissions import TeamAction, may_act_on_member
from .tables import ApiKeyRow, MembershipRow, PersonRow, ProjectRow, TeamRow
from .values import Member, Person, PersonStatus, Role, Team, TeamRole

_NO_MEMBER = "There is no such member in this team."


class Teams:
    """Makes teams and decides who is in them. A team that isn't one's own is `NotFound`.

    Whoever needs both locks a person before a team, here as in the rest of the package.
    """

    def __init__(self, store: Store, clock: Clock, memory: Memory) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory

    async def create(self, actor: Person, name: str, *, pays_for_members: bool = False) -> Team:
        """A new team, whose owner is who makes it. Raises `Refused` to all but owners and admins; `Invalid`."""
        now = self._clock.now()
        row = TeamRow(
            id=new_id("team"), name=checked_name(name, "team"), pays_for_members=pays_for_members, created_at=now
        )
        async with self._store.write() as session:
            acting = await access.actor(session, actor)
            access.require_looking_after_people(acting)
            session.add(row)
            await session.flush()
            person = await session.get_one(PersonRow, acting.id, with_for_update=True)
            await memberships.join(session, row.id, person, TeamRole.OWNER, now)
        self._memory.forget({actor.id})
        return row.as_team()

    async def get(self, actor: Person, team_id: str) -> Team:
        """A team that one is in or looks after. Raises `NotFound`."""
        async with self._store.read() as session:
            await access.require_team(session, actor, team_id, TeamAction.SEE)
            return (await session.get_one(TeamRow, team_id)).as_team()

    async def find(self, actor: Person, called: str) -> Team:
        """The team with this id or name. Raises `Refused`, `NotFound`, and `Conflict` where several are called so."""
        access.require_looking_after_people(actor)
        name = storable_text(called, "team")
        found = select(TeamRow).where(TeamRow.deleted_at.is_(None), or_(TeamRow.id == name, TeamRow.name == name))
        async with self._store.read() as session:
            rows = (await session.scalars(found.limit(2))).all()
        if not rows:
            raise NotFound("There is no such team. `homespun teams list` shows those there are.")
        if len(rows) > 1:
            raise Conflict("Several teams are called so. Name the one you mean by its id: `homespun teams list`.")
        return rows[0].as_team()

    async def list(self, actor: Person, *, cursor: str = "", limit: int = 50) -> Page[Team]:
        """All teams, newest first. Raises `Refused` to all but owners and admins."""
        access.require_looking_after_people(actor)
        async with self._store.read() as session:
            found = select(TeamRow).where(TeamRow.deleted_at.is_(None), *after(TeamRow.created_at, TeamRow.id, cursor))
            newest_first = (TeamRow.created_at.desc(), TeamRow.id.desc())
            rows = (await session.scalars(found.order_by(*newest_first).limit(limit + 1))).all()
        return page_of(rows, limit, lambda row: (row.created_at, row.id), TeamRow.as_team)

    async def names(self, team_ids: Iterable[str]) -> dict[str, str]:
        """What these teams are called, the deleted ones too; what isn't known is left out."""
        wanted = select(TeamRow.id, TeamRow.name).where(TeamRow.id.in_(sorted(set(team_ids))))
        async with self._store.read() as session:
            return {row.id: row.name for row in await session.execute(wanted)}

    async def of_person(self, person_id: str) -> tuple[tuple[Team, TeamRole], ...]:
        """The teams that a person is in, and as what, by name."""
        async with self._store.read() as session:
            rows = await session.execute(
                select(TeamRow, MembershipRow.role)
                .join(MembershipRow, MembershipRow.team_id == TeamRow.id)
                .where(MembershipRow.person_id == person_id, TeamRow.deleted_at.is_(None))
                .order_by(TeamRow.name, TeamRow.id)
            )
            return tuple((team.as_team(), TeamRole(role)) for team, role in rows)

    async def change(
        self, actor: Person, team_id: str, *, name: str | None = None, pays_for_members: bool | None = None
    ) -> Team:
        """Renames a team, or decides whether it pays for its members. Raises `NotFound`, `Refused`, `Invalid`."""
        async with self._store.write() as session:
            await self._alone_in(session, actor, team_id, TeamAction.RENAME)
            row = await session.get_one(TeamRow, team_id, populate_existing=True)
            if name is not None:
                row.name = checked_name(name, "team")
            if pays_for_members is not None:
                await access.require_team(session, actor, team_id, TeamAction.SET_PAYMENT)
                row.pays_for_members = pays_for_members
        self._memory.forget({team_id})
        return row.as_team()

    async def delete(self, actor: Person, team_id: str) -> None:
        """Ends a team, its memberships, its projects and their keys; what refers to it goes on doing so.

        Raises `NotFound`, `Refused`.
        """
        async with self._store.write() as session:
            gone = update(PersonRow).where(PersonRow.current_team_id == team_id)
            await session.execute(gone.values(current_team_id=None))
            await self._alone_in(session, actor, team_id, TeamAction.DELETE)
            now = self._clock.now()
            projects = (await session.scalars(select(ProjectRow.id).where(ProjectRow.team_id == team_id))).all()
            keys = await revoke_all(session, ApiKeyRow.project_id.in_(projects), now)
            await session.execute(update(TeamRow).where(TeamRow.id == team_id).values(deleted_at=now))
            await endings.note(session, [team_id, *projects, *keys], now)
        self._memory.forget({team_id})

    async def members(self, actor: Person, team_id: str, *, cursor: str = "", limit: int = 50) -> Page[Member]:
        """Who is in a team, a page at a time, the longest first. Raises `NotFound`, `Invalid`."""
        last = after(MembershipRow.created_at, MembershipRow.person_id, cursor, oldest_first=True)
        found = _members(team_id).where(*last).order_by(MembershipRow.created_at, MembershipRow.person_id)
        async with self._store.read() as session:
            await access.require_team(session, actor, team_id, TeamAction.SEE)
            rows = [(row, person) for row, person in await session.execute(found.limit(limit + 1))]
        return page_of(rows, limit, lambda pair: (pair[0].created_at, pair[0].person_id), _member)

    async def member(self, actor: Person, team_id: str, person_id: str) -> Member:
        """One of those who are in a team. Raises `NotFound`."""
        async with self._store.read() as session:
            await access.require_team(session, actor, team_id, TeamAction.SEE)
            one = await session.execute(_members(team_id).where(MembershipRow.person_id == person_id))
            pair = one.one_or_none()
        if pair is None:
            raise NotFound(_NO_MEMBER)
        return _member((pair[0], pair[1]))

    async def add_member(self, actor: Person, team_id: str, person_id: str, role: TeamRole) -> None:
        """Makes somebody who is here a member; people who aren't are invited. A member stays what they are.

        Raises `NotFound`, `Refused`.
        """
        async with self._store.write() as session:
            person = await session.get(PersonRow, person_id, with_for_update=True)
            mine = await self._alone_in(session, actor, team_id, TeamAction.MANAGE_MEMBERS)
            _require_power(mine, role)
            if person is None or person.status != PersonStatus.ACTIVE or person.role == Role.VISITOR:
                raise NotFound("There is no such person. `homespun people list` shows those there are.")
            await memberships.join(session, team_id, person, role, self._clock.now())
        self._memory.forget({person_id})

    async def set_role(self, actor: Person, team_id: str, person_id: str, role: TeamRole) -> None:
        """Gives a member another role. Raises `NotFound`, `Refused`, `Conflict` for the last owner."""
        async with self._store.write() as session:
            mine = await self._alone_in(session, actor, team_id, TeamAction.MANAGE_MEMBERS)
            row = await _membership(session, team_id, person_id)
            _require_power(mine, TeamRole(row.role), role)
            if row.role == TeamRole.OWNER and role is not TeamRole.OWNER:
                await memberships.require_another_owner(session, team_id, person_id)
            row.role = role

    async def remove_member(self, actor: Person, team_id: str, person_id: str) -> None:
        """Ends a membership, and the person's keys of the team's projects; everybody may leave by themselves.

        Raises `NotFound`, `Refused`, `Conflict` for the last owner.
        """
        async with self._store.write() as session:
            is_leaving = actor.id == person_id
            await session.get(PersonRow, person_id, with_for_update=True)
            wanted = TeamAction.SEE if is_leaving else TeamAction.MANAGE_MEMBERS
            mine = await self._alone_in(session, actor, team_id, wanted)
            row = await _membership(session, team_id, person_id)
            if not is_leaving:
                _require_power(mine, TeamRole(row.role))
            now = self._clock.now()
            await endings.note(session, await memberships.leave(session, team_id, person_id, now), now)
        self._memory.forget({membership_subject(team_id, person_id)})

    async def work_for(self, person: Person, team_id: str | None) -> None:
        """Makes one of the person's teams their current one; none: they work for themselves. Raises `NotFound`."""
        async with self._store.write() as session:
            row = await session.get_one(PersonRow, (await access.actor(session, person)).id, with_for_update=True)
            if team_id is not None:
                await alone(session, memberships.lock_name(team_id))
                await access.require_team(session, person, team_id, TeamAction.SEE)
                await _membership(session, team_id, person.id)
            row.current_team_id = team_id
        self._memory.forget({person.id})

    async def _alone_in(self, session: AsyncSession, actor: Person, team_id: str, action: TeamAction) -> TeamRole:
        """What the one who acts counts as in the team, where nobody else changes anything meanwhile."""
        await alone(session, memberships.lock_name(team_id))
        acting = await access.actor(session, actor)
        return await access.require_team(session, acting, team_id, action)


def _members(team_id: str) -> Select[MembershipRow, PersonRow]:
    joined = select(MembershipRow, PersonRow).join(PersonRow, PersonRow.id == MembershipRow.person_id)
    return joined.where(MembershipRow.team_id == team_id)


def _member(pair: tuple[MembershipRow, PersonRow]) -> Member:
    row, person = pair
    return Member(row.team_id, person.as_person(), TeamRole(row.role), row.created_at)


def _require_power(mine: TeamRole, *roles: TeamRole) -> None:
    for role in roles:
        if not may_act_on_member(mine, role):
            raise Refused(f"As {mine.value} of the team you have no say over its {role.value}s. Ask an owner of it.")


async def _membership(session: AsyncSession, team_id: str, person_id: str) -> MembershipRow:
    row = await session.get(MembershipRow, (team_id, person_id), populate_existing=True)
    if row is None:
        raise NotFound(_NO_MEMBER)
    return row
