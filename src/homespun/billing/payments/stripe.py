"""Stripe, by its own library: Checkout for paying, signed webhooks for what has become of it.

Stripe's words stop here. Amounts are in a currency's smallest unit there: cents, but whole yen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from homespun.billing.money import MICROS, Money
from homespun.core.errors import Invalid, Refused, Unavailable

from .port import EventKind, PaymentEvent, PaymentRefused

if TYPE_CHECKING:
    from stripe import StripeError

_NO_CENTS = {
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "JPY",
    "KMF",
    "KRW",
    "MGA",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
}
"""Currencies that Stripe counts in whole units (its page on zero-decimal currencies)."""

_KINDS = {
    "checkout.session.completed": EventKind.PAID,
    "checkout.session.async_payment_succeeded": EventKind.PAID,
    "checkout.session.async_payment_failed": EventKind.FAILED,
    "checkout.session.expired": EventKind.FAILED,
    "refund.created": EventKind.REFUNDED,
    "refund.updated": EventKind.REFUNDED,
    "refund.failed": EventKind.REFUND_FAILED,
    "charge.dispute.created": EventKind.DISPUTED,
    "charge.dispute.updated": EventKind.DISPUTED,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTED,
    "charge.dispute.funds_reinstated": EventKind.DISPUTED,
    "charge.dispute.closed": EventKind.DISPUTED,
}
_WAITING = {"pending", "requires_action"}
_DISPUTES = {
    "needs_response": EventKind.DISPUTED,
    "under_review": EventKind.DISPUTED,
    "won": EventKind.DISPUTE_WON,
    "lost": EventKind.DISPUTE_LOST,
}
"""By a dispute's status. With any other no money has moved: a bank that only asks (`warning_...`) takes none."""


class _Thing(msgspec.Struct):
    """A checkout session, a refund or a dispute, as far as it matters here."""

    id: str
    currency: str | None = None
    amount_total: int | None = None
    amount: int | None = None
    payment_status: str = ""
    status: str | None = None
    client_reference_id: str | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None


class _Data(msgspec.Struct):
    object: _Thing


class _Event(msgspec.Struct):
    id: str
    type: str
    data: _Data


class StripePayments:
    """Pays through Stripe. `base_url` is another for tests."""

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, *, base_url: str = "https://api.stripe.com") -> None:
        import stripe  # takes half a second

        self._stripe = stripe
        self._client = stripe.StripeClient(key, base_addresses={"api": base_url}, max_network_retries=2)
        self._webhook_secret = webhook_secret

    async def start(self, payment_id: str, amount: Money, *, return_url: str) -> str:
        """The address of a page of Stripe's. Raises `PaymentRefused`, `Unavailable`."""
        price = {
            "currency": amount.currency.lower(),
            "unit_amount": minor_units(amount),
            "product_data": {"name": "Homespun"},
        }
        page: Any = {
            "mode": "payment",
            "client_reference_id": payment_id,
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": return_url,
            "cancel_url": return_url,
            "payment_intent_data": {"metadata": {"payment_id": payment_id}},
        }
        try:
            session = await self._client.v1.checkout.sessions.create_async(page, {"idempotency_key": payment_id})
        except self._stripe.StripeError as error:
            raise self._by_name(error) from error
        if not session.url:
            raise Unavailable("Stripe has made no page to pay on. Try again shortly.")
        return session.url

    def event(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """What a webhook tells. Raises `Refused` for a wrong or old signature, `Invalid` for what can't be read."""
        try:
            self._stripe.Webhook.construct_event(body, headers.get("stripe-signature"), self._webhook_secret)
            event = msgspec.json.decode(body, type=_Event)
        except self._stripe.SignatureVerificationError as error:
            raise Refused(
                "This isn't signed by Stripe, or too long ago. Look at billing.stripe_webhook_secret."
            ) from error
        except (ValueError, KeyError, AttributeError) as error:
            raise Invalid("This isn't an event of Stripe's.") from error
        return _told(event) if event.type in _KINDS else None

    async def refund(self, reference: str, amount: Money, *, refund_id: str) -> str:
        """Gives money back; with the same `refund_id` once. Raises `PaymentRefused`, `Unavailable`."""
        wanted: Any = {
            "payment_intent": reference,
            "amount": minor_units(amount),
            "metadata": {"refund_id": refund_id},
        }
        try:
            refund = await self._client.v1.refunds.create_async(wanted, {"idempotency_key": refund_id})
        except self._stripe.StripeError as error:
            raise self._by_name(error) from error
        if refund.status in ("failed", "canceled"):
            raise PaymentRefused
        return refund.id

    def _by_name(self, error: StripeError) -> PaymentRefused | Unavailable:
        """Only where Stripe has clearly said no, it is known that nothing has happened."""
        if isinstance(error, (self._stripe.InvalidRequestError, self._stripe.CardError)):
            return PaymentRefused(f"Stripe refuses: {error.user_message or error}")
        return Unavailable("Stripe can't be reached, or doesn't accept our key. Try again shortly.")


def minor_units(amount: Money) -> int:
    """The amount as Stripe counts. Raises `Invalid` where it isn't a whole number of that."""
    units, rest = divmod(amount.micros, _unit(amount.currency))
    if rest:
        raise Invalid(f"{amount} isn't a whole number of {amount.currency}'s smallest unit.", param="amount")
    return units


def _unit(currency: str) -> int:
    """Micros in what Stripe counts."""
    return MICROS if currency in _NO_CENTS else MICROS // 100


def _told(event: _Event) -> PaymentEvent | None:
    kind, thing = _KINDS[event.type], event.data.object
    if kind is EventKind.DISPUTED:
        return _told_of_dispute(event)
    if kind is EventKind.PAID and thing.payment_status != "paid":
        return None  # a slow way to pay: another event says when the money has come
    if kind is EventKind.REFUNDED:
        if thing.status in _WAITING:
            return None
        if thing.status in ("failed", "canceled"):
            kind = EventKind.REFUND_FAILED
    is_refund = kind in (EventKind.REFUNDED, EventKind.REFUND_FAILED)
    return PaymentEvent(
        id=event.id,
        kind=kind,
        amount=_amount(thing),
        payment_id=thing.client_reference_id or "",
        reference=thing.payment_intent or "",
        refund_id=(thing.metadata or {}).get("refund_id", "") if is_refund else "",
        refund_reference=thing.id if is_refund else "",
    )


def _told_of_dispute(event: _Event) -> PaymentEvent | None:
    """Its status says more than the event's type: events come in any order."""
    thing = event.data.object
    kind = _DISPUTES.get(thing.status or "")
    if kind is None:
        return None
    return PaymentEvent(event.id, kind, _amount(thing), "", thing.payment_intent or "", dispute_reference=thing.id)


def _amount(thing: _Thing) -> Money:
    currency = (thing.currency or "").upper()
    units = thing.amount_total if thing.amount is None else thing.amount
    return Money((units or 0) * _unit(currency), currency)
