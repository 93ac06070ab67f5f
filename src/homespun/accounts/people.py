"""Persons: who there is, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, LastOwner, NotFound, Refused
from homespun.core.ids import new_id
from homespun.store import Store, alone, storable_text

from . import access, endings
from .caller import role_subject
from .destinations import destination, whose
from .keys import revoke_all
from .memberships import leave_all
from .memory import Memory
from .names import checked_name, search_key
from .pages import Page, after, page_of
from .permissions import LOOKS_AFTER_PEOPLE, may_act_on, may_grant
from .sessions import Sessions
from .tables import ApiKeyRow, OpenIdIdentityRow, PersonRow, SignInLinkRow
from .values import Person, PersonKind, PersonStatus, Profile, Role

OWNERS = "owners"
"""Whoever changes who is an owner holds this lock, so that two owners can't demote each other at once."""

_LONGEST_LOCALE = 35
_LAST_CHARACTER = chr(0x10FFFF)
_MANY = 2000
"""If so many are found, going through everybody soon fills a page."""
_NO_PERSON = "There is no such person, or you may not see them."


class People:
    """Looks after persons and visitors. The one who acts is looked at afresh each time."""

    def __init__(self, store: Store, clock: Clock, memory: Memory, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._sessions = sessions

    async def ensure_owner(self) -> Person:
        """The oldest owner of this installation, made now if there is none yet."""
        async with self._store.read() as session:
            owner = await _oldest_owner(session)
        if owner is None:
            async with self._store.write() as session:
                await alone(session, OWNERS)
                owner = await _oldest_owner(session) or self.add(session, "Owner", Role.OWNER)
        return owner.as_person()

    def add(self, session: AsyncSession, name: str, role: Role) -> PersonRow:
        """A new person, within the caller's unit of work."""
        kind = PersonKind.VISITOR if role is Role.VISITOR else PersonKind.PERSON
        row = PersonRow(
            id=new_id(kind.value),
            name=name,
            name_key=search_key(name),
            role=role,
            kind=kind,
            status=PersonStatus.ACTIVE,
            locale="",
            created_at=self._clock.now(),
        )
        session.add(row)
        return row

    async def profile(self, person_id: str) -> Profile:
        """A person with contacts and status. Raises `NotFound`."""
        async with self._store.read() as session:
            row = await session.get(PersonRow, person_id)
        if row is None:
            raise NotFound(_NO_PERSON)
        return row.as_profile()

    async def find(self, actor: Person, called: str) -> Profile:
        """The person with this id, e-mail address or phone number. Raises `Refused`, `NotFound`."""
        access.require_looking_after_people(actor)
        async with self._store.read() as session:
            row = await session.get(PersonRow, storable_text(called, "person"))
            if row is None:
                with suppress(Invalid):
                    row = await whose(session, destination(called))
        if row is None:
            raise NotFound(_NO_PERSON)
        return row.as_profile()

    async def list(
        self,
        actor: Person,
        *,
        search: str = "",
        kind: PersonKind = PersonKind.PERSON,
        cursor: str = "",
        limit: int = 50,
    ) -> Page[Profile]:
        """People whose name or e-mail address begins so, the removed ones left out; newest first.

        Raises `Refused` to all but owners and admins, and `Invalid` for a bad cursor.
        """
        access.require_looking_after_people(actor)
        begins = _begins(storable_text(search, "search").strip())
        newest_first = (PersonRow.created_at.desc(), PersonRow.id.desc())
        async with self._store.read() as session:
            found = select(PersonRow).where(
                PersonRow.status != PersonStatus.REMOVED,
                await _is_kind(session, kind, begins),
                *begins,
                *after(PersonRow.created_at, PersonRow.id, cursor),
            )
            rows = (await session.scalars(found.order_by(*newest_first).limit(limit + 1))).all()
        return page_of(rows, limit, lambda row: (row.created_at, row.id), PersonRow.as_profile)

    async def names(self, person_ids: Iterable[str]) -> dict[str, str]:
        """What these people are called; who isn't known is left out."""
        wanted = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(sorted(set(person_ids))))
        async with self._store.read() as session:
            return {row.id: row.name for row in await session.execute(wanted)}

    async def removed(self) -> frozenset[str]:
        """The ids of all who were removed; those of visitors who are somebody by now, as soon as that person was."""
        became = aliased(PersonRow)
        theirs = (
            select(PersonRow.id)
            .outerjoin(became, became.id == PersonRow.merged_into_id)
            .where(
                PersonRow.status == PersonStatus.REMOVED,
                or_(PersonRow.merged_into_id.is_(None), became.status == PersonStatus.REMOVED),
            )
        )
        async with self._store.read() as session:
            return frozenset(await session.scalars(theirs))

    async def change(self, person_id: str, *, name: str | None = None, locale: str | None = None) -> Person:
        """Changes what people say of themselves. Raises `Invalid`."""
        async with self._store.write() as session:
            row = await _locked(session, person_id)
            if name is not None:
                row.name = checked_name(name, "person")
                row.name_key = search_key(row.name)
            if locale is not None:
                row.locale = _checked_locale(locale)
        self._memory.forget({person_id})
        return row.as_person()

    async def set_role(self, actor: Person, person_id: str, role: Role) -> Person:
        """Gives a person another role. Raises `NotFound`, `Refused`, `LastOwner`, and `Conflict` for a visitor."""
        async with self._store.write() as session:
            acting, row = await self._pair(session, actor, person_id)
            if not may_grant(acting.role, role):
                raise Refused(f"You may not make anybody {role.value}. Ask an owner.")
            if row.kind == PersonKind.VISITOR:
                raise Conflict("Visitors have no other role. They get one when they sign in.")
            before = Role(row.role)
            if before is not role:
                await _require_another_owner(session, row)
                row.role = role
                await self._end(session, [role_subject(row.id, before)] if before in LOOKS_AFTER_PEOPLE else [])
        self._memory.forget({row.id})
        return row.as_person()

    async def ban(self, actor: Person, person_id: str) -> Profile:
        """Keeps a person or visitor out until `unban`: their sessions end now. Raises as `set_role`."""
        async with self._store.write() as session:
            _, row = await self._pair(session, actor, person_id)
            if row.status == PersonStatus.ACTIVE:
                await _require_another_owner(session, row)
                row.status = PersonStatus.BANNED
                sessions = await self._sessions.end_all(session, row.id)
                await self._end(session, [row.id, *sessions])
        self._memory.forget({row.id})
        return row.as_profile()

    async def unban(self, actor: Person, person_id: str) -> Profile:
        """Lets them in again; their keys are good again, sessions have to be begun anew. Raises as `set_role`."""
        async with self._store.write() as session:
            _, row = await self._pair(session, actor, person_id)
            row.status = PersonStatus.ACTIVE
        self._memory.forget({row.id})
        return row.as_profile()

    async def remove(self, actor: Person, person_id: str) -> None:
        """Removes a person for good, as they may themselves: keys, sessions and memberships end, personal data is
        blanked, the id stays for what refers to it.

        Raises as `set_role`; a team that would be left without an owner is a `Conflict`.
        """
        async with self._store.write() as session:
            _, row = await self._pair(session, actor, person_id, is_own_allowed=True)
            await _require_another_owner(session, row)
            now = self._clock.now()
            ended = [row.id, *await self._sessions.end_all(session, row.id)]
            ended += await revoke_all(session, ApiKeyRow.owner_id == row.id, now)
            ended += await leave_all(session, row.id, now)
            await session.execute(delete(SignInLinkRow).where(SignInLinkRow.person_id == row.id))
            await session.execute(delete(OpenIdIdentityRow).where(OpenIdIdentityRow.person_id == row.id))
            await session.execute(update(ApiKeyRow).where(ApiKeyRow.owner_id == row.id).values(name=""))
            _blank(row)
            await self._end(session, ended)
        self._memory.forget({row.id})

    async def _pair(
        self, session: AsyncSession, actor: Person, person_id: str, *, is_own_allowed: bool = False
    ) -> tuple[Person, PersonRow]:
        """Who acts and on whom, neither of whom can change meanwhile."""
        await alone(session, OWNERS)
        acting = await access.actor(session, actor)
        row = await _locked(session, person_id)
        if is_own_allowed and acting.id == row.id:
            return acting, row
        access.require_looking_after_people(acting)
        if not may_act_on(acting.role, Role(row.role)):
            raise Refused(f"As {acting.role.value} you have no say over somebody who is {row.role}. Ask an owner.")
        return acting, row

    async def _end(self, session: AsyncSession, subjects: Iterable[str]) -> None:
        await session.flush()
        await endings.note(session, subjects, self._clock.now())


