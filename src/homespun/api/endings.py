"""Whose access has ended: revoked keys, ended sessions, banned people; what they still read ends within a second.

Each ending is a row in the database, whichever process or command wrote it. One small query, twice a second, asks for
those that are new, however many streams there are. Turns that are stopped, conversations and projects that are deleted,
and conversations that leave a project end so, too, by way of whichever process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from homespun.accounts import Accounts, Caller
from homespun.core.clock import Clock
from homespun.core.errors import HomespunError, Unauthenticated

from .live import LiveAnswers

_ASK_EVERY_S = 0.5

logger = logging.getLogger(__name__)


class Endings:
    """Tells long responses when their reader has to go."""

    def __init__(self, accounts: Accounts, live: LiveAnswers, clock: Clock) -> None:
        self._live = live
        self._accounts = accounts
        self._clock = clock
        self._readers: dict[str, set[asyncio.Future[None]]] = {}
        """By the id whose ending ends them."""

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """While the block runs, endings are noticed."""
        number, _ = await self._accounts.endings_after(0)
        watching = asyncio.create_task(self._watch(number))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def of(self, caller: Caller, *, also: tuple[str, ...] = ()) -> HomespunError:
        """Returns when the caller's key or session has ended, or they have been shut out: what to tell them.

        `also` are further ids whose ending ends what they read.
        """
        subjects = {*caller.subjects, *also}
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for subject in subjects:
            self._readers.setdefault(subject, set()).add(ended)
        try:
            await asyncio.wait({ended}, timeout=self._left_s(caller))
        finally:
            for subject in subjects:
                self._forget(subject, ended)
        return Unauthenticated("Your access has ended: the key was revoked, or you have signed out. Sign in again.")

    async def _watch(self, number: int) -> None:
        while True:
            await asyncio.sleep(_ASK_EVERY_S)
            try:
                number, subjects = await self._accounts.endings_after(number)
            except Exception:  # a database that is away for a while comes back; nobody may stop watching for that
                logger.warning("It can't be asked at present whose access has ended", exc_info=True)
                continue
            for subject in subjects:
                self._live.cut_about(subject)
                for reader in self._readers.get(subject, ()):
                    if not reader.done():
                        reader.set_result(None)

    def _left_s(self, caller: Caller) -> float | None:
        """Seconds until the caller's key expires; None: it doesn't."""
        expires_at: datetime | None = caller.key.expires_at if caller.key else None
        return max((expires_at - self._clock.now()).total_seconds(), 0) if expires_at else None

    def _forget(self, subject: str, reader: asyncio.Future[None]) -> None:
        readers = self._readers[subject]
        readers.discard(reader)
        if not readers:
            del self._readers[subject]
