"""Who people are and how they prove it, as one thing with a part for each matter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from homespun.core.clock import Clock
from homespun.store import Store

from . import endings
from .caller import Caller, Credentials
from .codes import Codes
from .consents import Consents
from .delivery import senders_of
from .destinations import Channel
from .identity import Identity
from .invitations import Invitations
from .keys import Keys
from .links import SignInLinks
from .memory import Memory
from .openid import OpenId
from .openid import Settings as OpenIdSettings
from .passwords import Passwords
from .people import People
from .projects import Projects
from .registrar import Registrar
from .senders import Courier, Sender
from .sessions import Sessions
from .settings import Settings
from .sweeping import swept
from .teams import Teams
from .values import ApiKey, Device, NewKey, Person
from .visitors import Merge, Visitors

_ANYWHERE = Device()
_STANDARD = Settings()
_NO_PROVIDER = OpenIdSettings()


class Accounts:
    """People, their sessions and keys. Who can't prove who they are gets `Unauthenticated`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings = _STANDARD,
        senders: Mapping[Channel, Sender] | None = None,
        openid: OpenIdSettings = _NO_PROVIDER,
    ) -> None:
        """`senders` are for channels that the settings know nothing of; left out: those of the settings.

        Raises `Invalid` for settings that can't work.
        """
        self._store = store
        self._clock = clock
        self._memory = Memory(clock)
        self.sessions = Sessions(store, clock, self._memory, settings)
        self.keys = Keys(store, clock, self._memory)
        self.people = People(store, clock, self._memory, self.sessions)
        self.courier = Courier(senders_of(settings) if senders is None else senders)
        registrar = Registrar(self.people, settings)
        self.passwords = Passwords(store, clock, self._memory, self.sessions, settings)
        self.codes = Codes(store, clock, self.sessions, registrar, self.courier, settings)
        self.openid = OpenId(store, clock, self.sessions, registrar, self.courier, openid, settings.web_url)
        self.invitations = Invitations(store, clock, self._memory, self.sessions, registrar, self.courier, settings)
        self.visitors = Visitors(store, clock, self._memory, self.sessions, self.people, settings)
        self.teams = Teams(store, clock, self._memory)
        self.projects = Projects(store, clock, self._memory)
        self.consents = Consents(store, clock)
        self._links = SignInLinks(store, clock, self.sessions, settings)
        self._identity = Identity(store, clock, self._memory, self.keys, self.sessions)

    async def identify(self, credentials: Credentials) -> Caller:
        """Who is calling: the one place that decides it, for every door.

        Raises `Unauthenticated` and what is below it, `Banned`, and `AddressRefused`.
        """
        return await self._identity.identify(credentials)

    async def endings_after(self, number: int) -> tuple[int, frozenset[str]]:
        """What has ended since the ending with this number, and the number of the last; 0 is before the first.

        Whoever is remembered by one of these ids is forgotten. Ask twice a second.
        """
        async with self._store.read() as session:
            last, subjects = await endings.after(session, number)
        self._memory.forget(subjects)
        return last, subjects

    @asynccontextmanager
    async def tended(self) -> AsyncIterator[None]:
        """While the block lasts, what has expired is swept away; at its end, messages under way are waited for."""
        async with swept(self._store, self._clock):
            yield
        await self.courier.settle()

    async def end(self, subject: str) -> None:
        """Tells every process that something has ended, by its id: whatever waits for that is told within a second."""
        async with self._store.write() as session:
            await endings.note(session, [subject], self._clock.now())

    async def ensure_owner(self) -> Person:
        """The oldest owner of this installation, made now if there is none yet."""
        return await self.people.ensure_owner()

    async def make_sign_in_link_token(self) -> str:
        """The secret of a link that signs the owner in, once, within 24 hours."""
        return await self._links.make((await self.ensure_owner()).id)

    async def sign_in(self, token: str, device: Device = _ANYWHERE) -> tuple[Person, str]:
        """Trades a link's secret for a session's; of two who try at once, one gets in.

        Raises `Unauthenticated`, `Banned`.
        """
        return await self._links.sign_in(token, device)

    async def sign_out(self, token: str) -> None:
        """Ends the session with this token; nothing happens if there is none."""
        await self.sessions.sign_out(token)

    async def create_key(self, name: str) -> tuple[ApiKey, str]:
        """A new key of the owner's and its secret, which can't be shown again. Raises `Invalid` for a bad name."""
        return await self.keys.create(await self.ensure_owner(), NewKey(name))

    async def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, the revoked ones too."""
        return await self.keys.all()

    async def revoke_key(self, which: str) -> ApiKey:
        """Ends a key, by its id, prefix or name: at once here, within a second in other processes.

        Raises `NotFound`, and `Conflict` where several keys are meant.
        """
        return await self.keys.revoke_called(which)

    async def start_visit(self, device: Device) -> tuple[Person, str]:
        """See `Visitors.start_visit`."""
        return await self.visitors.start_visit(device)

    async def merge_visitor(self, visitor: Person, person: Person) -> Merge:
        """See `Visitors.merge_visitor`."""
        return await self.visitors.merge_visitor(visitor, person)
