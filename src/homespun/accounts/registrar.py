"""Who may join by themselves, and how a person comes to be."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import RegistrationClosed

from . import destinations
from .destinations import Channel, Destination
from .names import checked_name
from .people import People
from .settings import Registration, Settings
from .tables import PersonRow
from .values import Role


class Registrar:
    """Finds the person that somebody has proved to be, or makes one where the settings allow it."""

    def __init__(self, people: People, settings: Settings) -> None:
        self._people = people
        self._settings = settings

    def may_join(self, where: Destination) -> bool:
        """Whether whoever reads what is sent there may join without being invited."""
        match self._settings.registration:
            case Registration.OPEN:
                return True
            case Registration.LISTED:
                return self._is_listed(where)
            case Registration.INVITATION | Registration.CLOSED:
                return False

    async def person_at(self, session: AsyncSession, where: Destination, *, name: str = "") -> PersonRow:
        """The person who has proved that they read what is sent there, locked; a new one where there was none.

        Raises `RegistrationClosed`.
        """
        await destinations.hold(session, where)
        known = await destinations.whose_locked(session, where)
        if known is not None:
            return known
        if not self.may_join(where):
            raise RegistrationClosed
        return await self.add(session, where, name=name)

    async def add(self, session: AsyncSession, where: Destination | None, *, name: str = "") -> PersonRow:
        """A new member, whom somebody else has let in. Raises `Invalid`, `Conflict` for an address that is taken."""
        row = self._people.add(session, checked_name(name or _name_of(where), "person"), Role.MEMBER)
        await session.flush()
        if where:
            await destinations.give(session, row, where)
        return row

    def _is_listed(self, where: Destination) -> bool:
        if where.channel is Channel.PHONE:
            return where.address.startswith(self._settings.phone_prefixes)
        domain = where.address.rpartition("@")[2]
        return domain in {listed.lower().lstrip("@") for listed in self._settings.email_domains}


def _name_of(where: Destination | None) -> str:
    """Something to be called until they say more; of a phone number no more than others may see."""
    if where is None:
        return "New member"
    if where.channel is Channel.PHONE:
        return f"…{where.address[-4:]}"
    return where.address.partition("@")[0]
