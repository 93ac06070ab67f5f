"""Top-ups and refunds through Stripe's own library, against a server that answers and signs as Stripe does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from homespun.billing import Billing, Money, PaymentRefused, PaymentState, RefundState, Settings
from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, Invalid, NotFound, Refused, Unavailable
from homespun.store import Store
from tests.patience import PATIENCE_S

from . import stripe_stand_in
from .till import Till

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""Stripe's library calls httpx in an older way."""

SECRET = "whsec_test"
TEN = Money(10_000_000, "USD")


@dataclass
class Stripe:
    """The stand-in, from outside."""

    url: str

    def tells(self, kind: str, thing: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A webhook's body and headers, signed."""
        answer = httpx.post(f"{self.url}/told/{kind}", json=thing, timeout=PATIENCE_S)
        return answer.content, {"stripe-signature": answer.headers["stripe-signature"]}


@pytest.fixture(scope="module")
def stripe() -> Iterator[Stripe]:
    command = [sys.executable, stripe_stand_in.__file__, SECRET]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Stripe(f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.stdin.close()


@pytest.fixture
def till(store: Store, clock: FakeClock, stripe: Stripe) -> Till:
    settings = Settings(stripe_key="sk_test_right", stripe_webhook_secret=SECRET, stripe_url=stripe.url)
    return Till(store, clock, Billing(store, clock, settings))


def session(payment_id: str, **changes: Any) -> dict[str, Any]:
    """A checkout session that was paid."""
    paid = {
        "id": "cs_1",
        "object": "checkout.session",
        "client_reference_id": payment_id,
        "amount_total": 1000,
        "currency": "usd",
        "payment_intent": f"pi_{payment_id}",
        "payment_status": "paid",
    }
    return {**paid, **changes}


async def start(till: Till, amount: Money = TEN) -> str:
    checkout = await till.billing.payments.start(
        "person_1", amount, provider="stripe", return_url="http://127.0.0.1/wallet"
    )
    assert checkout.url.startswith("https://checkout.stripe.com/")
    return checkout.payment_id


async def pay(till: Till, stripe: Stripe, **changes: Any) -> str:
    payment_id = await start(till)
    told = stripe.tells("checkout.session.completed", session(payment_id, **changes))
    assert await till.billing.payments.take_event("stripe", *told)
    return payment_id


async def test_what_was_paid_is_in_the_wallet(till: Till, stripe: Stripe) -> None:
    payment_id = await start(till)
    assert (await till.billing.payments.payment(payment_id)).state is PaymentState.OPEN
    assert await till.has() == (0, 0)
    await till.billing.payments.take_event("stripe", *stripe.tells("checkout.session.completed", session(payment_id)))
    payment = await till.billing.payments.payment(payment_id)
    assert (payment.state, payment.invoice_number) == (PaymentState.PAID, 1)
    assert await till.has() == (10_000_000, 0)
    assert await till.wrong() == []


async def test_a_webhook_that_is_told_again_counts_once(till: Till, stripe: Stripe) -> None:
    payment_id = await start(till)
    told = stripe.tells("checkout.session.completed", session(payment_id))
    took = await asyncio.gather(*(till.billing.payments.take_event("stripe", *told) for _ in range(5)))
    assert sorted(took) == [False, False, False, False, True]
    another = stripe.tells("checkout.session.async_payment_succeeded", session(payment_id))
    assert not await till.billing.payments.take_event("stripe", *another)
    assert await till.has() == (10_000_000, 0)
    assert await till.wrong() == []


@pytest.mark.parametrize("forgery", ["no signature", "another secret", "another body", "too old", "nonsense"])
async def test_what_stripe_has_not_signed_moves_no_money(till: Till, forgery: str) -> None:
    payment_id = await start(till)
    body = json.dumps(
        {
            "id": "evt_x",
            "object": "event",
            "type": "checkout.session.completed",
            "data": {"object": session(payment_id)},
        }
    ).encode()
    now = int(time.time())
    headers = {
        "no signature": {},
        "another secret": {"stripe-signature": stripe_stand_in.signature("whsec_other", body, now)},
        "another body": {"stripe-signature": stripe_stand_in.signature(SECRET, body + b" ", now)},
        "too old": {"stripe-signature": stripe_stand_in.signature(SECRET, body, now - 3600)},
        "nonsense": {"stripe-signature": "t=x,v1=\xff"},
    }[forgery]
    with pytest.raises(Refused):
        await till.billing.payments.take_event("stripe", body, headers)
    assert await till.has() == (0, 0)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id":"evt_1","object":"event","type":"refund.created"}', b"\xff"]
)
async def test_signed_nonsense_is_refused(till: Till, body: bytes) -> None:
    headers = {"stripe-signature": stripe_stand_in.signature(SECRET, body, int(time.time()))}
    with pytest.raises(Invalid):
        await till.billing.payments.take_event("stripe", body, headers)


@pytest.mark.parametrize(
    "change", [{"amount_total": 1001}, {"amount_total": 1}, {"currency": "eur"}, {"currency": "jpy"}]
)
async def test_another_amount_or_currency_than_was_asked_for_is_not_credited(
    till: Till, stripe: Stripe, change: dict[str, Any]
) -> None:
    payment_id = await start(till)
    with pytest.raises(Conflict):
        await till.billing.payments.take_event(
            "stripe", *stripe.tells("checkout.session.completed", session(payment_id, **change))
        )
    assert await till.has() == (0, 0)


async def test_a_payment_nobody_has_begun_here_is_not_found(till: Till, stripe: Stripe) -> None:
    with pytest.raises(NotFound):
        await till.billing.payments.take_event(
            "stripe", *stripe.tells("checkout.session.completed", session("payment_none"))
        )


async def test_slow_payments_count_when_the_money_has_come_in_whatever_order_it_is_told(
    till: Till, stripe: Stripe
) -> None:
    take = till.billing.payments.take_event
    payment_id = await start(till)
    unpaid = stripe.tells("checkout.session.completed", session(payment_id, payment_status="unpaid"))
    assert not await take("stripe", *unpaid)
    assert await take("stripe", *stripe.tells("checkout.session.async_payment_failed", session(payment_id)))
    assert await take("stripe", *stripe.tells("checkout.session.async_payment_succeeded", session(payment_id)))
    assert not await take("stripe", *stripe.tells("checkout.session.expired", session(payment_id)))
    assert await till.has() == (10_000_000, 0)


async def test_events_that_do_not_matter_are_passed_over(till: Till, stripe: Stripe) -> None:
    told = stripe.tells("customer.created", {"id": "cus_1", "object": "customer"})
    assert not await till.billing.payments.take_event("stripe", *told)


async def test_a_payment_is_given_back_in_parts_and_never_more_than_was_paid(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    refund = await till.billing.payments.refund(payment_id, Money(4_000_000, "USD"))
    assert refund.state is RefundState.DONE
    assert await till.has() == (6_000_000, 0)
    with pytest.raises(Invalid):
        await till.billing.payments.refund(payment_id, Money(6_010_000, "USD"))
    await till.billing.payments.refund(payment_id)
    assert await till.has() == (0, 0)
    with pytest.raises(Invalid):
        await till.billing.payments.refund(payment_id)
    assert (await till.billing.payments.payment(payment_id)).refunded == TEN
    assert await till.wrong() == []


async def test_what_was_spent_is_not_given_back(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await till.billing.adjust("person_1", Money(-1, "USD"))
    with pytest.raises(Invalid, match="only"):
        await till.billing.payments.refund(payment_id)
    assert await till.has() == (9_999_999, 0)
    assert (await till.billing.payments.payment(payment_id)).refunded.micros == 0


async def test_the_audit_finds_payments_and_refunds_that_were_spoiled(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    await till.billing.payments.refund(payment_id, Money(4_000_000, "USD"))
    for spoil, unspoil, finding in (
        ("payments SET micros = micros + 10", "payments SET micros = micros - 10", "paid by its row"),
        ("payments SET refunded_micros = 0", "payments SET refunded_micros = 4000000", "refunded by its row"),
        ("refunds SET state = 'pending'", "refunds SET state = 'done'", "on its way by its row"),
    ):
        for statement, is_wrong in ((spoil, True), (unspoil, False)):
            async with till.store.write() as session:
                await session.execute(text(f"UPDATE {statement}"))
            assert any(finding in found for found in await till.wrong()) is is_wrong


@pytest.mark.parametrize("amount", [Money(0, "USD"), Money(-1, "USD"), Money(1_000_000, "EUR")])
async def test_refuses_refunds_that_cannot_be(till: Till, stripe: Stripe, amount: Money) -> None:
    payment_id = await pay(till, stripe)
    with pytest.raises(Invalid):
        await till.billing.payments.refund(payment_id, amount)
    assert await till.has() == (10_000_000, 0)


async def test_what_is_not_paid_cannot_go_back(till: Till) -> None:
    with pytest.raises(Conflict):
        await till.billing.payments.refund(await start(till))
    with pytest.raises(NotFound):
        await till.billing.payments.refund("payment_none")


async def test_a_refund_that_stripe_refuses_is_reversed(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe, payment_intent="pi_refuses")
    with pytest.raises(PaymentRefused, match="has been refunded"):
        await till.billing.payments.refund(payment_id)
    assert await till.has() == (10_000_000, 0)
    assert (await till.billing.payments.payment(payment_id)).refunded.micros == 0
    assert await till.wrong() == []


async def test_a_refund_that_stripe_does_not_answer_is_carried_out_later_once(
    till: Till, stripe: Stripe, store: Store
) -> None:
    payment_id = await pay(till, stripe)
    gone = Settings(stripe_key="sk_test_wrong", stripe_webhook_secret=SECRET, stripe_url=stripe.url)
    with pytest.raises(Unavailable):
        await Billing(store, till.clock, gone).payments.refund(payment_id)
    assert await till.has() == (0, 0)
    assert await till.billing.payments.finish_refunds() == 1
    assert await till.billing.payments.finish_refunds() == 0
    assert await till.has() == (0, 0)
    assert await till.wrong() == []


async def test_a_refund_that_always_fails_keeps_no_other_waiting(
    till: Till, stripe: Stripe, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Settings(stripe_key="sk_test_wrong", stripe_webhook_secret=SECRET, stripe_url=stripe.url)
    for payment_id in (await pay(till, stripe), await pay(till, stripe)):
        with pytest.raises(Unavailable):
            await Billing(store, till.clock, gone).payments.refund(payment_id)
    port = till.billing.payments._ports["stripe"]
    refund, first = port.refund, iter([RuntimeError("Nobody foresaw this.")])

    async def trouble_first(reference: str, amount: Money, *, refund_id: str) -> str:
        for trouble in first:
            raise trouble
        return await refund(reference, amount, refund_id=refund_id)

    monkeypatch.setattr(port, "refund", trouble_first)
    assert await till.billing.payments.finish_refunds() == 1
    assert await till.billing.payments.finish_refunds() == 1, "the one that failed"
    assert await till.wrong() == []


def a_refund(payment_id: str, **changes: Any) -> dict[str, Any]:
    """One that somebody has made on Stripe's own site."""
    made = {
        "id": "re_elsewhere",
        "object": "refund",
        "amount": 1000,
        "currency": "usd",
        "payment_intent": f"pi_{payment_id}",
        "status": "succeeded",
    }
    return {**made, **changes}


async def test_a_refund_made_on_stripes_site_is_booked_once_and_what_is_spent_is_a_loss(
    till: Till, stripe: Stripe
) -> None:
    payment_id = await pay(till, stripe)
    await till.billing.adjust("person_1", Money(-7_000_000, "USD"))
    take = till.billing.payments.take_event
    assert await take("stripe", *stripe.tells("refund.created", a_refund(payment_id)))
    assert not await take("stripe", *stripe.tells("refund.updated", a_refund(payment_id)))
    assert await till.has() == (0, 0)
    assert await till.wrong() == []


async def test_a_refund_told_before_its_payment_is_told_again(till: Till, stripe: Stripe) -> None:
    payment_id = await start(till)
    take = till.billing.payments.take_event
    early = stripe.tells("refund.created", a_refund(payment_id))
    with pytest.raises(NotFound):
        await take("stripe", *early)
    await take("stripe", *stripe.tells("checkout.session.completed", session(payment_id)))
    assert await take("stripe", *early)
    assert await till.has() == (0, 0)


async def test_a_refund_that_failed_afterwards_is_in_the_wallet_again(till: Till, stripe: Stripe) -> None:
    payment_id = await pay(till, stripe)
    refund = await till.billing.payments.refund(payment_id)
    failed = a_refund(payment_id, status="failed", metadata={"refund_id": refund.id})
    take = till.billing.payments.take_event
    assert await take("stripe", *stripe.tells("refund.failed", failed))
    assert not await take("stripe", *stripe.tells("refund.updated", failed))
    assert await till.has() == (10_000_000, 0)
    assert await till.wrong() == []


async def test_refuses_top_ups_that_cannot_be(till: Till) -> None:
    start = till.billing.payments.start
    for amount in (Money(0, "USD"), Money(-1, "USD"), Money(1_000_000, "EUR"), Money(1, "USD")):
        with pytest.raises(Invalid):
            await start("person_1", amount, provider="stripe", return_url="http://127.0.0.1/")
    with pytest.raises(NotFound):
        await start("person_1", TEN, provider="bank", return_url="http://127.0.0.1/")


async def test_invoices_are_numbered_without_gaps(till: Till, stripe: Stripe) -> None:
    ids = [await start(till) for _ in range(4)]
    told = [stripe.tells("checkout.session.completed", session(id_)) for id_ in ids[1:]]
    await asyncio.gather(*(till.billing.payments.take_event("stripe", *one) for one in told))
    payments = await till.billing.payments.all("person_1")
    numbers = [payment.invoice_number for payment in payments if payment.invoice_number]
    assert sorted(numbers) == [1, 2, 3]
    assert await till.billing.payments.all("person_2") == ()


def test_stripe_needs_its_webhooks_secret(till: Till) -> None:
    with pytest.raises(Invalid, match="webhook"):
        Billing(till.store, till.clock, Settings(stripe_key="sk_test"))
