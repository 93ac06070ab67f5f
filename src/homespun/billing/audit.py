"""The audit: does the usage log equal the balances, and does no entry make or lose money?

Everything is read in pages, each in a unit of work of its own, so that neither memory nor other people's turns suffer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.store import Store

from . import findings, receipts, sums
from .findings import Finding
from .payments.tables import DISPUTES, PAYMENTS, REFUNDS
from .tables import (
    LEDGER,
    METERS,
    USAGE,
    USAGE_DAYS,
    USAGE_MONTHS,
    USAGE_TOTALS,
    VOUCHERS,
    WALLETS,
)

_BOOKS = (LEDGER, WALLETS, USAGE, METERS, USAGE_DAYS, USAGE_TOTALS, USAGE_MONTHS, PAYMENTS, REFUNDS, DISPUTES, VOUCHERS)

_PAGE = 1000
"""Rows of one unit of work."""

_IN_FLIGHT = timedelta(seconds=10)
"""Rows so young may lie beside others that aren't committed yet and have smaller numbers."""

Check = Callable[[AsyncSession, ColumnElement[bool]], Awaitable[list[Finding]]]


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the books that was checked."""

    what: str
    """For people: `entries`, `wallets`, ..."""
    rows: int
    findings: tuple[Finding, ...]


class Audit:
    """Checks the books. Changes nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def verify(self) -> tuple[Finding, ...]:
        """Everything that is wrong; nothing if the books are in order."""
        return tuple([finding async for page in self.pages() for finding in page.findings])

    async def pages(self) -> AsyncIterator[Page]:
        """Checks all the books, page by page."""
        for what, table, key, check in (
            ("entries", LEDGER, LEDGER.c.entry_id, _entries),
            ("wallets", WALLETS, WALLETS.c.holder_id, findings.wrong_wallets),
            ("turns", USAGE, USAGE.c.turn_id, findings.wrong_turns),
            ("meters", METERS, METERS.c.owner_id, sums.wrong_meters),
            ("sums", USAGE_DAYS, USAGE_DAYS.c.payer_id, sums.wrong_payer_sums),
            ("sums", USAGE_TOTALS, USAGE_TOTALS.c.day, sums.wrong_days),
            ("sums", USAGE_MONTHS, USAGE_MONTHS.c.subject_id, sums.wrong_months),
            ("payments", PAYMENTS, PAYMENTS.c.id, receipts.wrong_payments),
            ("refunds", REFUNDS, REFUNDS.c.id, receipts.wrong_refunds),
            ("disputes", DISPUTES, DISPUTES.c.id, receipts.wrong_disputes),
            ("vouchers", VOUCHERS, VOUCHERS.c.id, receipts.wrong_vouchers),
        ):
            async for page in self._pages(what, table, key, check):
                yield page

    async def expected_rows(self) -> int:
        """How many rows `pages` reads, about."""
        async with self._store.read() as session:
            counts = [await session.scalar(select(func.count()).select_from(table)) or 0 for table in _BOOKS]
        return sum(counts)

    async def last_number(self) -> int:
        """Of the newest row in the ledger; 0 where there is none."""
        async with self._store.read() as session:
            return await session.scalar(select(func.max(LEDGER.c.number))) or 0

    async def verify_since(self, number: int) -> tuple[int, tuple[Finding, ...]]:
        """Checks a page of what was booked after the row of this number, and all that it touched.

        Returns the number to go on from; it is the same where nothing is new. Rows of the last ten seconds come later.
        """
        async with self._store.read() as session:
            last = await session.scalar(
                select(func.max(LEDGER.c.number)).where(
                    LEDGER.c.number > number,
                    LEDGER.c.number <= number + _PAGE,
                    LEDGER.c.at <= self._clock.now() - _IN_FLIGHT,
                )
            )
            if last is None:
                return number, ()
            return last, tuple(await _booked(session, LEDGER.c.number.between(number + 1, last)))

    async def _pages(self, what: str, table: Table, key: Column[Any], check: Check) -> AsyncIterator[Page]:
        after: ColumnElement[bool] = key.is_not(None)
        while True:
            async with self._store.read() as session:
                # A page ends with the last row of its last key: what belongs together is never torn apart.
                ends = select(key).where(after).order_by(key)
                last = await session.scalar(ends.offset(_PAGE - 1).limit(1))
                within = after if last is None else and_(after, key <= last)
                rows = _PAGE if last is not None else len((await session.scalars(ends)).all())
                found = await check(session, within) if rows else []
            yield Page(what, rows, tuple(found))
            if last is None:
                return
            after = key > last


async def _entries(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    return [*await findings.unbalanced_entries(session, condition), *await findings.strays(session, condition)]


async def _booked(session: AsyncSession, new: ColumnElement[bool]) -> list[Finding]:
    entries = select(LEDGER.c.entry_id).where(new)
    turns = select(LEDGER.c.turn_id).where(new, LEDGER.c.turn_id.is_not(None))
    accounts = await session.scalars(select(LEDGER.c.account).where(new).distinct())
    holders = {account.partition(":")[2] for account in accounts if account.startswith(("wallet:", "held:"))}
    return [
        *await _entries(session, LEDGER.c.entry_id.in_(entries)),
        *await findings.wrong_turns(session, USAGE.c.turn_id.in_(turns)),
        *await findings.wrong_wallets(session, WALLETS.c.holder_id.in_(sorted(holders))),
    ]
