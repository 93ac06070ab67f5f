"""One-time codes: signing in by proving that one reads what is sent to an address."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Refused, SignInFailed
from homespun.core.ids import new_id
from homespun.store import Store

from . import destinations, installation, lifetimes, proofs, throttle
from .destinations import Channel, Destination, destination
from .letters import code_letter
from .registrar import Registrar
from .senders import Courier
from .sessions import Sessions
from .settings import Settings
from .tables import PersonRow, SignInCodeRow
from .throttle import Limit, Throttle
from .values import Device, Person, PersonStatus

MOST_TRIES = 5
"""So often may one code be tried."""

_DIGITS = 6
_MINUTES = 10
_HOUR = timedelta(hours=1)
_DESTINATIONS_PER_ADDRESS = 4
"""An IP address may ask for so many times as many codes as one destination gets."""

_WRONG = "The code is wrong, too old, or was used. Check it, or ask for another."


class Codes:
    """Sends codes and takes them back. It says the same whether an address is known or not."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: Sessions,
        registrar: Registrar,
        courier: Courier,
        settings: Settings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._registrar = registrar
        self._courier = courier
        self._settings = settings
        self._throttle = Throttle(store, clock)

    async def request(self, to: str, device: Device, *, locale: str = "") -> None:
        """Sends a code to an e-mail address or phone, if somebody is known by it or may join by it.

        Raises `Invalid`, `Refused` where such messages aren't sent, `TooManyAttempts`.
        """
        where = self._reachable(to)
        await self._throttle.count(*self._asking(where, device))
        async with self._store.write() as session:
            code = await self._issue(session, where)
            person = await destinations.whose(session, where)
        if _gets_codes(person) or (person is None and self._registrar.may_join(where)):
            self._courier.post(code_letter(where, code, minutes=_MINUTES, locale=locale))

    async def request_to_add(self, to: str, device: Device, *, locale: str = "") -> None:
        """Sends a code to an address that somebody who is signed in wants to add. Raises as `request`."""
        where = self._reachable(to)
        await self._throttle.count(*self._asking(where, device))
        async with self._store.write() as session:
            code = await self._issue(session, where)
        self._courier.post(code_letter(where, code, minutes=_MINUTES, locale=locale))

    async def sign_in(self, to: str, code: str, device: Device, *, name: str = "") -> tuple[Person, str]:
        """The person at this address, who may be new, and a new session's token.

        Raises `Invalid`, `SignInFailed`, `TooManyAttempts`, `RegistrationClosed`, `Banned`.
        """
        where = destination(to)
        limits = self._trying(where, device)
        await self._throttle.count(*limits)
        async with self._store.write() as session:
            if await self._is_right(session, where, code):
                await throttle.succeed(session, *limits)
                row = await self._registrar.person_at(session, where, name=name)
                return self._sessions.enter(session, row, device)
        raise SignInFailed(_WRONG)  # after the try has been committed

    async def add(self, person_id: str, to: str, code: str, device: Device) -> None:
        """Gives an address to a person who is signed in. Raises as `sign_in`, and `Conflict` if it is another's."""
        where = destination(to)
        limits = self._trying(where, device)
        await self._throttle.count(*limits)
        async with self._store.write() as session:
            if await self._is_right(session, where, code):
                await throttle.succeed(session, *limits)
                await destinations.hold(session, where)
                row = await session.get_one(PersonRow, person_id, with_for_update=True)
                await destinations.give(session, row, where)
                return
        raise SignInFailed(_WRONG)

    def _reachable(self, to: str) -> Destination:
        where = destination(to)
        if not self._courier.can_reach(where.channel):
            words = "e-mail" if where.channel is Channel.EMAIL else "phone"
            raise Refused(f"No codes are sent by {words} here. Sign in another way.")
        return where

    def _asking(self, where: Destination, device: Device) -> tuple[Limit, ...]:
        most = self._settings.codes_per_hour
        limit = Limit(f"codes:{where.address}", most, _HOUR)
        if not device.address:
            return (limit,)
        return limit, Limit(f"codes from:{device.address}", most * _DESTINATIONS_PER_ADDRESS, _HOUR)

    def _trying(self, where: Destination, device: Device) -> tuple[Limit, ...]:
        window = timedelta(minutes=self._settings.attempts_window_minutes)
        limit = Limit(f"code:{where.address}", self._settings.attempts, window)
        if not device.address:
            return (limit,)
        return limit, Limit(f"code from:{device.address}", self._settings.attempts_per_address, window)

    async def _issue(self, session: AsyncSession, where: Destination) -> str:
        """A new code, which takes the place of older ones."""
        code, now = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}", self._clock.now()
        await session.execute(delete(SignInCodeRow).where(SignInCodeRow.destination == where.address))
        session.add(
            SignInCodeRow(
                id=new_id("code"),
                destination=where.address,
                digest=await _digest(session, where, code),
                tries=0,
                created_at=now,
                expires_at=now + timedelta(minutes=_MINUTES),
            )
        )
        return code

    async def _is_right(self, session: AsyncSession, where: Destination, code: str) -> bool:
        """Tries a code, which counts; a right one is used up. Only the newest is looked at, by one at a time."""
        digest, now = await _digest(session, where, code.strip()), self._clock.now()
        row = await session.scalar(_newest(where))
        if row is None or row.used_at or row.tries >= MOST_TRIES:
            return False
        if not lifetimes.is_alive(row.created_at, row.expires_at, now):
            return False
        row.tries += 1
        if proofs.same(row.digest, digest):
            row.used_at = now
        await session.flush()
        return row.used_at is not None


def _newest(where: Destination) -> Select[SignInCodeRow]:
    return (
        select(SignInCodeRow)
        .where(SignInCodeRow.destination == where.address)
        .order_by(SignInCodeRow.created_at.desc(), SignInCodeRow.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def _digest(session: AsyncSession, where: Destination, code: str) -> str:
    """A code has few digits: without the secret whoever reads the database would try them all at once."""
    key = await installation.secret(session, "codes")
    return hmac.new(key, f"{where.address}:{code}".encode(errors="surrogatepass"), "sha256").hexdigest()


def _gets_codes(person: PersonRow | None) -> bool:
    return person is not None and person.status == PersonStatus.ACTIVE
