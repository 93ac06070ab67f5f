"""Where messages reach people, in one form each: an e-mail address or a phone number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, Invalid
from homespun.store import alone

from .tables import PersonRow


class Channel(StrEnum):
    """By what."""

    EMAIL = "email"
    PHONE = "phone"


_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
"""As browsers check it (HTML's input type=email). Letters beyond ASCII are left out: many look alike."""
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN_DIGITS = str.maketrans("", "", " -.()/")
_LONGEST = 254


@dataclass(frozen=True, slots=True)
class Destination:
    """An address that `destination` has brought into its form."""

    channel: Channel
    address: str


def destination(text: str) -> Destination:
    """What somebody has typed, as e-mail address or phone number. Raises `Invalid`."""
    typed = text.strip()
    email = typed.lower()
    if len(email) <= _LONGEST and _EMAIL.fullmatch(email) and ".." not in email:
        return Destination(Channel.EMAIL, email)
    number = re.sub(r"^00", "+", typed.translate(_BETWEEN_DIGITS))
    if _PHONE.fullmatch(number):
        return Destination(Channel.PHONE, number)
    raise Invalid(
        "That is neither an e-mail address nor a phone number with its country, such as +86 138 0013 8000.",
        param="destination",
    )


async def whose(session: AsyncSession, where: Destination) -> PersonRow | None:
    """Whom it belongs to."""
    found: PersonRow | None = await session.scalar(_person_at(where))
    return found


async def whose_locked(session: AsyncSession, where: Destination) -> PersonRow | None:
    """Whom it belongs to; they stay as they are until the unit of work ends."""
    locked = _person_at(where).with_for_update().execution_options(populate_existing=True)
    found: PersonRow | None = await session.scalar(locked)
    return found


async def give(session: AsyncSession, person: PersonRow, where: Destination) -> None:
    """Makes it the person's, who has proved that they read what is sent there. Raises `Conflict` if it is another's."""
    await hold(session, where)
    owner = await whose_locked(session, where)
    if owner is not None and owner.id != person.id:
        raise Conflict("This address belongs to another person here. Sign in with it, or use another address.")
    if where.channel is Channel.EMAIL:
        person.email = where.address
    else:
        person.phone = where.address
    await session.flush()


async def hold(session: AsyncSession, where: Destination) -> None:
    """Until the unit of work ends nobody else makes a person with this address."""
    await alone(session, f"destination:{where.address}")


def _person_at(where: Destination) -> Select[PersonRow]:
    column = PersonRow.email if where.channel is Channel.EMAIL else PersonRow.phone
    return select(PersonRow).where(column == where.address)
