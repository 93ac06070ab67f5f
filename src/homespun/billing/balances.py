"""What somebody has, and what the owner gives or takes by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, Invalid
from homespun.core.ids import new_id
from homespun.store import storable_text

from . import ledger
from .ledger import Entry
from .money import Money
from .tables import LEDGER, WALLETS
from .wallets import WalletKey, Wallets

_LONGEST_MEMO = 200
_LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class Balance:
    """What a wallet has."""

    holder_id: str
    available: Money
    """What can be spent; less than nothing where a bank has taken back what was spent."""
    held: Money
    """Set aside for open turns."""


async def balance(session: AsyncSession, holder_id: str, currency: str) -> Balance:
    """What somebody has in one currency; nothing where there is no wallet."""
    row = (
        await session.execute(select(WALLETS).where(WALLETS.c.holder_id == holder_id, WALLETS.c.currency == currency))
    ).first()
    available, held = (row.balance_micros, row.held_micros) if row else (0, 0)
    return Balance(holder_id, Money(available, currency), Money(held, currency))


async def page(session: AsyncSession, currency: str, *, after: str, limit: int) -> tuple[Balance, ...]:
    """All wallets in one currency, in the order of their holders' ids, beginning after one of these."""
    table = WALLETS.c
    wanted = select(WALLETS).where(table.currency == currency, table.holder_id > after)
    rows = await session.execute(wanted.order_by(table.holder_id).limit(limit))
    return tuple(
        Balance(row.holder_id, Money(row.balance_micros, currency), Money(row.held_micros, currency)) for row in rows
    )


async def adjust(
    session: AsyncSession, holder_id: str, amount: Money, *, reference: str, memo: str, at: datetime
) -> None:
    """Books what the owner gives or takes; see `Billing.adjust`."""
    if not amount.micros:
        raise Invalid("Nothing is no amount to give or take.", param="amount")
    if len(storable_text(memo, "memo")) > _LONGEST_MEMO:
        raise Invalid(f"A memo has {_LONGEST_MEMO} characters at most.", param="memo")
    if not 1 <= len(storable_text(reference, "reference")) <= _LONGEST_REFERENCE:
        raise Invalid(f"A reference has 1 to {_LONGEST_REFERENCE} characters.", param="reference")
    entry_id = f"adjust:{reference}"
    key = WalletKey(holder_id, amount.currency)
    wallets = await Wallets.lock(session, [key], make=[key])
    if await session.scalar(select(LEDGER.c.number).where(LEDGER.c.entry_id == entry_id).limit(1)):
        raise Conflict(f"{reference!r} is booked already.")
    if amount.micros < 0 and wallets.balance(key) + amount.micros < 0:
        raise Invalid(f"The wallet has only {Money(wallets.balance(key), amount.currency)}.", param="amount")
    wallets.change(key, balance=amount.micros)
    await wallets.write(session)
    amounts = {ledger.wallet(holder_id): amount.micros, ledger.ADJUSTMENTS: -amount.micros}
    await ledger.post(session, [Entry(entry_id, amount.currency, at, amounts, memo=memo)])


async def move(session: AsyncSession, from_holder_id: str, to_holder_id: str, currency: str, at: datetime) -> bool:
    """Gives all that somebody can spend to somebody else; see `Billing.move`."""
    keys = [WalletKey(from_holder_id, currency), WalletKey(to_holder_id, currency)]
    wallets = await Wallets.lock(session, keys, make=keys)
    micros = wallets.balance(keys[0])
    if micros > 0 and from_holder_id != to_holder_id:
        wallets.change(keys[0], balance=-micros)
        wallets.change(keys[1], balance=micros)
        await wallets.write(session)
        amounts = {ledger.wallet(from_holder_id): -micros, ledger.wallet(to_holder_id): micros}
        memo = f"from {from_holder_id} to {to_holder_id}"
        await ledger.post(session, [Entry(new_id("move"), currency, at, amounts, memo=memo)])
    return not wallets.held(keys[0])
