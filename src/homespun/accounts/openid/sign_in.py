"""Both halves of a sign-in: a browser leaves for the provider, and it comes back. Then it is found out whose it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts import lifetimes, proofs
from homespun.accounts.destinations import Channel, Destination, destination
from homespun.accounts.names import presentable
from homespun.accounts.registrar import Registrar
from homespun.accounts.sessions import Sessions
from homespun.accounts.tables import OpenIdAttemptRow, OpenIdIdentityRow, PersonRow
from homespun.accounts.throttle import Limit, Throttle, take_back
from homespun.accounts.values import Device, Person
from homespun.core.clock import Clock
from homespun.core.errors import EmailUnverified, Invalid, NotFound, ProviderRefused, SignInStale
from homespun.store import Store, alone

from .attempt import Attempt
from .id_token import untrusted
from .provider import Identity, Provider
from .settings import Settings

LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""

_WINDOW = timedelta(minutes=15)
_BEGUN_PER_ADDRESS = 100
"""So many sign-ins may one address begin within the window and not finish: each is a row."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser is to leave for the provider."""

    url: str
    secret: str = field(repr=False)
    """What it has to keep to itself until it comes back."""


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser that comes back brings along, as it was sent: by the provider, or by whoever lies."""

    state: str = ""
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str | None = None
    secret: str = field(default="", repr=False)
    """What the browser has kept."""


class OpenId:
    """Signs people in by what the provider says of them. Raises `NotFound` where there is no provider."""

    def __init__(
        self, store: Store, clock: Clock, sessions: Sessions, registrar: Registrar, settings: Settings, web_url: str
    ) -> None:
        """Raises `Invalid` for settings that can't work."""
        settings.check()
        self.label = settings.label
        """What the provider is called; None: there is none."""
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._registrar = registrar
        self._throttle = Throttle(store, clock)
        self._provider = Provider(settings, f"{web_url.rstrip('/')}/api/sign-in/openid/callback", clock)

    async def begin(self, device: Device) -> Departure:
        """The first half. Raises `TooManyAttempts`, `ProviderUnavailable`."""
        self._require_provider()
        if device.address:
            await self._throttle.count(_limit(device))
        secret, now = proofs.new_secret(), self._clock.now()
        attempt = Attempt.of(secret)
        url = await self._provider.sign_in_url(attempt)
        async with self._store.write() as session:
            session.add(OpenIdAttemptRow(digest=attempt.digest, created_at=now, expires_at=now + LASTS))
        return Departure(url, secret)

    async def finish(self, back: Return, device: Device) -> tuple[Person, str]:
        """The second half: the person, who may be new, and a new session's token.

        Raises `SignInStale`, `ProviderRefused`, `ProviderUntrusted`, `ProviderUnavailable`, `EmailUnverified`,
        `RegistrationClosed`, `Banned`.
        """
        self._require_provider()
        attempt = Attempt.of(back.secret)
        if not proofs.same(proofs.digest(back.state), attempt.digest):
            raise SignInStale
        await self._use_up(attempt)
        await self._provider.require_sender(back.issuer)
        if back.error:
            _log.info("The OpenID provider sends somebody back with an error: %.200r", back.error)
            raise ProviderRefused
        if not back.code:
            raise untrusted("somebody came back without a code")
        identity = await self._provider.identity(back.code, attempt)
        async with self._store.write() as session:
            row = await self._person(session, identity)
            if device.address:
                await take_back(session, _limit(device))
            return self._sessions.enter(session, row, device)

    def _require_provider(self) -> None:
        if self.label is None:
            raise NotFound("Nobody signs in by OpenID Connect here. Sign in another way.")

    async def _use_up(self, attempt: Attempt) -> None:
        """Whatever comes of it, it counts once; of two who come back with it at once, one does."""
        used = delete(OpenIdAttemptRow).where(
            OpenIdAttemptRow.digest == attempt.digest,
            lifetimes.alive(OpenIdAttemptRow.created_at, OpenIdAttemptRow.expires_at, self._clock.now()),
        )
        async with self._store.write() as session:
            found = await session.scalar(used.returning(OpenIdAttemptRow.digest))
        if found is None:
            raise SignInStale

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


def _limit(device: Device) -> Limit:
    return Limit(f"openid from:{device.address}", _BEGUN_PER_ADDRESS, _WINDOW)
