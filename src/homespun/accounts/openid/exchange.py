"""Both halves of an exchange with the provider: a browser leaves for it, and comes back; then it is known who it is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.accounts import lifetimes, proofs
from homespun.accounts.tables import OpenIdAttemptRow
from homespun.accounts.throttle import Limit, Throttle, take_back
from homespun.accounts.values import Device
from homespun.core.clock import Clock
from homespun.core.errors import ProviderRefused, SignInStale
from homespun.store import Store

from .attempt import Attempt
from .id_token import untrusted
from .provider import Identity, Provider

LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""

_WINDOW = timedelta(minutes=15)
_BEGUN_PER_ADDRESS = 100
"""So many exchanges may one address begin within the window and not finish: each is a row."""

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


class Exchange:
    """Sends browsers to the provider, and hears from those that come back who they are there."""

    def __init__(self, store: Store, clock: Clock, provider: Provider) -> None:
        self._store = store
        self._clock = clock
        self._provider = provider
        self._throttle = Throttle(store, clock)

    async def begin(self, device: Device, *, session_id: str | None = None) -> Departure:
        """The first half, of somebody who wants to come in; or of a session, whose person wants a link.

        Raises `TooManyAttempts`, `ProviderUnavailable`.
        """
        if device.address:
            await self._throttle.count(_limit(device))
        secret, now = proofs.new_secret(), self._clock.now()
        attempt = Attempt.of(secret)
        url = await self._provider.sign_in_url(attempt)
        row = OpenIdAttemptRow(digest=attempt.digest, session_id=session_id, created_at=now, expires_at=now + LASTS)
        async with self._store.write() as session:
            session.add(row)
        return Departure(url, secret)

    async def finish(self, back: Return, *, session_id: str | None = None) -> Identity:
        """The second half: whom the provider says it is. What was begun for one thing is no good for another.

        Raises `SignInStale`, `ProviderRefused`, `ProviderUntrusted`, `ProviderUnavailable`.
        """
        attempt = Attempt.of(back.secret)
        if not proofs.same(proofs.digest(back.state), attempt.digest):
            raise SignInStale
        await self._use_up(attempt, session_id)
        await self._provider.require_sender(back.issuer)
        if back.error:
            _log.info("The OpenID provider sends somebody back with an error: %.200r", back.error)
            raise ProviderRefused
        if not back.code:
            raise untrusted("somebody came back without a code")
        return await self._provider.identity(back.code, attempt)

    async def succeed(self, session: AsyncSession, device: Device) -> None:
        """What has come to a good end doesn't count against its address. Within the caller's unit of work."""
        if device.address:
            await take_back(session, _limit(device))

    async def _use_up(self, attempt: Attempt, session_id: str | None) -> None:
        """Whatever comes of it, it counts once; of two who come back with it at once, one does."""
        used = delete(OpenIdAttemptRow).where(
            OpenIdAttemptRow.digest == attempt.digest,
            lifetimes.alive(OpenIdAttemptRow.created_at, OpenIdAttemptRow.expires_at, self._clock.now()),
        )
        async with self._store.write() as session:
            found = (await session.execute(used.returning(OpenIdAttemptRow.session_id))).one_or_none()
        if found is None or found.session_id != session_id:
            raise SignInStale


def _limit(device: Device) -> Limit:
    return Limit(f"openid from:{device.address}", _BEGUN_PER_ADDRESS, _WINDOW)
