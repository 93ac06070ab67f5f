"""Who is calling: recognises keys and sessions, many times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, and_, func, select

from homespun.core.clock import Clock
from homespun.core.errors import AddressRefused, Banned, KeyExpired, KeyRevoked, Unauthenticated
from homespun.store import Store

from . import lifetimes, networks, proofs
from .caller import Caller, Credentials
from .keys import Keys
from .memory import Memory, Proof
from .sessions import Sessions
from .tables import ApiKeyRow, MembershipRow, PersonRow, ProjectRow, SessionRow, TeamRow
from .values import PersonStatus

NO_SESSION = "You are not signed in. Sign in, or open a sign-in link: `homespun owner link` makes one."
_Statement: TypeAlias = Select[*tuple[Any, ...]]
_Found: TypeAlias = Row[*tuple[Any, ...]]
"""One proof, with the rows of all that it rests on, by the names of their classes."""

_NO_SUCH_KEY = "This API key is not known here. `homespun keys create` makes one."


class Identity:
    """Turns what a request brings into a `Caller`; see `Accounts`, the only one to call it."""

    def __init__(self, store: Store, clock: Clock, memory: Memory, keys: Keys, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._keys = keys
        self._sessions = sessions
        self._looking_up: dict[tuple[str, int], asyncio.Task[_Found]] = {}
        """By the proof's name and the memory's age."""

    async def identify(self, credentials: Credentials) -> Caller:
        """See `Accounts.identify`."""
        if credentials.bearer:
            return await self._by_key(credentials.bearer, credentials.address)
        return await self._by_session(credentials.session, credentials.address)

    async def _by_key(self, secret: str, address: str) -> Caller:
        if not proofs.looks_like_key(secret):
            raise Unauthenticated(f"This is no API key of Homespun; they begin with {proofs.KEY_OPENING}.")
        digest, age = proofs.digest(secret), self._memory.age
        proof, row = self._memory.find(digest), None
        if proof is None:
            row, is_first = await self._once(digest, age, lambda: self._key_row(secret, digest))
            proof = _key_proof(row)
        _check_key(proof, self._clock.now(), address)
        if row:
            self._memory.keep(digest, proof, age=age)
            if is_first:
                await self._keys.note_use(row.ApiKeyRow)
        return proof.caller

    async def _by_session(self, token: str, address: str) -> Caller:
        digest, age = proofs.digest(token), self._memory.age
        name = f"session:{digest}"  # apart from keys: a key in the cookie is no session
        proof, row = self._memory.find(name), None
        if proof is None:
            row, is_first = await self._once(name, age, lambda: self._session_row(digest))
            proof = _session_proof(row)
        _check_session(proof, self._clock.now())
        if row:
            self._memory.keep(name, proof, age=age)
            if is_first:
                await self._sessions.note_use(row.SessionRow, address)
        return proof.caller

    async def _once(
        self, name: str, age: int, look_up: Callable[[], Coroutine[Any, Any, _Found]]
    ) -> tuple[_Found, bool]:
        """Looks a proof up, once for all who ask for it meanwhile; and whether this one was the first of them.

        Whoever asks after something has ended doesn't get what was looked up before.
        """
        under_way = self._looking_up.get((name, age))
        if under_way:
            return await asyncio.shield(under_way), False
        task = self._looking_up[name, age] = asyncio.create_task(look_up())
        task.add_done_callback(lambda task: self._looked_up((name, age), task))
        return await asyncio.shield(task), True

    def _looked_up(self, which: tuple[str, int], task: asyncio.Task[_Found]) -> None:
        del self._looking_up[which]
        if not task.cancelled():
            task.exception()  # whoever asked may have gone meanwhile

    async def _key_row(self, secret: str, digest: str) -> _Found:
        """Finds the key by what anybody may know of it, and proves it by the rest."""
        alike = _keys().where(ApiKeyRow.prefix == proofs.recognisable(secret))
        async with self._store.read() as session:
            rows = (await session.execute(alike)).all()
        for row in rows:
            if proofs.same(row.ApiKeyRow.digest, digest):
                return row
        raise Unauthenticated(_NO_SUCH_KEY)

    async def _session_row(self, digest: str) -> _Found:
        async with self._store.read() as session:
            row = (await session.execute(_sessions().where(SessionRow.digest == digest))).first()
        if row is None:
            raise Unauthenticated(NO_SESSION)
        return row


def _keys() -> _Statement:
    statement = (
        select(ApiKeyRow, PersonRow, ProjectRow, TeamRow, MembershipRow)
        .join(PersonRow, PersonRow.id == ApiKeyRow.owner_id)
        .outerjoin(ProjectRow, and_(ProjectRow.id == ApiKeyRow.project_id, ProjectRow.deleted_at.is_(None)))
    )
    return _with_team(statement, func.coalesce(ProjectRow.team_id, PersonRow.current_team_id))


def _sessions() -> _Statement:
    statement = select(SessionRow, PersonRow, TeamRow, MembershipRow).join(
        PersonRow, PersonRow.id == SessionRow.person_id
    )
    return _with_team(statement, PersonRow.current_team_id)


def _with_team(statement: _Statement, team_id: Any) -> _Statement:
    """The team, and the person's membership of it, without which it isn't their team."""
    return statement.outerjoin(TeamRow, and_(TeamRow.id == team_id, TeamRow.deleted_at.is_(None))).outerjoin(
        MembershipRow, and_(MembershipRow.team_id == TeamRow.id, MembershipRow.person_id == PersonRow.id)
    )


def _key_proof(row: _Found) -> Proof:
    key: ApiKeyRow = row.ApiKeyRow
    if key.revoked_at is not None:
        raise KeyRevoked
    _check_person(row.PersonRow)
    if key.project_id and not (row.ProjectRow and row.MembershipRow):
        raise KeyRevoked("This API key's project is gone, or its owner has left the team. Use another key.")
    caller = Caller(
        row.PersonRow.as_person(),
        key=key.as_key(),
        team_id=row.TeamRow.id if row.MembershipRow else None,
        project_id=key.project_id,
        team_pays=bool(key.project_id or (row.TeamRow and row.TeamRow.pays_for_members)),
    )
    return Proof(caller, key.created_at, key.expires_at, networks.parsed(key.networks))


def _session_proof(row: _Found) -> Proof:
    _check_person(row.PersonRow)
    caller = Caller(
        row.PersonRow.as_person(),
        session_id=row.SessionRow.id,
        team_id=row.TeamRow.id if row.MembershipRow else None,
        team_pays=bool(row.TeamRow and row.TeamRow.pays_for_members),
    )
    return Proof(caller, row.SessionRow.created_at, row.SessionRow.expires_at)


def _check_person(person: PersonRow) -> None:
    if person.status == PersonStatus.BANNED:
        raise Banned
    if person.status != PersonStatus.ACTIVE:
        raise Unauthenticated("The person that this belongs to has been removed.")


def _check_key(proof: Proof, now: datetime, address: str) -> None:
    if proof.expires_at and not lifetimes.is_alive(proof.made_at, proof.expires_at, now):
        raise KeyExpired
    if proof.networks and not networks.contain(proof.networks, address):
        raise AddressRefused


def _check_session(proof: Proof, now: datetime) -> None:
    if not lifetimes.is_alive(proof.made_at, proof.expires_at, now):
        raise Unauthenticated("Your session has ended. Sign in again.")
