"""Signing in with a provider: whose the identity is that it vouches for."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts.destinations import Channel, Destination, destination
from homespun.accounts.names import presentable
from homespun.accounts.registrar import Registrar
from homespun.accounts.senders import Courier
from homespun.accounts.sessions import Sessions
from homespun.accounts.tables import OpenIdIdentityRow, PersonRow
from homespun.accounts.values import Device, Person
from homespun.core.clock import Clock
from homespun.core.errors import EmailUnverified, Invalid, NotFound
from homespun.store import Store, alone

from .exchange import Departure, Exchange, Return
from .links import Links
from .provider import Identity, Provider
from .settings import Settings


class OpenId:
    """Signs people in by what the provider says of them. Raises `NotFound` where there is no provider."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sessions: Sessions,
        registrar: Registrar,
        courier: Courier,
        settings: Settings,
        web_url: str,
    ) -> None:
        """Raises `Invalid` for settings that can't work."""
        settings.check()
        self.label = settings.label
        """What the provider is called; None: there is none."""
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._registrar = registrar
        provider = Provider(settings, f"{web_url.rstrip('/')}/api/sign-in/openid/callback", clock)
        self._exchange = Exchange(store, clock, provider)
        self._links = Links(store, clock, self._exchange, courier, settings.issuer)

    @property
    def links(self) -> Links:
        """For those who are signed in."""
        self._require_provider()
        return self._links

    async def begin(self, device: Device) -> Departure:
        """The first half. Raises `TooManyAttempts`, `ProviderUnavailable`."""
        self._require_provider()
        return await self._exchange.begin(device)

    async def finish(self, back: Return, device: Device) -> tuple[Person, str]:
        """The second half: the person, who may be new, and a new session's token.

        Raises `SignInStale`, `ProviderRefused`, `ProviderUntrusted`, `ProviderUnavailable`, `EmailUnverified`,
        `RegistrationClosed`, `Banned`.
        """
        self._require_provider()
        identity = await self._exchange.finish(back)
        async with self._store.write() as session:
            row = await self._person(session, identity)
            await self._exchange.succeed(session, device)
            return self._sessions.enter(session, row, device)

    def _require_provider(self) -> None:
        if self.label is None:
            raise NotFound("Nobody signs in by OpenID Connect here. Sign in another way.")

    async def _person(self, session: AsyncSession, identity: Identity) -> PersonRow:
        """Whose identity it is, locked. The first time, whoever has its address; else somebody new, if they may."""
        await alone(session, f"openid:{identity.issuer}:{identity.subject}")
        known = await session.get(OpenIdIdentityRow, (identity.issuer, identity.subject))
        if known is not None:
            return await session.get_one(PersonRow, known.person_id, with_for_update=True, populate_existing=True)
        row = await self._registrar.person_at(session, _email(identity), name=presentable(identity.name))
        session.add(
            OpenIdIdentityRow(
                issuer=identity.issuer, subject=identity.subject, person_id=row.id, created_at=self._clock.now()
            )
        )
        return row


def _email(identity: Identity) -> Destination:
    """Raises `EmailUnverified` where there is none that the provider vouches for."""
    try:
        where = destination(identity.verified_email)
    except Invalid:
        raise EmailUnverified from None
    if where.channel is not Channel.EMAIL:
        raise EmailUnverified
    return where
