"""The books are watched while the server runs."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from homespun.billing import Billing, Money, Settings
from homespun.core.clock import FakeClock
from homespun.store import Store

ANNA = "person_anna"


async def booked(store: Store, clock: FakeClock, *, interval_s: float = 0) -> Billing:
    """Somebody has been given money, a minute ago."""
    billing = Billing(store, clock, Settings(verify_interval_s=interval_s))
    await billing.adjust(ANNA, Money(500, "USD"))
    clock.advance(60)
    return billing


async def spoil(store: Store) -> None:
    """Somebody changes a balance behind the ledger's back."""
    async with store.write() as session:
        await session.execute(text("UPDATE wallets SET balance_micros = balance_micros + 1"))


async def test_finds_nothing_where_nothing_is_wrong(store: Store) -> None:
    clock = FakeClock()
    billing = await booked(store, clock)
    assert not billing.watch.report.checked_at
    await billing.watch.look()
    report = billing.watch.report
    assert (report.checked_at, report.findings) == (clock.now(), ())


async def test_finds_a_balance_that_the_ledger_does_not_know_and_tells_it_once(store: Store) -> None:
    clock = FakeClock()
    billing = await booked(store, clock)
    await spoil(store)
    await billing.watch.look()
    [finding] = billing.watch.report.findings
    assert ANNA in finding.subject
    await billing.adjust(ANNA, Money(5, "USD"))
    clock.advance(60)
    await billing.watch.look()
    assert len({finding.subject for finding in billing.watch.report.findings}) == 1


async def test_looks_by_itself_while_the_server_runs(store: Store) -> None:
    billing = await booked(store, FakeClock(), interval_s=0.01)
    await spoil(store)
    async with billing.watch.kept(), asyncio.timeout(10):
        while not billing.watch.report.findings:
            await asyncio.sleep(0.01)


async def test_does_not_look_where_it_was_told_not_to(store: Store) -> None:
    billing = await booked(store, FakeClock(), interval_s=0)
    async with billing.watch.kept():
        await asyncio.sleep(0.05)
    assert billing.watch.report.checked_at is None
