"""Links between people here and whom the provider calls what: made and ended by those who are signed in.

A link is made for the session that has asked for it, and only while that session is good: nobody can have somebody
else's browser finish a link of theirs, and nobody's sign-in can be turned into one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts.caller import Caller
from homespun.accounts.destinations import Channel
from homespun.accounts.senders import Courier
from homespun.accounts.tables import OpenIdIdentityRow, PersonRow
from homespun.accounts.values import Device, PersonStatus
from homespun.core.clock import Clock
from homespun.core.errors import Conflict, IdentityTaken, LastWayIn, NotFound, SignInStale
from homespun.store import Store, alone

from .exchange import Departure, Exchange, Return
from .provider import Identity


class Links:
    """Makes, shows and ends them. One person has one link with the provider."""

    def __init__(self, store: Store, clock: Clock, exchange: Exchange, courier: Courier, issuer: str) -> None:
        self._store = store
        self._clock = clock
        self._exchange = exchange
        self._courier = courier
        self._issuer = issuer

    async def since(self, person_id: str) -> datetime | None:
        """Since when the person is linked with the provider; None: they aren't."""
        async with self._store.read() as session:
            return await self._since(session, person_id)

    async def begin(self, caller: Caller, device: Device) -> Departure:
        """The first half. Raises `Conflict` for who is linked, `TooManyAttempts`, `ProviderUnavailable`."""
        if await self.since(caller.person.id) is not None:
            raise _linked_already()
        return await self._exchange.begin(device, session_id=_session_of(caller))

    async def finish(self, caller: Caller, back: Return, device: Device) -> None:
        """The second half, of the same session: the link is there.

        Raises `IdentityTaken` where it is another person's, `Conflict`, and what `Exchange.finish` raises.
        """
        identity = await self._exchange.finish(back, session_id=_session_of(caller))
        async with self._store.write() as session:
            await self._link(session, caller.person.id, identity)
            await self._exchange.succeed(session, device)

    async def end(self, person_id: str) -> None:
        """Whoever comes from the provider isn't that person any more.

        Raises `NotFound` where there is no link, `LastWayIn` where there is no other way in.
        """
        async with self._store.write() as session:
            person = await session.get_one(PersonRow, person_id, with_for_update=True, populate_existing=True)
            if await self._since(session, person_id) is None:
                raise NotFound("You aren't linked with the sign-in provider.")
            if not self._has_another_way(person):
                raise LastWayIn
            await session.execute(delete(OpenIdIdentityRow).where(*self._links_of(person_id)))

    async def _link(self, session: AsyncSession, person_id: str, identity: Identity) -> None:
        await alone(session, f"openid:{identity.issuer}:{identity.subject}")
        person = await session.get_one(PersonRow, person_id, with_for_update=True, populate_existing=True)
        if person.status != PersonStatus.ACTIVE:
            raise SignInStale  # banned or removed since the session was looked at
        known = await session.get(OpenIdIdentityRow, (identity.issuer, identity.subject))
        if known is not None and known.person_id != person_id:
            raise IdentityTaken
        if await self._since(session, person_id) is not None:
            raise _linked_already()
        now = self._clock.now()
        row = OpenIdIdentityRow(issuer=identity.issuer, subject=identity.subject, person_id=person_id, created_at=now)
        session.add(row)

    async def _since(self, session: AsyncSession, person_id: str) -> datetime | None:
        first = select(OpenIdIdentityRow.created_at).where(*self._links_of(person_id))
        return await session.scalar(first.order_by(OpenIdIdentityRow.created_at).limit(1))

    def _links_of(self, person_id: str) -> tuple[ColumnElement[bool], ...]:
        """Those with a provider that was here before are no way in any more."""
        return OpenIdIdentityRow.person_id == person_id, OpenIdIdentityRow.issuer == self._issuer

    def _has_another_way(self, person: PersonRow) -> bool:
        """A password is none without something to be called by; an address is none where no codes are sent to it."""
        addresses = {Channel.EMAIL: person.email, Channel.PHONE: person.phone}
        reached = any(address and self._courier.can_reach(channel) for channel, address in addresses.items())
        return reached or bool(person.password_hash and any(addresses.values()))


def _session_of(caller: Caller) -> str:
    """A key is no session: whoever has stolen one mustn't come in by it for good."""
    if caller.session_id is None:
        raise SignInStale
    return caller.session_id


def _linked_already() -> Conflict:
    return Conflict("You are linked with the sign-in provider already. End that link first.")
