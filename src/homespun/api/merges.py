"""Visitors who have signed in: what was theirs becomes the person's, all of it, whatever happens meanwhile.

Money that is set aside for a running answer can be moved only when the answer is over, and a process may die between
one step and the next. So accounts remember each merge until all is moved, and a running server tries those that are
left, every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homespun.accounts import Accounts, Merge, Person
from homespun.billing import Billing
from homespun.journal import Journal

_TRY_EVERY_S = 5.0

logger = logging.getLogger(__name__)


class Merges:
    """Makes conversations and money of visitors those of the people they turned out to be."""

    def __init__(self, accounts: Accounts, journal: Journal, billing: Billing) -> None:
        self._accounts = accounts
        self._journal = journal
        self._billing = billing

    async def take_along(self, visitor: Person, person: Person) -> None:
        """Ends the visit, so that nothing of it is spent any more, and moves what can be moved by now.

        Raises what `Accounts.merge_visitor` does.
        """
        await self._is_all_moved(await self._accounts.merge_visitor(visitor, person))

    async def finish(self) -> None:
        """Moves what earlier merges have left. One that fails keeps none of the others waiting."""
        for merge in await self._accounts.visitors.unmoved():
            try:
                if await self._is_all_moved(merge):
                    await self._accounts.visitors.moved(merge)
            except Exception:
                logger.exception("What was %s's could not be moved to %s.", merge.visitor_id, merge.person_id)

    @asynccontextmanager
    async def finished(self) -> AsyncIterator[None]:
        """While the block runs, what merges leave is moved."""
        finishing = asyncio.create_task(self._keep_finishing())
        try:
            yield
        finally:
            finishing.cancel()
            await asyncio.wait({finishing})

    async def _is_all_moved(self, merge: Merge) -> bool:
        await self._journal.move(merge.visitor_id, merge.person_id)
        return await self._billing.move(merge.visitor_id, merge.person_id)

    async def _keep_finishing(self) -> None:
        while True:
            await asyncio.sleep(_TRY_EVERY_S)
            try:
                await self.finish()
            except Exception:  # a database that is away for a while comes back
                logger.warning("Visitors' merges can't be finished at present", exc_info=True)
