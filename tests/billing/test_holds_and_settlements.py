"""A turn's two bookings: what may be needed is set aside, what was delivered is charged, the rest goes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from homespun.billing import Billing, BudgetPeriod, Delivery, Hold, KeyBudget, Money, Settings, Settlement
from homespun.core.errors import Invalid, PaymentRequired

from .conftest import PRICED
from .till import Till, again

PROMPT = 100
"""Micros for the prompt of a charge as `Till` makes it."""
WORST = 10_100
"""Micros for such a charge, if its answer is as long as it may be."""


async def test_without_prices_everything_is_free_and_its_use_is_noted(till: Till) -> None:
    assert await till.hold(till.charge(turn_id="turn_1")) == Hold("turn_1", 0, "USD", None, 1000)
    assert await till.settle("turn_1", 100, 7) == Settlement("turn_1", Money(0, "USD"), 0, 0)
    assert await till.wrong() == []
    async with till.store.read() as session:
        assert (await session.scalar(text("SELECT sum(turns) FROM usage_days"))) == 1
        assert (await session.scalar(text("SELECT count(*) FROM ledger_rows"))) == 0


async def test_the_worst_case_is_held_and_what_was_delivered_is_charged(shop: Till) -> None:
    await shop.give(50_000)
    hold = await shop.hold(shop.charge(turn_id="turn_1"))
    assert hold == Hold("turn_1", WORST, "USD", None, 1000)
    assert await shop.has() == (50_000 - WORST, WORST)
    settled = await shop.settle("turn_1", 100, 20)
    assert settled == Settlement("turn_1", Money(300, "USD"), 0, 300)
    assert await shop.has() == (49_700, 0)
    assert await shop.wrong() == []


async def test_what_is_on_the_house_costs_nobody_anything_and_its_use_is_noted(shop: Till) -> None:
    """Neither money nor a budget is needed for it."""
    spent = KeyBudget(1, BudgetPeriod.MONTH)
    free = replace(shop.charge(turn_id="turn_1", key="key_1", budget=spent), is_free=True)
    assert await shop.hold(free) == Hold("turn_1", 0, "USD", None, 1000)
    assert await shop.settle("turn_1", 100, 20) == Settlement("turn_1", Money(0, "USD"), 0, 0)
    assert await shop.has() == (0, 0)
    assert await shop.wrong() == []
    async with shop.store.read() as session:
        assert (await session.scalar(text("SELECT sum(completion_tokens) FROM usage"))) == 20


async def test_cached_tokens_are_charged_at_their_own_rate(shop: Till) -> None:
    await shop.give(50_000)
    assert (await shop.turn(shop.charge(), 1, cached=60)).cost.micros == 40 + 30 + 10


async def test_an_answer_is_cut_to_what_the_wallet_can_pay(shop: Till) -> None:
    await shop.give(155)
    assert (await shop.hold(shop.charge(longest=1000))).max_completion_tokens == 5
    assert await shop.has() == (5, 150)


@pytest.mark.parametrize("balance", [0, 1, PROMPT, PROMPT + 9])
async def test_refuses_where_not_even_one_token_can_be_paid(shop: Till, balance: int) -> None:
    if balance:
        await shop.give(balance)
    with pytest.raises(PaymentRequired) as caught:
        await shop.hold(shop.charge())
    assert caught.value.code == "insufficient_quota"
    assert await shop.has() == (balance, 0)
    assert await shop.wrong() == []


async def test_who_is_refused_is_refused_alone(shop: Till) -> None:
    await shop.give(50_000, "person_1")
    rich, poor, rich_again = await shop.hold_all(shop.charge(), shop.charge("person_2"), shop.charge())
    assert isinstance(rich, Hold)
    assert isinstance(poor, PaymentRequired)
    assert isinstance(rich_again, Hold)
    assert await shop.has("person_1") == (50_000 - 2 * WORST, 2 * WORST)


async def test_those_of_one_group_share_what_there_is(shop: Till) -> None:
    await shop.give(WORST + 150)
    outcomes = await shop.hold_all(shop.charge(), shop.charge(), shop.charge())
    assert [getattr(outcome, "max_completion_tokens", None) for outcome in outcomes] == [1000, 5, None]
    assert await shop.has() == (0, WORST + 150)


async def test_groups_at_once_neither_overdraw_nor_wait_for_each_other_for_ever(shop: Till) -> None:
    """As several server processes write them, with the same payers in different orders."""
    payers = ["person_1", "person_2", "team_1"]
    for payer in payers:
        await shop.give(4 * WORST, payer)
    groups = [[shop.charge(payer) for payer in payers[:: 1 if number % 2 else -1]] for number in range(8)]
    outcomes = await asyncio.gather(*(shop.hold_all(*group) for group in groups))
    held = [outcome for group in outcomes for outcome in group if isinstance(outcome, Hold)]
    assert len(held) == 4 * len(payers)
    assert [await shop.has(payer) for payer in payers] == [(0, 4 * WORST)] * 3
    await asyncio.gather(*(shop.settle(hold.turn_id, 100, 20) for hold in held))
    assert [await shop.has(payer) for payer in payers] == [(4 * (WORST - 300), 0)] * 3
    assert await shop.wrong() == []


async def test_an_answer_of_which_nothing_arrived_costs_nothing(shop: Till) -> None:
    await shop.give(50_000)
    assert (await shop.turn(shop.charge(), 0)).cost.micros == 0
    assert await shop.has() == (50_000, 0)
    assert await shop.wrong() == []


async def test_an_aborted_answer_costs_what_was_delivered(shop: Till) -> None:
    await shop.give(50_000)
    assert (await shop.turn(shop.charge(), 3)).paid_by_wallet == 130
    assert await shop.has() == (49_870, 0)


async def test_settling_again_changes_nothing_and_says_the_same(shop: Till) -> None:
    await shop.give(50_000)
    first = await shop.turn(shop.charge(turn_id="turn_1"), 20)
    assert await shop.settle("turn_1", 100, 999) == first
    assert await shop.has() == (49_700, 0)


async def test_a_turn_that_was_held_before_is_refused_and_no_money_moves(shop: Till) -> None:
    await shop.give(50_000)
    charge = shop.charge()
    await shop.hold(charge)
    with pytest.raises(IntegrityError):
        await shop.hold(charge)
    assert await shop.has() == (50_000 - WORST, WORST)


async def test_the_same_turn_twice_in_a_group_is_refused_and_no_money_moves(shop: Till) -> None:
    await shop.give(50_000)
    charge = shop.charge()
    with pytest.raises(IntegrityError):
        await shop.hold_all(charge, charge)
    assert await shop.has() == (50_000, 0)


async def test_a_turn_that_was_answered_is_not_held_again(shop: Till) -> None:
    await shop.give(50_000)
    charge = shop.charge()
    await shop.turn(charge, 5)
    with pytest.raises(IntegrityError):
        await shop.hold(charge)
    assert await shop.has() == (50_000 - 150, 0)


async def test_turns_that_are_settled_together_are_paid_in_their_order(shop: Till) -> None:
    await shop.give(300)
    for turn_id in ("turn_1", "turn_2"):
        await shop.hold(shop.charge(turn_id=turn_id, longest=1))
    now = shop.clock.now()
    one, other = await shop.settle_all(Delivery("turn_1", 180, 0, 1, now), Delivery("turn_2", 180, 0, 1, now))
    assert (one.paid_by_wallet, other.paid_by_wallet) == (190, 110)


async def test_a_prompt_that_was_longer_than_likely_is_paid_out_of_the_balance(shop: Till) -> None:
    await shop.give(200)
    await shop.hold(shop.charge(turn_id="turn_1", longest=1))
    settled = await shop.settle("turn_1", 150, 1)
    assert (settled.cost.micros, settled.paid_by_wallet) == (160, 160)
    assert await shop.has() == (40, 0)
    assert await shop.wrong() == []


async def test_what_nobody_can_pay_is_written_off_and_the_wallet_never_goes_below_zero(shop: Till) -> None:
    await shop.give(120)
    await shop.hold(shop.charge(turn_id="turn_1", longest=1))
    settled = await shop.settle("turn_1", 500, 1)
    assert (settled.cost.micros, settled.paid_by_wallet) == (510, 120)
    assert await shop.has() == (0, 0)
    assert await shop.wrong() == []


async def test_a_turn_that_was_never_held_is_left_out(till: Till) -> None:
    async with till.store.write() as session:
        assert await till.billing.settle(session, [Delivery("turn_1", 12, 0, 7, till.clock.now())]) == []
    assert await till.wrong() == []


async def test_a_turn_is_charged_by_the_price_of_the_moment_it_was_asked(shop: Till) -> None:
    await shop.give(50_000)
    await shop.hold(shop.charge(turn_id="turn_1"))
    shop.clock.advance(1)
    await shop.billing.prices.set(type(PRICED)(output_micros=99_000_000))
    assert (await shop.settle("turn_1", 100, 20)).cost.micros == 300


async def test_a_failed_unit_of_work_leaves_nothing_behind(shop: Till) -> None:
    await shop.give(50_000)

    async def hold_and_fail() -> None:
        async with shop.store.write() as session:
            await shop.billing.hold(session, [shop.charge()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await hold_and_fail()
    assert await shop.has() == (50_000, 0)
    assert await shop.wrong() == []


async def test_asking_again_as_another_turn_is_charged_again(shop: Till) -> None:
    await shop.give(50_000)
    charge = shop.charge(turn_id="turn_1")
    await shop.turn(charge, 20)
    await shop.turn(again(charge, "turn_2"), 20)
    assert await shop.has() == (50_000 - 600, 0)


@pytest.mark.parametrize(("likely", "longest"), [(-1, 5), (5, 0), (10**9 + 1, 5), (5, 10**10)])
def test_refuses_counts_that_cannot_be(till: Till, likely: int, longest: int) -> None:
    with pytest.raises(Invalid):
        till.charge(prompt=likely, longest=longest)


async def test_an_installation_needs_a_currency(till: Till) -> None:
    with pytest.raises(Invalid):
        Billing(till.store, till.clock, Settings(currency="dollars"))
