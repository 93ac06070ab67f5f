"""What a visitor had is the person's whom they turned out to be."""

from __future__ import annotations

from homespun.billing import Money, PlanTerms

from .till import Till


async def test_all_that_can_be_spent_is_moved_and_no_money_is_made_or_lost(shop: Till) -> None:
    await shop.give(500, "visitor_1")
    await shop.give(20, "person_1")
    await shop.billing.move("visitor_1", "person_1")
    assert (await shop.billing.balance("person_1")).available == Money(520, "USD")
    assert (await shop.billing.balance("visitor_1")).available == Money(0, "USD")
    await shop.billing.move("visitor_1", "person_1")
    assert (await shop.billing.balance("person_1")).available == Money(520, "USD"), "there was nothing left"
    assert await shop.wrong() == []


async def test_what_is_set_aside_for_an_open_turn_stays_for_it(shop: Till) -> None:
    await shop.give(100_000, "visitor_1")
    charge = shop.charge("visitor_1")
    held = (await shop.hold(charge)).micros_held
    assert not await shop.billing.move("visitor_1", "person_1"), "that was not all"
    balance = await shop.billing.balance("visitor_1")
    assert (balance.available.micros, balance.held.micros) == (0, held)
    await shop.settle(charge.turn_id, 100, 20)
    assert await shop.billing.move("visitor_1", "person_1")
    assert await shop.has("visitor_1") == (0, 0)
    assert await shop.has("person_1") == (100_000 - 300, 0)
    assert await shop.wrong() == []


async def test_the_plan_ends_with_the_visit(shop: Till) -> None:
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(0, "USD")))
    await shop.billing.plans.subscribe("visitor_1", plan.id)
    await shop.billing.move("visitor_1", "person_1")
    assert await shop.billing.plans.subscription("visitor_1") is None
    shop.clock.advance(32 * 86_400)
    assert await shop.billing.plans.renew() == 0


async def test_all_wallets_come_in_pages(shop: Till) -> None:
    for holder in ("person_1", "person_2", "team_1"):
        await shop.give(5, holder)
    first = await shop.billing.balances(limit=2)
    rest = await shop.billing.balances(after=first[-1].holder_id, limit=2)
    assert [one.holder_id for one in (*first, *rest)] == ["person_1", "person_2", "team_1"]