async def _is_kind(
    session: AsyncSession, kind: PersonKind, begins: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Where a search finds few, the kind is put so that no index helps with it. Or SQLite would go through everybody,
    newest first, until it had a page full of them, rather than to those whose names begin so.
    """
    some = select(PersonRow.id).where(*begins).limit(_MANY).subquery()
    is_rare = begins and await session.scalar(select(func.count()).select_from(some)) != _MANY
    return func.lower(PersonRow.kind) == kind.value if is_rare else PersonRow.kind == kind


def _begins(search: str) -> list[ColumnElement[bool]]:
    """A range rather than LIKE: an index helps with it on every database."""
    if not search:
        return []
    return [or_(_range(PersonRow.name_key, search_key(search)), _range(PersonRow.email, search.lower()))]


def _range(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], start: str) -> ColumnElement[bool]:
    return and_(column >= start, column < start + _LAST_CHARACTER)


def _is_owner() -> ColumnElement[bool]:
    return (PersonRow.role == Role.OWNER) & (PersonRow.status == PersonStatus.ACTIVE)


async def _oldest_owner(session: AsyncSession) -> PersonRow | None:
    oldest_first = (PersonRow.created_at, PersonRow.id)
    owner: PersonRow | None = await session.scalar(
        select(PersonRow).where(_is_owner()).order_by(*oldest_first).limit(1)
    )
    return owner


async def _require_another_owner(session: AsyncSession, row: PersonRow) -> None:
    """Raises `LastOwner` where this is the only one. Whoever asks is alone in changing owners."""
    if row.role != Role.OWNER:
        return
    if await session.scalar(select(PersonRow.id).where(_is_owner(), PersonRow.id != row.id).limit(1)) is None:
        raise LastOwner


async def _locked(session: AsyncSession, person_id: str) -> PersonRow:
    row = await session.scalar(
        select(PersonRow)
        .where(PersonRow.id == person_id, PersonRow.status != PersonStatus.REMOVED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_NO_PERSON)
    return row


def _blank(row: PersonRow) -> None:
    row.status = PersonStatus.REMOVED
    row.role = Role.MEMBER if row.kind == PersonKind.PERSON else Role.VISITOR
    row.name = row.name_key = row.locale = ""
    row.email = row.phone = row.password_hash = row.current_team_id = None


def _checked_locale(locale: str) -> str:
    """A language tag; only its form is looked at."""
    storable_text(locale, "locale")
    if len(locale) > _LONGEST_LOCALE or not all(
        part.isalnum() and part.isascii() for part in locale.split("-") if locale
    ):
        raise Invalid("A language is written like en or zh-CN.", param="locale")
    return locale
