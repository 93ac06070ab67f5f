"""The books, checked while the server runs: what was booked since the last time, and all that it touched.

Whoever finds the log and the balance apart wants to know within minutes, not at the end of the year. A finding changes
nothing by itself; it is told in the log, and in the console until the server starts again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from homespun.core.clock import Clock

from .audit import Audit
from .findings import Finding

logger = logging.getLogger(__name__)

_MOST_FINDINGS = 100
"""So many are kept to be shown; `homespun ledger verify` lists all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the watch knows."""

    checked_at: datetime | None = None
    """When it last looked; None: not yet."""
    findings: tuple[Finding, ...] = ()


class Watch:
    """Looks at the books again and again."""

    def __init__(self, audit: Audit, clock: Clock, *, interval_s: float) -> None:
        """`interval_s` 0: never."""
        self._audit = audit
        self._clock = clock
        self._interval_s = interval_s
        self._number = 0
        """Of the last ledger row that was checked."""
        self.report = Report()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """While the block runs, the books are watched."""
        if not self._interval_s:
            yield
            return
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def look(self) -> None:
        """Checks all that is new."""
        before = -1
        while self._number != before:
            before = self._number
            self._number, found = await self._audit.verify_since(before)
            if found:
                self._keep(found)
        self.report = Report(self._clock.now(), self.report.findings)

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:  # a database that is away for a while comes back; the books are looked at then
                logger.warning("The books can't be checked at present", exc_info=True)
            await asyncio.sleep(self._interval_s)

    def _keep(self, found: tuple[Finding, ...]) -> None:
        known = self.report.findings
        new = tuple(finding for finding in found if finding not in known)
        for finding in new:
            logger.error("The books are wrong: %s. `homespun ledger verify` checks all of them.", finding)
        self.report = Report(self.report.checked_at, (*known, *new)[:_MOST_FINDINGS])
