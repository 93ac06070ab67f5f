"""Payments and refunds in the database, within a unit of work that somebody else has begun.

A refund is two pairs of rows: out of the wallet when it is asked for, out of the house when the provider has done it.
One that fails is reversed by a third pair. The payment's row is the lock of all that concerns it.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.billing import ledger
from homespun.billing.ledger import Entry, post
from homespun.billing.money import Money
from homespun.billing.states import PaymentState, RefundState
from homespun.billing.wallets import WalletKey, Wallets
from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.ids import new_id
from homespun.store import alone

from .disputes import disputed
from .port import EventKind, PaymentEvent
from .tables import PAYMENT_EVENTS, PAYMENTS, REFUNDS


async def locked(session: AsyncSession, *conditions: ColumnElement[bool]) -> RowMapping:
    """A payment's row, locked. Raises `NotFound`."""
    row = (await session.execute(select(PAYMENTS).where(*conditions).with_for_update())).mappings().first()
    if row is None:
        raise NotFound("There is no such payment here.")
    return row


def left(payment: RowMapping) -> int:
    """Micros of a payment that neither went back nor were taken back."""
    micros: int = payment["micros"] - payment["refunded_micros"] - payment["disputed_micros"]
    return max(micros, 0)


async def is_news(session: AsyncSession, provider: str, event_id: str, now: datetime) -> bool:
    """Whether this is told for the first time; from then on it isn't. The payment has to be locked."""
    table = PAYMENT_EVENTS.c
    if await session.scalar(select(table.at).where(table.provider == provider, table.event_id == event_id)):
        return False
    await session.execute(insert(PAYMENT_EVENTS), {"provider": provider, "event_id": event_id, "at": now})
    return True


async def book(session: AsyncSession, payment: RowMapping, event: PaymentEvent, now: datetime) -> bool:
    """Whether anything came of the event. Raises `Conflict`."""
    match event.kind:
        case EventKind.PAID:
            return await _paid(session, payment, event, now)
        case EventKind.FAILED:
            return await _failed(session, payment)
        case EventKind.REFUNDED if event.refund_id:
            return await refund_done(session, event.refund_id, event.refund_reference, now)
        case EventKind.REFUNDED:
            return await _refunded_elsewhere(session, payment, event, now)
        case EventKind.REFUND_FAILED:
            return bool(event.refund_id) and await refund_failed(session, event.refund_id, now)
        case EventKind.DISPUTED | EventKind.DISPUTE_WON | EventKind.DISPUTE_LOST:
            return await disputed(session, payment, event, now)
        case _:
            assert_never(event.kind)


async def _paid(session: AsyncSession, payment: RowMapping, event: PaymentEvent, now: datetime) -> bool:
    if payment["state"] == PaymentState.PAID:
        return False
    amount = Money(payment["micros"], payment["currency"])
    if event.amount != amount:
        raise Conflict(f"{event.amount} was paid, but {amount} was asked for. Look at it on the provider's own site.")
    await alone(session, "invoice numbers")
    number = (await session.scalar(select(func.max(PAYMENTS.c.invoice_number))) or 0) + 1
    paid = {"state": PaymentState.PAID, "reference": event.reference, "invoice_number": number, "paid_at": now}
    await session.execute(update(PAYMENTS).where(PAYMENTS.c.id == payment["id"]).values(paid))
    await _move(session, payment, amount.micros, f"topup:{payment['id']}", ledger.cash(payment["provider"]), now)
    return True


async def _failed(session: AsyncSession, payment: RowMapping) -> bool:
    if payment["state"] != PaymentState.OPEN:
        return False
    await session.execute(update(PAYMENTS).where(PAYMENTS.c.id == payment["id"]).values(state=PaymentState.FAILED))
    return True


async def set_aside(session: AsyncSession, payment: RowMapping, refund_id: str, amount: Money, now: datetime) -> None:
    """Takes a refund out of the wallet. Raises `Conflict` for what isn't paid, `Invalid` for too much."""
    if payment["state"] != PaymentState.PAID:
        raise Conflict("This payment hasn't come, so it can't go back.")
    if amount.currency != payment["currency"]:
        raise Invalid(f"The payment was in {payment['currency']}; so is its refund.", param="currency")
    if not 0 < amount.micros <= left(payment):
        raise Invalid("A refund is more than nothing, and not more than what is left of the payment.", param="amount")
    await _count_refund(session, payment, refund_id, amount.micros, RefundState.PENDING, None, now)
    await _move(session, payment, -amount.micros, f"refund:{refund_id}", ledger.REFUNDS, now)


