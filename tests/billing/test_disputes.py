"""Chargebacks: what a bank takes back leaves the wallet at once, even below nothing, and comes again if it is won."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from homespun.billing import DisputeState, Money, Period, PlanTerms, Window
from homespun.core.errors import Conflict, Invalid, NotFound, PaymentRequired, Refused

from . import stripe_stand_in
from .conftest import PRICED
from .test_payments import SECRET, TEN, Stripe, a_refund, pay, session, start, stripe, till
from .till import Till

__all__ = ["stripe", "till"]

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""Stripe's library calls httpx in an older way."""

CREATED, CLOSED = "charge.dispute.created", "charge.dispute.closed"


def a_dispute(payment_id: str, status: str = "needs_response", **changes: Any) -> dict[str, Any]:
    made = {
        "id": f"du_{payment_id}",
        "object": "dispute",
        "amount": 1000,
        "currency": "usd",
        "payment_intent": f"pi_{payment_id}",
        "status": status,
    }
    return {**made, **changes}


async def takes(till: Till, stripe: Stripe, kind: str, dispute: dict[str, Any]) -> bool:
    return await till.billing.payments.take_event("stripe", *stripe.tells(kind, dispute))


async def seen(till: Till, payment_id: str) -> tuple[DisputeState | None, int]:
    payment = await till.billing.payments.payment(payment_id)
    return payment.dispute, payment.disputed.micros


