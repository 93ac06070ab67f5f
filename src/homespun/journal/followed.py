"""Following a turn from another machine: what it says is copied from its spool into the database, once somebody asks.

Who follows writes the wish down and reads what comes; who answers looks for wishes twice a second, and copies what is
new until the turn is closed. A turn that nobody follows from elsewhere is not copied. PostgreSQL could call out what is
new (NOTIFY), but at most 8,000 bytes at a time, and each process would need a connection of its own to listen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import cast

from sqlalchemy import Table, insert, select

from homespun.core.events import Event
from homespun.store import Store, delete_in_batches, insert_or_leave

from .overheard import Overheard
from .spool import read_events
from .tables import FollowedRow, TurnRow
from .values import TurnState

_WISH = 0
"""The part that is none: it says that somebody wants the others."""
_COPY_EVERY_S = 0.5

logger = logging.getLogger(__name__)


class Followed:
    """A reader of one turn that another machine answers, with a place of its own. To read is to ask for more."""

    def __init__(self, store: Store, turn_id: str) -> None:
        self._store = store
        self._turn_id = turn_id
        self._last_part = _WISH
        self._has_asked = False

    async def news(self) -> list[Event]:
        """The events since the last call, some half a second old; none where only one machine uses the database."""
        if not self._store.is_shared:
            return []
        if not self._has_asked:
            await self._ask()
        mine = FollowedRow.turn_id == self._turn_id, FollowedRow.part > self._last_part
        async with self._store.read() as session:
            rows = await session.execute(
                select(FollowedRow.part, FollowedRow.lines).where(*mine).order_by(FollowedRow.part)
            )
            parts = rows.all()
        if parts:
            self._last_part = parts[-1].part
        return [event for part in parts for event in read_events(part.lines.encode())]

    async def _ask(self) -> None:
        async with self._store.write() as session:
            await session.execute(
                insert_or_leave(session, cast(Table, FollowedRow.__table__)),
                {"turn_id": self._turn_id, "part": _WISH, "lines": ""},
            )
        self._has_asked = True


class Copier:
    """Copies what is followed of the turns that are answered here."""

    def __init__(
        self, store: Store, *, answered: Callable[[], Collection[str]], overhear: Callable[[str], Overheard]
    ) -> None:
        """`answered` gives the ids of the turns that are answered here."""
        self._store = store
        self._answered = answered
        self._overhear = overhear
        self._copies: dict[str, _Copy] = {}
        """By the id of a turn that is followed."""

    async def run(self) -> None:
        """Copies until it is cancelled."""
        while True:
            await asyncio.sleep(_COPY_EVERY_S)
            try:
                await self.copy()
            except Exception:  # a database that is away for a while comes back
                logger.warning("What is followed from other machines can't be told them at present", exc_info=True)

    async def copy(self) -> None:
        """Looks for wishes, if anything is answered here, and copies what is new."""
        here = self._answered()
        self._copies = {turn_id: copy for turn_id, copy in self._copies.items() if turn_id in here}
        if not here:
            return
        async with self._store.read() as session:
            wishes = await session.scalars(select(FollowedRow.turn_id).where(FollowedRow.part == _WISH))
            for turn_id in set(wishes).intersection(here).difference(self._copies):
                self._copies[turn_id] = _Copy(turn_id, self._overhear(turn_id))
        ready = [copy for copy in self._copies.values() if copy.has_more()]
        if ready:
            async with self._store.write() as session:
                await session.execute(insert(FollowedRow), [copy.row() for copy in ready])
            for copy in ready:
                copy.move_on()

    async def sweep(self) -> None:
        """Deletes what was copied of turns that are closed."""
        still_open = select(TurnRow.id).where(TurnRow.state == TurnState.OPEN)
        await delete_in_batches(self._store, cast(Table, FollowedRow.__table__), FollowedRow.turn_id.not_in(still_open))


class _Copy:
    """How far one turn has been copied."""

    def __init__(self, turn_id: str, overheard: Overheard) -> None:
        self._turn_id = turn_id
        self._overheard = overheard
        self._part = _WISH + 1
        self._lines = ""
        """Read from the spool and not copied yet."""

    def has_more(self) -> bool:
        """Reads on in the spool."""
        self._lines += self._overheard.lines().decode("ascii")
        return bool(self._lines)

    def row(self) -> dict[str, str | int]:
        """What is to be copied next."""
        return {"turn_id": self._turn_id, "part": self._part, "lines": self._lines}

    def move_on(self) -> None:
        """That has been copied."""
        self._part, self._lines = self._part + 1, ""
