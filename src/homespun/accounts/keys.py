"""API keys: what programs prove themselves with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound, StorageFull
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from . import access, endings, networks, proofs
from .memory import Memory
from .names import checked_name
from .pages import Page, after, page_of
from .permissions import TeamAction, may_act_on
from .tables import ApiKeyRow, PersonRow
from .values import ApiKey, Budget, NewKey, Person, Role

_NOTED_EVERY = timedelta(minutes=1)
"""How exactly `last_used_at` is kept."""

_LARGEST_BUDGET = 2**63 - 1
_MOST_MODELS = 100
_LONGEST_MODEL = 200


class Keys:
    """Makes, lists and revokes keys. What isn't the person's to see is `NotFound`."""

    def __init__(self, store: Store, clock: Clock, memory: Memory) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory

    async def create(self, owner: Person, new: NewKey) -> tuple[ApiKey, str]:
        """A new key of this person's and its secret, which can't be shown again.

        Raises `Invalid`, and for another team's project `NotFound`.
        """
        secret, now = proofs.new_secret(proofs.KEY_OPENING), self._clock.now()
        row = _row(owner, new, secret, now)
        async with self._store.write() as session:
            person = await access.actor(session, owner)
            if new.project_id:
                await access.require_project(session, person, new.project_id, TeamAction.MAKE_KEYS)
                await access.require_membership(session, person, new.project_id)
            session.add(row)
        return row.as_key(), secret

    async def all(self) -> tuple[ApiKey, ...]:
        """Everybody's, newest first, the revoked ones too."""
        newest_first = (ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc())
        async with self._store.read() as session:
            rows = await session.scalars(select(ApiKeyRow).order_by(*newest_first))
            return tuple(row.as_key() for row in rows)

    async def list(self, actor: Person, *, owner_id: str = "", cursor: str = "", limit: int = 50) -> Page[ApiKey]:
        """Everybody's or one person's, a page at a time, newest first, the revoked ones too.

        Raises `Refused` to all but owners and admins, and `Invalid` for a bad cursor.
        """
        access.require_looking_after_people(actor)
        async with self._store.read() as session:
            return await _page(session, cursor, limit, *([ApiKeyRow.owner_id == owner_id] if owner_id else []))

    async def of_person(self, person_id: str, *, cursor: str = "", limit: int = 50) -> Page[ApiKey]:
        """A person's own, those of projects too; newest first, with the revoked ones. Raises `Invalid`."""
        async with self._store.read() as session:
            return await _page(session, cursor, limit, ApiKeyRow.owner_id == person_id)

    async def one_of_person(self, person_id: str, key_id: str) -> ApiKey:
        """One of a person's own. Raises `NotFound` for others', whatever power they have over them elsewhere."""
        async with self._store.read() as session:
            return await _one(session, ApiKeyRow.id == key_id, ApiKeyRow.owner_id == person_id)

    async def of_project(self, actor: Person, project_id: str, *, cursor: str = "", limit: int = 50) -> Page[ApiKey]:
        """A project's, whoever has made them; newest first, with the revoked ones. Raises `NotFound`, `Invalid`."""
        async with self._store.read() as session:
            await access.require_project(session, actor, project_id, TeamAction.SEE)
            return await _page(session, cursor, limit, ApiKeyRow.project_id == project_id)

    async def one_of_project(self, actor: Person, project_id: str, key_id: str) -> ApiKey:
        """One of a project's. Raises `NotFound`."""
        async with self._store.read() as session:
            await access.require_project(session, actor, project_id, TeamAction.SEE)
            return await _one(session, ApiKeyRow.id == key_id, ApiKeyRow.project_id == project_id)

    async def names(self, key_ids: Iterable[str]) -> dict[str, str]:
        """What these keys are called, the revoked ones too; what isn't known is left out."""
        wanted = select(ApiKeyRow.id, ApiKeyRow.name).where(ApiKeyRow.id.in_(sorted(set(key_ids))))
        async with self._store.read() as session:
            return {row.id: row.name for row in await session.execute(wanted)}

    async def revoke(self, actor: Person, key_id: str) -> ApiKey:
        """Ends one's own key, one of a project that one manages, or a key of somebody whom one has power over.

        Raises `NotFound`.
        """
        async with self._store.write() as session:
            person = await access.actor(session, actor)
            row = await session.scalar(select(ApiKeyRow).where(ApiKeyRow.id == key_id).with_for_update())
            if row is None or not await _may_revoke(session, person, row):
                raise NotFound("There is no such key, or it isn't yours.")
            return await self._revoke(session, row)

    async def revoke_called(self, which: str) -> ApiKey:
        """Ends the one key in use that has this id, prefix or name. For whoever sits at the server's own terminal.

        Raises `NotFound`, and `Conflict` where several keys are meant.
        """
        called = storable_text(which, "key")
        async with self._store.write() as session:
            rows = await session.scalars(
                select(ApiKeyRow)
                .where(
                    ApiKeyRow.revoked_at.is_(None),
                    or_(ApiKeyRow.id == called, ApiKeyRow.prefix == called, ApiKeyRow.name == called),
                )
                .order_by(ApiKeyRow.id)
                .with_for_update()
            )
            return await self._revoke(session, _only(rows.all()))

    async def note_use(self, row: ApiKeyRow) -> None:
        """Writes down that a key was used, once a minute."""
        now = self._clock.now()
        if row.last_used_at is not None and abs(now - row.last_used_at) < _NOTED_EVERY:
            return
        # On a full disk the key is still good for reading.
        with suppress(StorageFull):
            async with self._store.write() as session:
                await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == row.id).values(last_used_at=now))

    async def _revoke(self, session: AsyncSession, row: ApiKeyRow) -> ApiKey:
        if row.revoked_at is None:
            row.revoked_at = self._clock.now()
            await endings.note(session, [row.id], row.revoked_at)
        await session.flush()
        self._memory.forget({row.id})
        return row.as_key()


