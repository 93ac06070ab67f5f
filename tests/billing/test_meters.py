"""Meters of windows long past are deleted; what still counts, and what an open turn will move, stays."""

from __future__ import annotations

from sqlalchemy import text

from homespun.billing import BudgetPeriod, KeyBudget, Money, Period, PlanTerms, Range, Whose, Window
from homespun.billing.meters import sweep

from .till import Till

DAY_S = 86_400


async def meters(till: Till) -> int:
    async with till.store.read() as session:
        return await session.scalar(text("SELECT count(*) FROM meters")) or 0


async def give_plan(till: Till) -> None:
    plan = await till.billing.plans.add(PlanTerms("Basic", Money(0, "USD"), (Window(Period.DAY, prompts=9),)))
    await till.billing.plans.subscribe("person_1", plan.id)


async def test_a_month_after_its_end_a_window_is_forgotten_and_not_before(shop: Till) -> None:
    await give_plan(shop)
    await shop.turn(shop.charge(), 20)
    assert await meters(shop) == 3
    shop.clock.advance(32 * DAY_S)
    await sweep(shop.store, shop.clock.now())
    assert await meters(shop) == 3, "the day was over 31 days ago, not longer"
    shop.clock.advance(1)
    await shop.billing.watch.sweep()
    assert await meters(shop) == 2, "week and month go on"
    shop.clock.advance(40 * DAY_S)
    await shop.billing.watch.sweep()
    assert await meters(shop) == 0
    assert await shop.wrong() == []


async def test_what_is_used_of_a_key_s_budget_for_ever_stays(shop: Till) -> None:
    await shop.give(50_000)
    await shop.turn(shop.charge(key="key_1", budget=KeyBudget(300, BudgetPeriod.EVER)), 20)
    shop.clock.advance(4000 * DAY_S)
    await sweep(shop.store, shop.clock.now())
    assert await meters(shop) == 1
    assert await shop.wrong() == []


async def test_an_open_turn_keeps_its_windows(shop: Till) -> None:
    await give_plan(shop)
    charge = shop.charge()
    await shop.hold(charge)
    shop.clock.advance(400 * DAY_S)
    await sweep(shop.store, shop.clock.now())
    await shop.settle(charge.turn_id, 100, 20)
    assert await shop.wrong() == []
    await sweep(shop.store, shop.clock.now())
    assert await meters(shop) == 0


async def test_reports_of_what_was_used_then_stay_as_they_were(shop: Till) -> None:
    await give_plan(shop)
    await shop.turn(shop.charge(), 20)
    when = Range(shop.clock.now().date(), shop.clock.now().date())
    before = await shop.billing.reports.daily(Whose(payer_id="person_1"), when)
    shop.clock.advance(400 * DAY_S)
    await sweep(shop.store, shop.clock.now())
    assert await shop.billing.reports.daily(Whose(payer_id="person_1"), when) == before
    assert before
