"""The event stream of a turn: a snapshot, deltas, the closed turn. Anybody may attach late, leave, and come back."""

from __future__ import annotations

import asyncio

import msgspec
from fastapi import Response
from pydantic import BaseModel

from homespun.accounts import Caller
from homespun.api.asgi import Receive, Scope, Send
from homespun.api.backend import Backend
from homespun.api.call import Call
from homespun.api.presence import gone
from homespun.core.errors import NotFound
from homespun.journal import TurnState

from . import shown
from .following import Following, first_choice, follow
from .wire.chats import DoneEvent, SnapshotEvent

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_HEARTBEAT = b": still here\n\n"


class TurnEvents(Response):
    """Tells one client of one turn. The answer doesn't wait for it, and goes on when it leaves."""

    def __init__(self, parts: Backend, caller: Caller, turn_id: str, *, endings: tuple[str, ...] = ()) -> None:
        """`endings` are ids besides the caller's own whose ending ends the stream."""
        super().__init__()
        self._parts = parts
        self._caller = caller
        self._turn_id = turn_id
        self._endings = endings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        call = Call(scope, receive, send)
        telling = asyncio.create_task(self._tell(call))
        leaving = asyncio.create_task(gone(call, self._caller, self._parts.endings, also=self._endings))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                telling.result()
            else:
                await call.write(b"", is_last=True)
        finally:
            telling.cancel()
            leaving.cancel()

    async def _tell(self, call: Call) -> None:
        await call.begin(200, _HEADERS)
        following = follow(self._parts, self._caller.person.id, self._turn_id)
        turn = await self._parts.journal.turn(self._caller.person.id, self._turn_id)
        snapshot = SnapshotEvent(turn=shown.turn(turn, so_far=following.so_far))
        await call.write(_event(b"snapshot", following.position, snapshot))
        if turn.state is TurnState.OPEN:
            await self._follow(call, following)
        await self._close(call)

    async def _follow(self, call: Call, following: Following) -> None:
        more = asyncio.create_task(following.more())
        try:
            while True:
                done, _ = await asyncio.wait({more}, timeout=self._parts.settings.heartbeat_s)
                if not done:
                    await call.write(_HEARTBEAT)
                    continue
                if not (batch := more.result()):
                    return
                if text := first_choice(batch):
                    await call.write(_delta(following.position, text))
                more = asyncio.create_task(following.more())
        finally:
            more.cancel()

    async def _close(self, call: Call) -> None:
        """The turn is closed; if its conversation was deleted meanwhile, there is nothing more to tell."""
        try:
            turn = await self._parts.journal.turn(self._caller.person.id, self._turn_id)
        except NotFound:
            await call.write(b"", is_last=True)
        else:
            await call.write(_event(b"done", 0, DoneEvent(turn=shown.turn(turn))), is_last=True)


def _delta(position: int, text: str) -> bytes:
    """A `DeltaEvent`; written out, for there is one for every token."""
    return b'id: %d\nevent: delta\ndata: {"text":%b}\n\n' % (position, msgspec.json.encode(text))


def _event(name: bytes, position: int, value: BaseModel) -> bytes:
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (position, name, value.model_dump_json().encode())
