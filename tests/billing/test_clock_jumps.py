"""The clock is put back an hour, or forward a year and back: no money moves by that, and nobody loses what is paid.

A price counts from its moment on: put back before that, the clock has the price before it count.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from homespun.billing import Money, Period, PlanTerms, Window
from homespun.core.errors import Conflict, PaymentRequired

from .till import Till

HOUR_S, YEAR_S = 3600.0, 365 * 86_400.0
JUMPS = pytest.mark.parametrize("there", [-HOUR_S, YEAR_S])


@JUMPS
async def test_a_hold_is_settled_once_whenever_it_was_made(shop: Till, there: float) -> None:
    shop.clock.advance(2 * HOUR_S)
    await shop.give(50_000)
    before = shop.charge()
    await shop.hold(before)
    shop.clock.jump(there)
    during = shop.charge()
    await shop.hold(during)
    await shop.settle(before.turn_id, 100, 20)
    shop.clock.jump(-there)
    for _ in range(2):
        await shop.settle(during.turn_id, 100, 20)
        await shop.settle(before.turn_id, 100, 20)
    assert await shop.has() == (50_000 - 600, 0)
    assert await shop.wrong() == []
    shop.clock.advance(60)
    assert (await shop.billing.watch.look()) == ()


@JUMPS
async def test_a_plan_counts_each_turn_in_the_window_it_was_asked_in(shop: Till, there: float) -> None:
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(0, "USD"), (Window(Period.MONTH, prompts=2),)))
    shop.clock.advance(12 * HOUR_S)
    await shop.billing.plans.subscribe("person_1", plan.id)
    await shop.turn(shop.charge(), 20)
    shop.clock.jump(there)
    await shop.turn(shop.charge(), 20)
    shop.clock.jump(-there)
    if there < 0:  # the same month
        with pytest.raises(PaymentRequired):
            await shop.hold(shop.charge())
    else:
        await shop.turn(shop.charge(), 20)
        with pytest.raises(PaymentRequired):
            await shop.hold(shop.charge())
    assert await shop.wrong() == []


async def test_who_subscribed_while_the_clock_was_ahead_has_the_plan_and_pays_it_once(shop: Till) -> None:
    await shop.give(5000)
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(1000, "USD"), (Window(Period.DAY, prompts=5),)))
    shop.clock.jump(YEAR_S)
    await shop.billing.plans.subscribe("person_1", plan.id)
    shop.clock.jump(-YEAR_S)
    assert (await shop.billing.plans.of("person_1")) == plan
    assert (await shop.hold(shop.charge())).plan_id == plan.id
    with pytest.raises(Conflict):
        await shop.billing.plans.subscribe("person_1", plan.id)
    await shop.billing.plans.renew()
    assert await shop.has() == (4000, 0)


async def test_nobody_pays_for_months_that_come_by_a_jump_alone(shop: Till, caplog: pytest.LogCaptureFixture) -> None:
    await shop.give(50_000)
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(1000, "USD")))
    await shop.billing.plans.subscribe("person_1", plan.id)
    await shop.billing.watch.tend()
    shop.clock.jump(YEAR_S)
    for _ in range(30):
        await shop.billing.watch.tend()
        shop.clock.advance(60)
    assert "The clock was set" in caplog.text
    shop.clock.jump(-YEAR_S)
    await shop.billing.watch.tend()
    assert await shop.has() == (49_000, 0)
    shop.clock.advance(32 * 86_400)
    await shop.billing.watch.tend()
    assert await shop.has() == (48_000, 0), "then it goes on"


async def test_meters_outlive_a_clock_that_is_ahead_for_a_while(shop: Till) -> None:
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(0, "USD"), (Window(Period.MONTH, prompts=1),)))
    await shop.billing.plans.subscribe("person_1", plan.id)
    await shop.turn(shop.charge(), 20)
    shop.clock.jump(YEAR_S)
    await shop.billing.watch.sweep()
    shop.clock.jump(-YEAR_S)
    with pytest.raises(PaymentRequired):
        await shop.hold(shop.charge())


@JUMPS
async def test_a_voucher_is_credited_once_and_good_again_when_its_time_is(shop: Till, there: float) -> None:
    now = shop.clock.now()
    vouchers = shop.billing.vouchers
    _, code = await vouchers.create(Money(1000, "USD"), expires_at=now + timedelta(days=1))
    shop.clock.jump(there)
    if there > 0:
        with pytest.raises(Conflict):
            await vouchers.redeem("person_1", code)
    else:
        await vouchers.redeem("person_1", code)
    shop.clock.jump(-there)
    if there > 0:
        await vouchers.redeem("person_1", code)
    with pytest.raises(Conflict):
        await vouchers.redeem("person_1", code)
    assert await shop.has() == (1000, 0)
