"""Top-ups and refunds: what a provider tells becomes an entry in the ledger, once, if it is what was asked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.billing.money import Money
from homespun.billing.states import DisputeState, PaymentState, RefundState
from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from . import booking
from .port import PaymentEvent, PaymentPort, PaymentRefused
from .tables import PAYMENTS, REFUNDS

_LONGEST_ADDRESS = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment that has begun."""

    payment_id: str
    url: str
    """Where the payer goes to pay."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A top-up through a payment provider."""

    id: str
    holder_id: str
    provider: str
    amount: Money
    refunded: Money
    """What has gone back, or is on its way."""
    state: PaymentState
    invoice_number: int | None
    """Numbered without gaps, in the order of payment."""
    billed_to: str
    """Name and address for the invoice, as they were then."""
    created_at: datetime
    paid_at: datetime | None
    disputed: Money
    """What the payer's bank has taken back and not given again."""
    dispute: DisputeState | None
    """Of the latest dispute; None: nobody has disputed it."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of a payment that goes back."""

    id: str
    payment_id: str
    amount: Money
    state: RefundState


class Payments:
    """Takes money through providers, and gives it back."""

    def __init__(self, store: Store, clock: Clock, currency: str, ports: Mapping[str, PaymentPort]) -> None:
        self._store = store
        self._clock = clock
        self._currency = currency
        self._ports = ports

    @property
    def providers(self) -> tuple[str, ...]:
        """Through whom money can be paid."""
        return tuple(self._ports)

    async def start(
        self, holder_id: str, amount: Money, *, provider: str, return_url: str, billed_to: str = ""
    ) -> Checkout:
        """Begins a top-up. Raises `NotFound` for another provider, `Invalid`, `PaymentRefused`, `Unavailable`."""
        port = self._port(provider)
        if amount.currency != self._currency or amount.micros <= 0:
            raise Invalid(f"A top-up is an amount in {self._currency}, above nothing.", param="amount")
        if len(storable_text(billed_to, "billed_to")) > _LONGEST_ADDRESS:
            raise Invalid(f"Name and address have {_LONGEST_ADDRESS} characters at most.", param="billed_to")
        payment_id = new_id("payment")
        # Written down first: nothing can be paid that isn't known here.
        async with self._store.write() as session:
            row = _new_row(payment_id, holder_id, provider, amount, billed_to, self._clock.now())
            await session.execute(insert(PAYMENTS), row)
        return Checkout(payment_id, await port.start(payment_id, amount, return_url=return_url))

    async def take_event(self, provider: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Books what a provider's webhook tells; whether anything came of it. The same event counts once.

        Raises `Refused` for a wrong signature, `NotFound` for a payment that isn't known here, and `Conflict` for an
        amount or currency that wasn't asked for, or for a refund or a dispute of what isn't paid yet: the provider
        tells it again.
        """
        event = self._port(provider).event(body, headers)
        if event is None:
            return False
        async with self._store.write() as session:
            return await _take(session, provider, event, self._clock.now())

    async def refund(self, payment_id: str, amount: Money | None = None) -> Refund:
        """Gives a payment back, all that is left of it or a part, out of the wallet it was for.

        Raises `NotFound`, `Invalid` for more than was paid or than the wallet has, `PaymentRefused` where the provider
        won't, `Unavailable` where it doesn't answer: then it is tried again by `finish_refunds`.
        """
        async with self._store.write() as session:
            payment = await booking.locked(session, PAYMENTS.c.id == payment_id)
            left = Money(booking.left(payment), payment["currency"])
            refund = Refund(new_id("refund"), payment_id, left if amount is None else amount, RefundState.PENDING)
            await booking.set_aside(session, payment, refund.id, refund.amount, self._clock.now())
        return await self._carry_out(refund, payment["provider"], payment["reference"])

    async def finish_refunds(self) -> int:
        """Carries out the refunds that a killed server or a silent provider has left; returns how many.

        One that fails is logged and stays for the next time; it keeps none of the others waiting.
        """
        pending = (
            select(REFUNDS, PAYMENTS.c.provider, PAYMENTS.c.currency, PAYMENTS.c.reference.label("money"))
            .join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_id)
            .where(REFUNDS.c.state == RefundState.PENDING, REFUNDS.c.reference.is_(None))
        )
        async with self._store.read() as session:
            rows = (await session.execute(pending)).mappings().all()
        return sum([await self._is_finished(row) for row in rows])

    async def payment(self, payment_id: str) -> Payment:
        """One payment. Raises `NotFound`."""
        async with self._store.read() as session:
            row = (await session.execute(select(PAYMENTS).where(PAYMENTS.c.id == payment_id))).mappings().first()
        if row is None:
            raise NotFound("There is no such payment.")
        return _payment(row)

    async def all(
        self, holder_id: str | None = None, *, before: str | None = None, limit: int = 50
    ) -> tuple[Payment, ...]:
        """Somebody's payments or everybody's, newest first; the next page is that `before` the last one's id."""
        page = select(PAYMENTS).order_by(PAYMENTS.c.id.desc()).limit(limit)
        if holder_id is not None:
            page = page.where(PAYMENTS.c.holder_id == holder_id)
        if before is not None:
            page = page.where(PAYMENTS.c.id < before)
        async with self._store.read() as session:
            return tuple(map(_payment, (await session.execute(page)).mappings()))

    async def _is_finished(self, row: RowMapping) -> bool:
        refund = Refund(row["id"], row["payment_id"], Money(row["micros"], row["currency"]), RefundState.PENDING)
        try:
            await self._carry_out(refund, row["provider"], row["money"])
        except Exception:
            logger.exception("The refund %s could not be carried out.", refund.id)
            return False
        return True

    async def _carry_out(self, refund: Refund, provider: str, reference: str) -> Refund:
        """The provider is asked outside of any unit of work: it may take long."""
        try:
            told = await self._port(provider).refund(reference, refund.amount, refund_id=refund.id)
        except PaymentRefused:
            async with self._store.write() as session:
                await booking.refund_failed(session, refund.id, self._clock.now())
            raise
        async with self._store.write() as session:
            await booking.refund_done(session, refund.id, told, self._clock.now())
        return Refund(refund.id, refund.payment_id, refund.amount, RefundState.DONE)

    def _port(self, provider: str) -> PaymentPort:
        if provider not in self._ports:
            raise NotFound("Nothing can be paid through this provider here.", param="provider")
        return self._ports[provider]


async def _take(session: AsyncSession, provider: str, event: PaymentEvent, now: datetime) -> bool:
    by_id = PAYMENTS.c.id == event.payment_id if event.payment_id else PAYMENTS.c.reference == event.reference
    payment = await booking.locked(session, by_id, PAYMENTS.c.provider == provider)
    if event.amount.currency != payment["currency"]:
        raise Conflict("This was paid in another currency than was asked for. Look at it on the provider's own site.")
    if not await booking.is_news(session, provider, event.id, now):
        return False
    return await booking.book(session, payment, event, now)


def _new_row(
    payment_id: str, holder_id: str, provider: str, amount: Money, billed_to: str, now: datetime
) -> dict[str, object]:
    return {
        "id": payment_id,
        "holder_id": holder_id,
        "provider": provider,
        "reference": "",
        "micros": amount.micros,
        "refunded_micros": 0,
        "disputed_micros": 0,
        "currency": amount.currency,
        "state": PaymentState.OPEN,
        "invoice_number": None,
        "billed_to": billed_to,
        "created_at": now,
        "paid_at": None,
    }


def _payment(row: RowMapping) -> Payment:
    return Payment(
        row["id"],
        row["holder_id"],
        row["provider"],
        Money(row["micros"], row["currency"]),
        Money(row["refunded_micros"], row["currency"]),
        PaymentState(row["state"]),
        row["invoice_number"],
        row["billed_to"],
        row["created_at"],
        row["paid_at"],
        Money(row["disputed_micros"], row["currency"]),
        DisputeState(row["dispute_state"]) if row["dispute_state"] else None,
    )
