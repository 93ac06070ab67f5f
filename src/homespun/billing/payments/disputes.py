"""Disputes: a payer's bank takes the money of a payment back, and gives it again if it turns out that it was right.

What was taken is out of the wallet at once, be it there or not: a wallet may owe it, and then pays for nothing. The
state of a dispute tells what was booked for it, so it doesn't matter how often, or in which order, it is told.
The payment's row is the lock of all that concerns it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.billing import ledger
from homespun.billing.ledger import Entry, post
from homespun.billing.money import Money
from homespun.billing.states import DisputeState, PaymentState
from homespun.billing.tables import WALLETS
from homespun.billing.wallets import WalletKey, Wallets
from homespun.core.errors import Conflict
from homespun.core.ids import new_id

from .port import EventKind, PaymentEvent
from .tables import DISPUTES, PAYMENTS

_STATES = {
    EventKind.DISPUTED: DisputeState.OPEN,
    EventKind.DISPUTE_WON: DisputeState.WON,
    EventKind.DISPUTE_LOST: DisputeState.LOST,
}


async def disputed(session: AsyncSession, payment: RowMapping, event: PaymentEvent, now: datetime) -> bool:
    """Books what became of a dispute; whether that was news. Raises `Conflict` for one of what isn't paid yet."""
    if payment["state"] != PaymentState.PAID:
        raise Conflict("A dispute about what isn't paid yet. Tell it again later.")
    state, before = _STATES[event.kind], await _before(session, event.dispute_reference)
    if event.amount.micros <= 0 or (before is not None and _is_over(before, state)):
        return False
    if before is None:
        await _begin(session, payment, event, state, now)
    else:
        await _go_on(session, payment, before, state, now)
    await session.execute(update(PAYMENTS).where(PAYMENTS.c.id == payment["id"]).values(dispute_state=state))
    return True


async def _before(session: AsyncSession, reference: str) -> RowMapping | None:
    return (await session.execute(select(DISPUTES).where(DISPUTES.c.reference == reference))).mappings().first()


def _is_over(before: RowMapping, state: DisputeState) -> bool:
    """A dispute that was won is over. One that was lost may be won after all; it doesn't begin anew."""
    was = DisputeState(before["state"])
    return was is state or was is DisputeState.WON or state is DisputeState.OPEN


async def _begin(
    session: AsyncSession, payment: RowMapping, event: PaymentEvent, state: DisputeState, now: datetime
) -> None:
    dispute_id = new_id("dispute")
    row = {
        "id": dispute_id,
        "payment_id": payment["id"],
        "micros": event.amount.micros,
        "state": state,
        "reference": event.dispute_reference,
        "created_at": now,
    }
    await session.execute(insert(DISPUTES), row)
    if state is not DisputeState.WON:  # told late: the money went and came again
        await _take_back(session, payment, event.amount, f"dispute:{dispute_id}", now)


async def _go_on(
    session: AsyncSession, payment: RowMapping, before: RowMapping, state: DisputeState, now: datetime
) -> None:
    await session.execute(update(DISPUTES).where(DISPUTES.c.id == before["id"]).values(state=state))
    if state is DisputeState.WON:
        again = Money(-before["micros"], payment["currency"])
        await _take_back(session, payment, again, f"reverse:dispute:{before['id']}", now)


async def _take_back(session: AsyncSession, payment: RowMapping, money: Money, entry_id: str, now: datetime) -> None:
    """Takes so much out of the payment's wallet and out of the house, or gives it again where it is negative."""
    holder_id, micros = payment["holder_id"], money.micros
    key = WalletKey(holder_id, money.currency)
    wallets = await Wallets.lock(session, [key], make=[key])
    of_wallet = update(WALLETS).where(WALLETS.c.holder_id == holder_id, WALLETS.c.currency == money.currency)
    of_payment = update(PAYMENTS).where(PAYMENTS.c.id == payment["id"])
    wallets.change(key, balance=-micros, may_owe=True)
    if micros < 0:
        await wallets.write(session)  # in this order the database's own check holds at each moment
    await session.execute(of_wallet.values(disputed_micros=WALLETS.c.disputed_micros + micros))
    if micros > 0:
        await wallets.write(session)
    await session.execute(of_payment.values(disputed_micros=PAYMENTS.c.disputed_micros + micros))
    amounts = {ledger.wallet(holder_id): -micros, ledger.cash(payment["provider"]): micros}
    await post(session, [Entry(entry_id, money.currency, now, amounts)])
