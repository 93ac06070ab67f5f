"""What a running server does for the books by itself."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from homespun.billing import Money, PlanTerms
from homespun.core.errors import StorageFull
from tests.patience import PATIENCE_S

from .till import Till


async def spoil(till: Till) -> None:
    async with till.store.write() as session:
        await session.execute(text("UPDATE wallets SET balance_micros = balance_micros + 1"))


async def test_finds_in_the_end_what_was_spoiled_long_ago_and_says_it_in_the_log(
    shop: Till, caplog: pytest.LogCaptureFixture
) -> None:
    await shop.give(50_000)
    await shop.turn(shop.charge(), 20)
    watch = shop.billing.watch
    for _ in range(4):
        shop.clock.advance(60)
        assert await watch.look() == ()
    await spoil(shop)
    found = [finding for _ in range(4) for finding in await watch.look()]
    assert {finding.subject for finding in found} == {"wallet:person_1"}
    assert "The books contradict themselves: wallet:person_1" in caplog.text
    assert watch.findings


async def test_finds_at_once_what_is_wrong_with_what_is_new(shop: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homespun.billing.audit._PAGE", 2)
    monkeypatch.setattr("homespun.billing.watch._PAGES", 0)
    await shop.give(50_000)
    watch = shop.billing.watch
    await watch.look()
    await spoil(shop)
    shop.clock.advance(60)
    assert await watch.look() == ()
    for _ in range(3):
        await shop.turn(shop.charge(), 20)
    shop.clock.advance(60)
    assert {finding.subject for finding in await watch.look()} == {"wallet:person_1"}
    assert await watch.look() == (), "nothing is new"


async def test_takes_the_next_months_price(shop: Till) -> None:
    await shop.give(2500)
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(1000, "USD")))
    await shop.billing.plans.subscribe("person_1", plan.id)
    shop.clock.advance(32 * 86_400)
    await shop.billing.watch.tend()
    assert await shop.has() == (500, 0)


async def test_refunds_are_carried_out_though_renewing_fails(shop: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    async def renew() -> int:
        tried.append("renewals")
        raise RuntimeError("This never works.")

    async def finish_refunds() -> int:
        tried.append("refunds")
        return 0

    monkeypatch.setattr(shop.billing.plans, "renew", renew)
    monkeypatch.setattr(shop.billing.payments, "finish_refunds", finish_refunds)
    await shop.billing.watch.tend()
    assert tried == ["renewals", "refunds"]


async def test_where_the_books_are_not_checked_subscriptions_are_renewed_even_so(
    shop: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    tended = asyncio.Event()

    async def tend() -> None:
        tended.set()

    monkeypatch.setattr("homespun.billing.watch._TEND_EVERY_S", 0.001)
    monkeypatch.setattr(shop.billing.watch, "tend", tend)
    running = asyncio.create_task(shop.billing.watch.run(0))
    await asyncio.wait_for(tended.wait(), PATIENCE_S)
    running.cancel()
    assert shop.billing.watch.looked_at is None


async def test_goes_on_after_trouble(shop: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()
    troubles = iter([StorageFull(), RuntimeError("It is nothing that we foresaw.")])

    async def look() -> None:
        for trouble in troubles:
            raise trouble
        looked.set()

    monkeypatch.setattr(shop.billing.watch, "look", look)
    running = asyncio.create_task(shop.billing.watch.run(0.001))
    await asyncio.wait_for(looked.wait(), PATIENCE_S)
    running.cancel()
