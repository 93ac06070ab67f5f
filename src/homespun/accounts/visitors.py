"""Visitors: people who haven't said who they are. Each is somebody of their own, with a session and a limit on how many
one address may become.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, NotFound, Refused
from homespun.store import Store

from . import endings
from .memory import Memory
from .people import People
from .sessions import Sessions
from .settings import Settings
from .tables import PersonRow
from .throttle import Limit, Throttle
from .values import Device, Person, PersonKind, PersonStatus, Role


@dataclass(frozen=True, slots=True)
class Merge:
    """That a visitor turned out to be a person. What is the visitor's is the person's from now on."""

    visitor_id: str
    person_id: str


class Visitors:
    """Lets visitors in, and makes them one with the person whom they sign in as."""

    def __init__(
        self, store: Store, clock: Clock, memory: Memory, sessions: Sessions, people: People, settings: Settings
    ) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._sessions = sessions
        self._people = people
        self._settings = settings
        self._throttle = Throttle(store, clock)

    async def start_visit(self, device: Device) -> tuple[Person, str]:
        """A new visitor and their session's token. Raises `Refused` where there are none, `TooManyAttempts`."""
        if not self._settings.visitors:
            raise Refused("Nobody comes in here without signing in. Sign in, or ask the owner for an invitation.")
        await self._throttle.count(self._limit(device))
        async with self._store.write() as session:
            row = self._people.add(session, "Visitor", Role.VISITOR)
            await session.flush()
            return self._sessions.enter(session, row, device)

    async def merge_visitor(self, visitor: Person, person: Person) -> Merge:
        """Makes a visitor one with the person whom they have signed in as; the visit ends.

        Conversations and money are moved by whoever keeps them; the merge is among the `unmoved` ones until `moved` is
        told. To do it again gives the same answer. Raises `NotFound` for who isn't a visitor here, `Refused` for a
        banned one, `Conflict` for one who is another person already.
        """
        async with self._store.write() as session:
            row = await session.scalar(
                select(PersonRow)
                .where(PersonRow.id == visitor.id, PersonRow.kind == PersonKind.VISITOR)
                .with_for_update()
            )
            target = await session.get(PersonRow, person.id)
            _require_mergeable(row, target)
            assert row is not None
            if row.merged_into_id is None:
                row.merged_into_id = person.id
                row.moving_since = self._clock.now()
                row.status = PersonStatus.REMOVED
                ended = [row.id, *await self._sessions.end_all(session, row.id)]
                await session.flush()
                await endings.note(session, ended, self._clock.now())
        self._memory.forget({row.id})
        return Merge(row.id, person.id)

    async def unmoved(self, *, limit: int = 100) -> tuple[Merge, ...]:
        """Merges of which something may still be the visitor's, the oldest first."""
        waiting = select(PersonRow.id, PersonRow.merged_into_id).where(PersonRow.moving_since.is_not(None))
        async with self._store.read() as session:
            rows = await session.execute(waiting.order_by(PersonRow.moving_since).limit(limit))
            return tuple(Merge(visitor_id, person_id) for visitor_id, person_id in rows if person_id)

    async def moved(self, merge: Merge) -> None:
        """Notes that nothing is the visitor's any more."""
        done = update(PersonRow).where(PersonRow.id == merge.visitor_id).values(moving_since=None)
        async with self._store.write() as session:
            await session.execute(done)

    def _limit(self, device: Device) -> Limit:
        """Where no address is known, all count as one."""
        return Limit(f"visits from:{device.address}", self._settings.visits_per_hour, timedelta(hours=1))


def _require_mergeable(visitor: PersonRow | None, person: PersonRow | None) -> None:
    if visitor is None or person is None or person.kind != PersonKind.PERSON or person.status != PersonStatus.ACTIVE:
        raise NotFound("There is no such visitor, or no such person.")
    if visitor.status == PersonStatus.BANNED:
        raise Refused("This visitor has been banned; nothing of theirs is taken along.")
    if visitor.merged_into_id != (person.id if visitor.status == PersonStatus.REMOVED else None):
        raise Conflict("This visitor has signed in as somebody else, or has been removed.")