async def test_what_a_bank_takes_back_is_out_of_the_wallet_once(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    assert await seen(till, payment_id) == (None, 0)
    told = stripe.tells(CREATED, a_dispute(payment_id))
    took = await asyncio.gather(*(till.billing.payments.take_event("stripe", *told) for _ in range(4)))
    assert sorted(took) == [False, False, False, True]
    assert not await takes(till, stripe, "charge.dispute.funds_withdrawn", a_dispute(payment_id, "under_review"))
    assert await till.has() == (0, 0)
    assert await seen(till, payment_id) == (DisputeState.OPEN, 10_000_000)
    assert await till.wrong() == []


async def test_a_wallet_may_owe_what_was_spent_and_then_pays_for_nothing(till: Till, stripe: Stripe) -> None:
    await till.billing.prices.set(PRICED)
    payment_id = await pay(till, stripe)
    await till.billing.adjust("person_1", Money(-7_000_000, "USD"))
    open_turn = till.charge()
    await till.hold(open_turn)
    assert await takes(till, stripe, CREATED, a_dispute(payment_id))
    available, held = await till.has()
    assert available == -7_000_000 - held
    with pytest.raises(PaymentRequired):
        await till.hold(till.charge())
    settled = await till.settle(open_turn.turn_id, 5000, 900)
    assert settled.paid_by_wallet == held, "of what it owes nothing can be taken"
    assert (await till.has()) == (available, 0)
    assert await till.wrong() == []


async def test_a_wallet_that_owes_can_be_filled_again_and_a_plan_goes_on(till: Till, stripe: Stripe) -> None:
    await till.billing.prices.set(PRICED)
    plan = await till.billing.plans.add(PlanTerms("Basic", Money(0, "USD"), (Window(Period.DAY, prompts=5),)))
    await till.billing.plans.subscribe("person_1", plan.id)
    payment_id = await pay(till, stripe)
    await till.billing.adjust("person_1", Money(-10_000_000, "USD"))
    await takes(till, stripe, CREATED, a_dispute(payment_id))
    assert (await till.turn(till.charge(), 20)).paid_by_plan == 300
    await till.give(4_000_000)
    assert await till.has() == (-6_000_000, 0)
    await pay(till, stripe)
    assert await till.has() == (4_000_000, 0)
    assert await till.wrong() == []


async def test_what_was_won_comes_again_once_even_after_it_was_lost(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await till.billing.adjust("person_1", Money(-10_000_000, "USD"))
    await takes(till, stripe, CREATED, a_dispute(payment_id))
    assert await takes(till, stripe, CLOSED, a_dispute(payment_id, "lost"))
    assert await seen(till, payment_id) == (DisputeState.LOST, 10_000_000)
    assert await till.has() == (-10_000_000, 0)
    assert await till.wrong() == []
    assert await takes(till, stripe, CLOSED, a_dispute(payment_id, "won"))
    assert not await takes(till, stripe, "charge.dispute.funds_reinstated", a_dispute(payment_id, "won"))
    assert await seen(till, payment_id) == (DisputeState.WON, 0)
    assert await till.has() == (0, 0)
    assert await till.wrong() == []


@pytest.mark.parametrize(("end", "left"), [("won", 10_000_000), ("lost", 0)])
async def test_an_end_that_is_told_before_the_beginning_counts(till: Till, stripe: Stripe, end: str, left: int) -> None:
    payment_id = await pay(till, stripe)
    assert await takes(till, stripe, CLOSED, a_dispute(payment_id, end))
    assert not await takes(till, stripe, CREATED, a_dispute(payment_id))
    assert await till.has() == (left, 0)
    assert (await seen(till, payment_id))[0] == DisputeState(end)
    assert await till.wrong() == []


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed", None])
async def test_a_bank_that_only_asks_takes_nothing(till: Till, stripe: Stripe, status: str | None) -> None:
    payment_id = await pay(till, stripe)
    assert not await takes(till, stripe, CREATED, {**a_dispute(payment_id), "status": status})
    assert await till.has() == (10_000_000, 0)
    assert await takes(till, stripe, "charge.dispute.updated", a_dispute(payment_id))
    assert await till.has() == (0, 0)


async def test_what_is_disputed_is_not_given_back_a_second_time(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await till.give(50_000_000)
    await takes(till, stripe, CREATED, a_dispute(payment_id, amount=600))
    with pytest.raises(Invalid):
        await till.billing.payments.refund(payment_id, TEN)
    assert not await takes(till, stripe, CREATED, a_dispute(payment_id, amount=0, id="du_nothing"))
    assert (await till.billing.payments.refund(payment_id)).amount == Money(4_000_000, "USD")
    assert not await takes(till, stripe, "refund.created", a_refund(payment_id))
    assert await till.has() == (50_000_000, 0)
    assert await till.wrong() == []


async def test_a_dispute_about_what_is_not_paid_yet_is_told_again(till: Till, stripe: Stripe) -> None:
    payment_id = await start(till)
    with pytest.raises(NotFound):
        await takes(till, stripe, CREATED, a_dispute(payment_id))
    await takes(till, stripe, "checkout.session.completed", session(payment_id))
    with pytest.raises(Conflict):
        await takes(till, stripe, CREATED, a_dispute(payment_id, currency="eur"))
    assert await till.has() == (10_000_000, 0)


async def test_a_dispute_that_stripe_has_not_signed_moves_no_money(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    event = {"id": "evt_x", "object": "event", "type": CREATED, "data": {"object": a_dispute(payment_id)}}
    body = json.dumps(event).encode()
    headers = {"stripe-signature": stripe_stand_in.signature("whsec_other", body, int(time.time()))}
    assert SECRET != "whsec_other"
    with pytest.raises(Refused):
        await till.billing.payments.take_event("stripe", body, headers)
    assert await till.has() == (10_000_000, 0)


async def test_the_statement_tells_of_both_ways(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await takes(till, stripe, CREATED, a_dispute(payment_id))
    await takes(till, stripe, CLOSED, a_dispute(payment_id, "won"))
    lines = "".join([line async for line in till.billing.logs.ledger_csv("person_1")]).splitlines()
    booked = [line.split(",")[1].rsplit(":", 1)[0] for line in lines[1:]]
    assert booked == ["topup", "dispute", "reverse:dispute"]


async def test_the_database_lets_no_wallet_owe_more_than_banks_have_taken(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await takes(till, stripe, CREATED, a_dispute(payment_id))
    owing = "UPDATE wallets SET balance_micros = "
    async with till.store.write() as session_:
        await session_.execute(text(owing + "-10000000"))
    with pytest.raises(IntegrityError):
        async with till.store.write() as session_:
            await session_.execute(text(owing + "-10000001"))


async def test_the_audit_finds_disputes_that_were_spoiled(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await takes(till, stripe, CREATED, a_dispute(payment_id))
    for spoil, unspoil, finding in (
        ("payments SET disputed_micros = 0", "payments SET disputed_micros = 10000000", "disputed by its row"),
        ("disputes SET state = 'won'", "disputes SET state = 'open'", "taken back by its row"),
    ):
        for statement, is_wrong in ((spoil, True), (unspoil, False)):
            async with till.store.write() as session_:
                await session_.execute(text(f"UPDATE {statement}"))
            assert any(finding in found for found in await till.wrong()) is is_wrong
