"""Sign-in links: each signs one person in, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Unauthenticated
from homespun.store import Store

from . import lifetimes, proofs
from .sessions import Sessions
from .settings import Settings
from .tables import PersonRow, SignInLinkRow
from .values import Device, Person, PersonStatus


class SignInLinks:
    """Makes links and signs people in by them."""

    def __init__(self, store: Store, clock: Clock, sessions: Sessions, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._life = timedelta(hours=settings.link_hours)

    async def make(self, person_id: str) -> str:
        """The secret of a link for this person."""
        token, now = proofs.new_secret(), self._clock.now()
        async with self._store.write() as session:
            session.add(
                SignInLinkRow(
                    digest=proofs.digest(token), person_id=person_id, created_at=now, expires_at=now + self._life
                )
            )
        return token

    async def sign_in(self, token: str, device: Device) -> tuple[Person, str]:
        """Trades a link's secret for a session's; of two who try at once, one gets in.

        Raises `Unauthenticated`, `Banned`.
        """
        async with self._store.write() as session:
            person = await _use(session, token, self._clock.now())
            return self._sessions.enter(session, person, device)


async def _use(session: AsyncSession, token: str, now: datetime) -> PersonRow:
    """Whose link it was. It is looked for and used up by one statement, so only one can have it."""
    person_id = await session.scalar(
        update(SignInLinkRow)
        .where(
            SignInLinkRow.digest == proofs.digest(token),
            SignInLinkRow.used_at.is_(None),
            lifetimes.alive(SignInLinkRow.created_at, SignInLinkRow.expires_at, now),
        )
        .values(used_at=now)
        .returning(SignInLinkRow.person_id)
    )
    person = await session.scalar(select(PersonRow).where(PersonRow.id == person_id).with_for_update())
    if person is None or person.status == PersonStatus.REMOVED:
        raise Unauthenticated("This sign-in link has been used or is too old. `homespun owner link` makes another.")
    return person