async def refund_done(session: AsyncSession, refund_id: str, reference: str, now: datetime) -> bool:
    """Books that the provider has given the money back, unless that is booked already."""
    refund, payment = await _locked_refund(session, refund_id)
    if refund["state"] != RefundState.PENDING:
        return False
    await _set_refund(session, refund_id, RefundState.DONE, reference)
    amounts = {ledger.REFUNDS: -refund["micros"], ledger.cash(payment["provider"]): refund["micros"]}
    await post(session, [Entry(f"refunded:{refund_id}", payment["currency"], now, amounts)])
    return True


async def refund_failed(session: AsyncSession, refund_id: str, now: datetime) -> bool:
    """Reverses a refund that did not take place, unless that is done already."""
    refund, payment = await _locked_refund(session, refund_id)
    if refund["state"] == RefundState.FAILED:
        return False
    back_from = ledger.REFUNDS if refund["state"] == RefundState.PENDING else ledger.cash(payment["provider"])
    await _set_refund(session, refund_id, RefundState.FAILED, refund["reference"])
    left = PAYMENTS.c.refunded_micros - refund["micros"]
    await session.execute(update(PAYMENTS).where(PAYMENTS.c.id == payment["id"]).values(refunded_micros=left))
    await _move(session, payment, refund["micros"], f"reverse:refund:{refund_id}", back_from, now)
    return True


async def _refunded_elsewhere(session: AsyncSession, payment: RowMapping, event: PaymentEvent, now: datetime) -> bool:
    """The money is gone already: what the wallet doesn't have any more is a loss."""
    if payment["state"] != PaymentState.PAID:
        raise Conflict("A refund of what isn't paid yet. Tell it again later.")
    if await session.scalar(select(REFUNDS.c.id).where(REFUNDS.c.reference == event.refund_reference)):
        return False
    micros = min(event.amount.micros, left(payment))
    if not micros:
        return False
    refund_id = new_id("refund")
    await _count_refund(session, payment, refund_id, micros, RefundState.DONE, event.refund_reference, now)
    key = WalletKey(payment["holder_id"], payment["currency"])
    wallets = await Wallets.lock(session, [key], make=[key])
    there = max(min(micros, wallets.balance(key)), 0)
    wallets.change(key, balance=-there)
    await wallets.write(session)
    amounts = {
        ledger.wallet(key.holder_id): -there,
        ledger.LOSSES: there - micros,
        ledger.cash(payment["provider"]): micros,
    }
    await post(session, [Entry(f"refund:{refund_id}", key.currency, now, amounts)])
    return True


async def _locked_refund(session: AsyncSession, refund_id: str) -> tuple[RowMapping, RowMapping]:
    """A refund and its payment, under the payment's lock. Raises `NotFound`."""
    payment_id = await session.scalar(select(REFUNDS.c.payment_id).where(REFUNDS.c.id == refund_id))
    payment = await locked(session, PAYMENTS.c.id == (payment_id or ""))
    refund = (await session.execute(select(REFUNDS).where(REFUNDS.c.id == refund_id))).mappings().one()
    return refund, payment


async def _count_refund(
    session: AsyncSession,
    payment: RowMapping,
    refund_id: str,
    micros: int,
    state: RefundState,
    reference: str | None,
    now: datetime,
) -> None:
    sum_now = payment["refunded_micros"] + micros
    await session.execute(update(PAYMENTS).where(PAYMENTS.c.id == payment["id"]).values(refunded_micros=sum_now))
    row = {
        "id": refund_id,
        "payment_id": payment["id"],
        "micros": micros,
        "state": state,
        "reference": reference,
        "created_at": now,
    }
    await session.execute(insert(REFUNDS), row)


async def _set_refund(session: AsyncSession, refund_id: str, state: RefundState, reference: str | None) -> None:
    changes = {"state": state, "reference": reference}
    await session.execute(update(REFUNDS).where(REFUNDS.c.id == refund_id).values(changes))


async def _move(
    session: AsyncSession, payment: RowMapping, micros: int, entry_id: str, other: str, now: datetime
) -> None:
    """Gives so much to the payment's wallet out of another account, or takes it. Raises `Invalid` for too much."""
    key = WalletKey(payment["holder_id"], payment["currency"])
    wallets = await Wallets.lock(session, [key], make=[key])
    if micros < 0 and wallets.balance(key) + micros < 0:
        raise Invalid(f"The wallet has only {Money(wallets.balance(key), key.currency)} left.", param="amount")
    wallets.change(key, balance=micros)
    await wallets.write(session)
    await post(session, [Entry(entry_id, key.currency, now, {ledger.wallet(key.holder_id): micros, other: -micros})])
