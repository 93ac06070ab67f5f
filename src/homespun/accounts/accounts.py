"""Who people are and how they prove it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import StorageFull, Unauthenticated
from homespun.core.ids import new_id
from homespun.store import Store

from . import proofs
from .caller import Caller, Credentials
from .keys import Keys
from .tables import PersonRow, SessionRow, SignInLinkRow
from .values import ApiKey, Person, Role

_LINK_LIFE = timedelta(hours=24)
_SESSION_LIFE = timedelta(days=30)
_SESSION_RENEWAL = timedelta(days=1)
"""A session in use is prolonged at most this often, so that most requests write nothing."""


class Accounts:
    """People, sign-in links, sessions and keys. Who can't prove who they are gets `Unauthenticated`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._keys = Keys(store, clock)

    async def identify(self, credentials: Credentials) -> Caller:
        """Who is calling: the one place that decides it, for every door.

        Raises `Unauthenticated` and what is below it.
        """
        if credentials.bearer:
            return await self._keys.caller(credentials.bearer)
        return Caller(await self.person_by_session(credentials.session))

    async def ensure_owner(self) -> Person:
        """The owner of this installation, made now if there is none yet."""
        async with self._store.read() as session:
            owner = await _owner(session)
        if owner is None:
            async with self._store.write() as session:
                owner = await _owner(session) or _new_owner(session, self._clock.now())
        return owner

    async def make_sign_in_link_token(self) -> str:
        """The secret of a link that signs the owner in, once, within 24 hours."""
        owner, token, now = await self.ensure_owner(), proofs.new_secret(), self._clock.now()
        async with self._store.write() as session:
            await session.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at <= now))
            session.add(
                SignInLinkRow(
                    digest=proofs.digest(token), person_id=owner.id, created_at=now, expires_at=now + _LINK_LIFE
                )
            )
        return token

    async def sign_in(self, token: str) -> tuple[Person, str]:
        """Trades a link's secret for a session's; of two who try at once, one gets in."""
        session_token, now = proofs.new_secret(), self._clock.now()
        async with self._store.write() as session:
            person = await _use_link(session, token, now)
            await session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
            session.add(
                SessionRow(
                    digest=proofs.digest(session_token),
                    person_id=person.id,
                    created_at=now,
                    expires_at=now + _SESSION_LIFE,
                )
            )
        return person, session_token

    async def person_by_session(self, token: str) -> Person:
        """Who is signed in with this session; it lives 30 days from its last use, give or take one."""
        digest, now = proofs.digest(token), self._clock.now()
        async with self._store.read() as session:
            found = await session.execute(
                select(PersonRow, SessionRow.expires_at)
                .join(SessionRow, SessionRow.person_id == PersonRow.id)
                .where(SessionRow.digest == digest, SessionRow.expires_at > now)
            )
            row = found.first()
        if row is None:
            raise Unauthenticated("You are not signed in. Open a sign-in link: `homespun owner link` makes one.")
        person, expires_at = row
        if expires_at < now + _SESSION_LIFE - _SESSION_RENEWAL:
            await self._prolong(digest, now + _SESSION_LIFE)
        return person.as_person()

    async def sign_out(self, token: str) -> None:
        """Ends a session; nothing happens if there is none."""
        async with self._store.write() as session:
            await session.execute(delete(SessionRow).where(SessionRow.digest == proofs.digest(token)))

    async def create_key(self, name: str) -> tuple[ApiKey, str]:
        """A new key of the owner's and its secret, which can't be shown again. Raises `Invalid` for a bad name."""
        owner = await self.ensure_owner()
        return await self._keys.create(owner, name)

    async def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, the revoked ones too."""
        return await self._keys.all()

    async def revoke_key(self, which: str) -> ApiKey:
        """Ends a key, by its id, prefix or name: at once here, within a second in other processes.

        Raises `NotFound`, and `Conflict` where several keys are meant.
        """
        return await self._keys.revoke(which)

    async def person_by_key(self, secret: str) -> Person:
        """Whose key this is."""
        return (await self._keys.caller(secret)).person

    async def _prolong(self, digest: str, until: datetime) -> None:
        # On a full disk people can still look at what is theirs.
        with suppress(StorageFull):
            async with self._store.write() as session:
                await session.execute(update(SessionRow).where(SessionRow.digest == digest).values(expires_at=until))


async def _owner(session: AsyncSession) -> Person | None:
    row = await session.scalar(select(PersonRow).where(PersonRow.role == Role.OWNER))
    return None if row is None else row.as_person()


def _new_owner(session: AsyncSession, now: datetime) -> Person:
    row = PersonRow(id=new_id("person"), name="Owner", role=Role.OWNER, created_at=now)
    session.add(row)
    return row.as_person()


async def _use_link(session: AsyncSession, token: str, now: datetime) -> Person:
    """Whose link it was. It is looked for and used up by one statement, so only one can have it."""
    person_id = await session.scalar(
        update(SignInLinkRow)
        .where(
            SignInLinkRow.digest == proofs.digest(token),
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLinkRow.person_id)
    )
    if person_id is None:
        raise Unauthenticated("This sign-in link has been used or is too old. `homespun owner link` makes another.")
    person = await session.get_one(PersonRow, person_id)
    return person.as_person()
