"""How messages leave: in the background, so that nobody sees by the time it takes whether one went."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TextIO

from .destinations import Channel, Destination

_log = logging.getLogger(__name__)

_MOST_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """A few lines for one person."""

    to: Destination
    subject: str
    """For channels that have one."""
    text: str


class Sender(Protocol):
    """Can send messages to one kind of destination."""

    async def send(self, message: Message) -> None:
        """Sends it, or raises whatever went wrong."""
        ...


class ConsoleSender:
    """Prints messages where the server runs; for development."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def send(self, message: Message) -> None:
        """See `Sender`."""
        stream = self._stream or sys.stderr
        stream.write(f"To {message.to.address}: {message.subject}\n{message.text}\n")
        stream.flush()


class Courier:
    """Sends messages in the background. One that can't be sent is logged; whoever waits for it asks for another."""

    def __init__(self, senders: Mapping[Channel, Sender]) -> None:
        self._senders = dict(senders)
        self._under_way: set[asyncio.Task[None]] = set()

    def can_reach(self, channel: Channel) -> bool:
        """Whether messages of this kind are sent at all."""
        return channel in self._senders

    def post(self, message: Message) -> None:
        """Sends it soon."""
        if len(self._under_way) >= _MOST_WAITING:
            _log.error("A message was dropped, because %d others have not been sent yet", _MOST_WAITING)
            return
        task = asyncio.create_task(self._send(message))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Waits until all that was posted has gone, or failed."""
        await asyncio.gather(*self._under_way)

    async def _send(self, message: Message) -> None:
        try:
            await self._senders[message.to.channel].send(message)
        except Exception:  # noqa: BLE001 - whatever it is, nobody is there to be told
            _log.exception("A message by %s could not be sent", message.to.channel.value)
