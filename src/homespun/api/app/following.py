"""Following a turn from a page: one that is answered here, or one that another process or machine answers.

A page that reloads may land on another process. On the same machine that one reads along in the turn's spool; on
another machine it asks for what is said by way of the database, and hears it twice a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from homespun.api.backend import Backend
from homespun.api.live import STOPPED, LiveAnswer
from homespun.core.errors import Conflict, NotFound
from homespun.core.events import Event, Piece
from homespun.journal import Turn, TurnState

_LISTEN_EVERY_S = 0.05
_STOP_LOOKS = 100
"""How often it is looked whether another process has stopped a turn."""
_ASK_EVERY_S = 0.5
"""How often the database is asked what another machine answers, and whether a turn that is silent is closed."""


class Following(Protocol):
    """A reader of one turn, with a place of its own."""

    position: int
    """Events that came before what `more` brings next."""
    so_far: str | None
    """What the first choice had said when the reading began; None: the database has to tell."""

    async def more(self) -> list[Event]:
        """The next events, as soon as there are any; none when the turn is closed."""
        ...


def follow(parts: Backend, reader_id: str, turn_id: str) -> Following:
    """The right one for where the turn is answered."""
    live = parts.live.of_turn(turn_id)
    return _Here(live) if live else _Elsewhere(parts, reader_id, turn_id)


class _Here:
    """In this process."""

    def __init__(self, live: LiveAnswer) -> None:
        self._live = live
        self.position = len(live.events)
        self.so_far: str | None = live.text()

    async def more(self) -> list[Event]:
        await self._live.has_more(self.position)
        batch = self._live.events[self.position :]
        self.position += len(batch)
        return batch


class _Elsewhere:
    """In another process, or nowhere: then the turn is closed, or will be by whoever recovers it."""

    def __init__(self, parts: Backend, reader_id: str, turn_id: str) -> None:
        self._journal = parts.journal
        self._reader_id = reader_id
        self._turn_id = turn_id
        self._overheard = parts.journal.overhear(turn_id)
        self._followed = parts.journal.follow(turn_id)
        begun = self._overheard.news()
        self.position = len(begun)
        self.so_far: str | None = first_choice(begun) if begun else None

    async def more(self) -> list[Event]:
        loop = asyncio.get_running_loop()
        ask_at_s = loop.time() + _ASK_EVERY_S
        while not (news := self._overheard.news()):
            if loop.time() >= ask_at_s:
                news = await self._from_another_machine()
                if news or await self._is_closed():
                    break
                ask_at_s = loop.time() + _ASK_EVERY_S
            await asyncio.sleep(_LISTEN_EVERY_S)
        self.position += len(news)
        return news

    async def _from_another_machine(self) -> list[Event]:
        return [] if self._overheard.is_here else await self._followed.news()

    async def _is_closed(self) -> bool:
        try:
            return (await self._journal.turn(self._reader_id, self._turn_id)).state is not TurnState.OPEN
        except NotFound:  # its conversation was deleted, or isn't shared with them any more
            return True


def so_far(parts: Backend, turn: Turn) -> str | None:
    """What an open turn has said until now, as far as it can be known here; None for a closed one."""
    if turn.state is not TurnState.OPEN:
        return None
    return follow(parts, turn.owner_id, turn.id).so_far


async def stop(parts: Backend, reader_id: str, turn: Turn) -> None:
    """Ends an open turn wherever it is answered, and returns when it is closed, or after some seconds without that."""
    if live := parts.live.of_turn(turn.id):
        live.cut(Conflict(STOPPED))
        await live.over()
        return
    await parts.accounts.end(turn.id)
    for _ in range(_STOP_LOOKS):
        if (await parts.journal.turn(reader_id, turn.id)).state is not TurnState.OPEN:
            return
        await asyncio.sleep(_LISTEN_EVERY_S)


def first_choice(events: Sequence[Event]) -> str:
    """What the first choice says in these events."""
    return "".join(event.text for event in events if isinstance(event, Piece) and event.choice == 0)