async def _page(session: AsyncSession, cursor: str, limit: int, *which: ColumnElement[bool]) -> Page[ApiKey]:
    found = select(ApiKeyRow).where(*which, *after(ApiKeyRow.created_at, ApiKeyRow.id, cursor))
    newest_first = found.order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id.desc())
    rows = (await session.scalars(newest_first.limit(limit + 1))).all()
    return page_of(rows, limit, lambda row: (row.created_at, row.id), ApiKeyRow.as_key)


async def _one(session: AsyncSession, *which: ColumnElement[bool]) -> ApiKey:
    row = await session.scalar(select(ApiKeyRow).where(*which))
    if row is None:
        raise NotFound("There is no such key, or it isn't yours.")
    return row.as_key()


async def revoke_all(session: AsyncSession, which: ColumnElement[bool], at: datetime) -> Sequence[str]:
    """Ends these keys within the caller's unit of work, which has to note the ids as endings."""
    ended = update(ApiKeyRow).where(which, ApiKeyRow.revoked_at.is_(None)).values(revoked_at=at)
    return (await session.scalars(ended.returning(ApiKeyRow.id))).all()


async def _may_revoke(session: AsyncSession, actor: Person, row: ApiKeyRow) -> bool:
    if row.owner_id == actor.id:
        return True
    if row.project_id and await access.may_in_project(session, actor, row.project_id, TeamAction.MANAGE_PROJECTS):
        return True
    owner = await session.get_one(PersonRow, row.owner_id)
    return may_act_on(actor.role, Role(owner.role))


def _row(owner: Person, new: NewKey, secret: str, now: datetime) -> ApiKeyRow:
    budget = _checked_budget(new.budget)
    return ApiKeyRow(
        id=new_id("key"),
        owner_id=owner.id,
        name=checked_name(new.name, "key"),
        prefix=proofs.recognisable(secret),
        digest=proofs.digest(secret),
        created_at=now,
        scopes=_checked_scopes(new),
        models=_checked_models(new.models),
        networks=networks.checked(new.networks),
        budget_micros=budget.micros if budget else None,
        budget_period=budget.period.value if budget else None,
        expires_at=_checked_expiry(new.expires_at, now),
        project_id=new.project_id,
    )


def _checked_scopes(new: NewKey) -> tuple[str, ...]:
    if not new.scopes:
        raise Invalid("A key needs at least one scope, or it is good for nothing.", param="scopes")
    return tuple(sorted(scope.value for scope in new.scopes))


def _checked_models(models: tuple[str, ...]) -> tuple[str, ...]:
    if len(models) > _MOST_MODELS:
        raise Invalid(f"A key takes the names of {_MOST_MODELS} models at most.", param="models")
    for model in models:
        storable_text(model, "models")
        if not 0 < len(model) <= _LONGEST_MODEL or model.split() != [model]:
            raise Invalid(f"{model!r} is no model's name.", param="models")
    return tuple(dict.fromkeys(models))


def _checked_budget(budget: Budget | None) -> Budget | None:
    if budget and not 0 <= budget.micros <= _LARGEST_BUDGET:
        raise Invalid("A budget is nothing or more, and less than nine trillion.", param="budget")
    return budget


def _checked_expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at and expires_at <= now:
        raise Invalid("A key can't expire before it is made. Choose a later time.", param="expires_at")
    return expires_at


def _only(rows: Sequence[ApiKeyRow]) -> ApiKeyRow:
    if not rows:
        raise NotFound("There is no such key in use. `homespun keys list` shows those there are.")
    if len(rows) > 1:
        raise Conflict("Several keys are called so. Name the one you mean by its id: `homespun keys list`.")
    return rows[0]
