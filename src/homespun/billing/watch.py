"""The watch: what a running server does for the books by itself.

Each minute it takes the next month's price of subscriptions and carries out refunds that were left. Each hour it
deletes the meters of windows long past. Once each interval it checks what is new, and a part of all the rest, so that
everything is checked again and again. Safe in several processes at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from homespun.core.clock import Clock, Steadiness
from homespun.store import Store

from . import meters
from .audit import Audit, Page
from .findings import Finding
from .payments import Payments
from .subscriptions import Plans

_TEND_EVERY_S = 60.0
_SWEEP_EVERY_S = 3600.0
_PAGES = 5
"""Of the rest, that are checked each time."""
_MOST_NEW_PAGES = 500
"""Of what is new: half a million rows."""
_MOST_FINDINGS = 100
"""So many are kept to be shown."""

logger = logging.getLogger(__name__)


class Watch:
    """Looks after the books."""

    def __init__(self, store: Store, audit: Audit, plans: Plans, payments: Payments, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._plans = plans
        self._payments = payments
        self._clock = clock
        self._steadiness = Steadiness(clock)
        self._checked_up_to: int | None = None
        """The number of a ledger row. None: what was booked before the server began is part of the rest."""
        self._rest: AsyncIterator[Page] | None = None
        self.findings: tuple[Finding, ...] = ()
        """All that was found wrong since the server began, at most a hundred."""
        self.looked_at: datetime | None = None
        """None: not yet."""

    async def run(self, verify_interval_s: float) -> None:
        """Until it is cancelled. What goes wrong is logged and tried again. With 0 the books aren't checked."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_repeat(self.tend, _TEND_EVERY_S))
            group.create_task(_repeat(self.sweep, _SWEEP_EVERY_S))
            if verify_interval_s:
                group.create_task(_repeat(self.look, verify_interval_s))

    async def tend(self) -> None:
        """Renews subscriptions and carries out refunds, one time; neither waits for the other to go well.

        While the clock was just set, nobody pays for months that may not have come.
        """
        if self._steadiness.is_steady():
            await _try(self._plans.renew)
        else:
            logger.warning("The clock was set by more than an hour. Subscriptions are renewed again in an hour.")
        await _try(self._payments.finish_refunds)

    async def sweep(self) -> None:
        """Deletes the meters of windows long past, one time."""
        if self._steadiness.is_steady():
            await meters.sweep(self._store, self._clock.now())

    async def look(self) -> tuple[Finding, ...]:
        """Checks the books, one time; returns what it has found wrong, which is logged too."""
        found = [*await self._new(), *[finding for page in await self._next_pages() for finding in page.findings]]
        for finding in found:
            if finding not in self.findings:
                logger.error("The books contradict themselves: %s. `homespun ledger verify` checks them all.", finding)
        self.findings = tuple(dict.fromkeys((*self.findings, *found)))[:_MOST_FINDINGS]
        self.looked_at = self._clock.now()
        return tuple(found)

    async def _new(self) -> list[Finding]:
        """Checks what was booked since the last time."""
        if self._checked_up_to is None:
            self._checked_up_to = await self._audit.last_number()
        found: list[Finding] = []
        for _ in range(_MOST_NEW_PAGES):
            before = self._checked_up_to
            self._checked_up_to, new = await self._audit.verify_since(before)
            found += new
            if self._checked_up_to == before:
                break
        return found

    async def _next_pages(self) -> list[Page]:
        pages: list[Page] = []
        while len(pages) < _PAGES:
            if self._rest is None:
                self._rest = self._audit.pages()
            page = await anext(self._rest, None)
            if page is None:
                self._rest = None
                break
            pages.append(page)
        return pages


async def _repeat(work: Callable[[], Awaitable[object]], every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await _try(work)


async def _try(work: Callable[[], Awaitable[object]]) -> None:
    """Whatever goes wrong, it may go well the next time."""
    try:
        await work()
    except Exception:
        logger.exception("The books could not be looked after just now.")
