"""Sessions: browsers that are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Banned, NotFound, StorageFull
from homespun.core.ids import new_id
from homespun.store import Store, scrubbed_text

from . import endings, proofs
from .memory import Memory
from .settings import Settings
from .tables import PersonRow, SessionRow
from .values import Device, Person, PersonStatus, Session

_NOTED_EVERY = timedelta(minutes=5)
"""How exactly `last_seen_at` is kept, so that most requests write nothing."""

_LONGEST_AGENT = 300
_LONGEST_ADDRESS = 45


class Sessions:
    """Starts, lists and ends sessions. What isn't the person's own is `NotFound`."""

    def __init__(self, store: Store, clock: Clock, memory: Memory, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._idle = timedelta(days=settings.session_idle_days)
        self._longest = timedelta(days=settings.session_max_days)

    def start(self, session: AsyncSession, person_id: str, device: Device) -> str:
        """Signs the person in; the session's token. Within the caller's unit of work."""
        token, now = proofs.new_secret(), self._clock.now()
        session.add(
            SessionRow(
                digest=proofs.digest(token),
                id=new_id("session"),
                person_id=person_id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + min(self._idle, self._longest),
                address=_cut(device.address, _LONGEST_ADDRESS),
                user_agent=_cut(device.user_agent, _LONGEST_AGENT),
            )
        )
        return token

    def enter(self, session: AsyncSession, row: PersonRow, device: Device) -> tuple[Person, str]:
        """The end of every way to sign in: the person, whom the caller has locked, and a new session's token.

        Raises `Banned`.
        """
        if row.status != PersonStatus.ACTIVE:
            raise Banned
        return row.as_person(), self.start(session, row.id, device)

    async def list(self, person_id: str) -> tuple[Session, ...]:
        """A person's sessions that haven't ended, the one seen last first."""
        async with self._store.read() as session:
            rows = await session.scalars(
                select(SessionRow)
                .where(SessionRow.person_id == person_id, SessionRow.expires_at > self._clock.now())
                .order_by(SessionRow.last_seen_at.desc(), SessionRow.id.desc())
            )
            return tuple(row.as_session() for row in rows)

    async def end(self, person_id: str, session_id: str) -> None:
        """Ends one of the person's sessions. Raises `NotFound`."""
        if not await self._end(SessionRow.person_id == person_id, SessionRow.id == session_id):
            raise NotFound("There is no such session, or it has ended already.")

    async def end_others(self, person_id: str, kept_id: str | None) -> int:
        """Ends all of the person's sessions but one; how many there were."""
        return len(await self._end(SessionRow.person_id == person_id, SessionRow.id != (kept_id or "")))

    async def sign_out(self, token: str) -> None:
        """Ends the session with this token; nothing happens if there is none."""
        await self._end(SessionRow.digest == proofs.digest(token))

    async def end_all(self, session: AsyncSession, person_id: str, *, but: str | None = None) -> Sequence[str]:
        """Ends all of the person's, or all but one, within the caller's unit of work.

        The caller has to note the ids as endings.
        """
        return await _deleted(session, SessionRow.person_id == person_id, SessionRow.id != (but or ""))

    async def note_use(self, row: SessionRow, address: str) -> None:
        """Prolongs a session that is used, every few minutes."""
        now = self._clock.now()
        if abs(now - row.last_seen_at) < _NOTED_EVERY:
            return
        used = update(SessionRow).where(SessionRow.digest == row.digest)
        used = used.values(
            last_seen_at=now,
            expires_at=self._expiry(row.created_at, now),
            address=_cut(address or row.address, _LONGEST_ADDRESS),
        )
        # On a full disk people can still look at what is theirs.
        with suppress(StorageFull):
            async with self._store.write() as session:
                await session.execute(used)

    def _expiry(self, created_at: datetime, now: datetime) -> datetime:
        return min(now + self._idle, created_at + self._longest)

    async def _end(self, *which: ColumnElement[bool]) -> Sequence[str]:
        async with self._store.write() as session:
            ended = await _deleted(session, *which)
            await endings.note(session, ended, self._clock.now())
        self._memory.forget(set(ended))
        return ended


async def _deleted(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[str]:
    return (await session.scalars(delete(SessionRow).where(*which).returning(SessionRow.id))).all()


def _cut(text: str, length: int) -> str:
    """What a stranger says of themselves: kept as far as it can be."""
    return scrubbed_text(text)[:length]
