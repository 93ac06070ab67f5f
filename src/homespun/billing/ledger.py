"""The ledger: entries whose rows sum to zero. Rows are only ever added; what was wrong is reversed by another entry.

    account               who has it
    wallet:<holder>       what a person or team can spend
    held:<holder>         what is set aside for their open turns
    income                what was earned
    cash:<provider>       what came in through a payment provider (negative) or went back
    refunds               what is on its way back
    vouchers              what was given away in vouchers (negative)
    adjustments           what the owner has given or taken by hand
    losses                what was paid back beyond what a wallet held (negative)

Credits are positive, debits negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .tables import LEDGER

INCOME = "income"
REFUNDS = "refunds"
VOUCHERS = "vouchers"
ADJUSTMENTS = "adjustments"
LOSSES = "losses"

_ADD = insert(LEDGER)


def wallet(holder_id: str) -> str:
    """The account of what somebody can spend."""
    return f"wallet:{holder_id}"


def held(holder_id: str) -> str:
    """The account of what is set aside for somebody's open turns."""
    return f"held:{holder_id}"


def cash(provider: str) -> str:
    """The account of what came in through a payment provider."""
    return f"cash:{provider}"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened once, and what each account got by it; accounts that got nothing are left out."""

    id: str
    currency: str
    at: datetime
    amounts: dict[str, int]
    """By account, in micros; they sum to zero."""
    turn_id: str | None = None
    memo: str = ""

    def __post_init__(self) -> None:
        assert sum(self.amounts.values()) == 0, f"{self.id} makes or loses money"

    def rows(self) -> Iterable[dict[str, Any]]:
        """As the table has them."""
        return (
            {
                "entry_id": self.id,
                "account": account,
                "amount_micros": amount,
                "currency": self.currency,
                "turn_id": self.turn_id,
                "memo": self.memo,
                "at": self.at,
            }
            for account, amount in self.amounts.items()
            if amount
        )


async def post(session: AsyncSession, entries: Iterable[Entry]) -> None:
    """Adds the entries. The database refuses one that is there already, and with it the whole unit of work."""
    if rows := [row for entry in entries for row in entry.rows()]:
        await session.execute(_ADD, rows)
