"""Passwords: argon2id, in a thread, with the same work whether somebody is known or not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Invalid, SignInFailed
from homespun.store import Store, storable_text

from . import endings, throttle
from .destinations import Destination, destination, whose, whose_locked
from .memory import Memory
from .sessions import Sessions
from .settings import Settings
from .tables import PersonRow
from .throttle import Limit, Throttle
from .values import Device, Person, PersonStatus

_LONGEST = 1000
_AT_ONCE = 2
"""So many passwords are checked at a time: each takes memory, and a core."""


class Passwords:
    """Sets passwords and signs people in by them."""

    def __init__(self, store: Store, clock: Clock, memory: Memory, sessions: Sessions, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._sessions = sessions
        self._settings = settings
        self._throttle = Throttle(store, clock)
        self._hasher = PasswordHasher(
            time_cost=settings.password_passes, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._decoy = ""

    async def sign_in(self, login: str, password: str, device: Device) -> tuple[Person, str]:
        """The person with this e-mail address or phone number, and a new session's token.

        Raises `SignInFailed`, the same for a wrong password and for nobody; `TooManyAttempts`; `Banned`.
        """
        limits = self._limits(login, device)
        await self._throttle.count(*limits)
        where = _destination(login)
        known = await self._known(where)
        is_right = await self._verify(known.password_hash if known else None, password)
        if not is_right or known is None or where is None:
            raise SignInFailed("The name or the password is wrong. Check both, or sign in another way.")
        renewed = await self._renewed(known, password)
        async with self._store.write() as session:
            person = await _unchanged(session, where, known)
            person.password_hash = renewed
            await throttle.succeed(session, *limits)
            return self._sessions.enter(session, person, device)

    async def set(
        self, person_id: str, new: str, *, old: str = "", device: Device, kept_session_id: str | None
    ) -> None:
        """Gives a person a password; where they have one, the old one has to be right. All their other sessions end.

        Raises `Invalid` for one that is too short, `SignInFailed`, `TooManyAttempts`.
        """
        self._check(new)
        async with self._store.read() as session:
            before = (await session.get_one(PersonRow, person_id)).password_hash
        limits = self._limits(person_id, device)
        await self._throttle.count(*limits)
        if before is not None and not await self._verify(before, old):
            raise SignInFailed("The old password is wrong. Check it, or sign in with a one-time code.")
        hashed = await self._hash(new)
        async with self._store.write() as session:
            row = await session.get_one(PersonRow, person_id, with_for_update=True)
            if row.password_hash != before or row.status != PersonStatus.ACTIVE:
                raise SignInFailed("The password was changed meanwhile. Try again.")
            row.password_hash = hashed
            await throttle.succeed(session, *limits)
            ended = await self._sessions.end_all(session, person_id, but=kept_session_id)
            await session.flush()
            await endings.note(session, ended, self._clock.now())
        self._memory.forget(set(ended))

    def _limits(self, login: str, device: Device) -> tuple[Limit, ...]:
        window = timedelta(minutes=self._settings.attempts_window_minutes)
        where = _destination(login)
        by_account = Limit(f"password:{where.address if where else login}", self._settings.attempts, window)
        if not device.address:
            return (by_account,)
        return by_account, Limit(f"address:{device.address}", self._settings.attempts_per_address, window)

    async def _known(self, where: Destination | None) -> PersonRow | None:
        if where is None:
            return None
        async with self._store.read() as session:
            return await whose(session, where)

    async def _verify(self, stored: str | None, password: str) -> bool:
        """Takes as long for somebody who has no password, or isn't there."""
        if not self._decoy:
            self._decoy = await self._hash("nobody's password")
        given = _normal(password)
        async with self._turn:
            is_right = await asyncio.to_thread(self._matches, stored or self._decoy, given)
        return is_right and stored is not None

    def _matches(self, stored: str, given: str) -> bool:
        try:
            return self._hasher.verify(stored, given)
        except (Argon2Error, InvalidHashError):
            return False

    async def _hash(self, password: str) -> str:
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def _renewed(self, known: PersonRow, password: str) -> str:
        """The stored hash, or one with the parameters of today."""
        stored = known.password_hash
        assert stored is not None
        return await self._hash(password) if self._hasher.check_needs_rehash(stored) else stored

    def _check(self, password: str) -> None:
        if not self._settings.password_min_length <= len(_normal(password)):
            raise Invalid(
                f"A password has at least {self._settings.password_min_length} characters. Take a longer one, "
                "such as four words.",
                param="password",
            )


async def _unchanged(session: AsyncSession, where: Destination, known: PersonRow) -> PersonRow:
    """The person, locked, if they are still whom the password was checked for."""
    person = await whose_locked(session, where)
    if person is None or person.id != known.id or person.password_hash != known.password_hash:
        raise SignInFailed("The name or the password was changed meanwhile. Try again.")
    return person


def _destination(login: str) -> Destination | None:
    try:
        return destination(login)
    except Invalid:
        return None


def _normal(password: str) -> str:
    """The same password however the keyboard composes its characters. Raises `Invalid`."""
    if len(password) > _LONGEST:
        raise Invalid(f"A password has at most {_LONGEST} characters.", param="password")
    return normalize("NFKC", storable_text(password, "password"))
