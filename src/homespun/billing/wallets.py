"""Wallets within one unit of work: locked and read once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid
from homespun.store import insert_or_leave

from .money import MOST_MICROS
from .tables import WALLETS


class WalletKey(NamedTuple):
    """Whose wallet, in which currency."""

    holder_id: str
    currency: str


class _Amounts(NamedTuple):
    balance: int
    held: int


_NOTHING = _Amounts(0, 0)

_LOCK = (
    select(WALLETS)
    .where(WALLETS.c.holder_id.in_(bindparam("holders", expanding=True)))
    .order_by(WALLETS.c.holder_id, WALLETS.c.currency)
    .with_for_update()
)
_CHANGE = (
    update(WALLETS)
    .where(WALLETS.c.holder_id == bindparam("holder"), WALLETS.c.currency == bindparam("in_currency"))
    .values(
        balance_micros=WALLETS.c.balance_micros + bindparam("to_balance"),
        held_micros=WALLETS.c.held_micros + bindparam("to_held"),
    )
)


class Wallets:
    """The wallets that a unit of work changes; nobody else changes them before it ends."""

    def __init__(self, amounts: dict[WalletKey, _Amounts]) -> None:
        self._before = amounts
        self._now = dict(amounts)

    @classmethod
    async def lock(
        cls, session: AsyncSession, keys: Collection[WalletKey], *, make: Collection[WalletKey] = ()
    ) -> Wallets:
        """Reads the wallets, locked in the order of their keys; those in `make` are made if they are missing.

        One that is missing otherwise counts as empty, and can't be changed.
        """
        wanted = {*keys, *make}
        found = await _locked(session, wanted)
        if missing := sorted(set(make) - set(found)):
            await session.execute(insert_or_leave(session, WALLETS), [_new_row(key) for key in missing])
            found = await _locked(session, wanted)
        return cls(found)

    def balance(self, key: WalletKey) -> int:
        """What can be spent; 0 where there is no wallet, less than that where it owes something."""
        return self._now.get(key, _NOTHING).balance

    def held(self, key: WalletKey) -> int:
        """What is set aside for open turns."""
        return self._now.get(key, _NOTHING).held

    def change(self, key: WalletKey, *, balance: int = 0, held: int = 0, may_owe: bool = False) -> None:
        """Adds to what can be spent and to what is set aside. Raises `Invalid` where it would be more than is kept.

        Less than nothing can be spent only where a bank takes back what was spent: `may_owe`.
        """
        before = self._now.get(key, _NOTHING)
        after = _Amounts(before.balance + balance, before.held + held)
        assert after.held >= 0, f"{key} below zero"
        assert after.balance >= min(before.balance, 0) or may_owe, f"{key} below zero"
        if balance > 0 and after.balance + after.held > MOST_MICROS:
            raise Invalid(f"A wallet holds {MOST_MICROS} micros at most.", param="amount")
        self._now[key] = after

    async def write(self, session: AsyncSession) -> None:
        """Writes down what has changed."""
        if rows := list(self._changes()):
            await session.execute(_CHANGE, rows)

    def _changes(self) -> Iterable[dict[str, object]]:
        for key in sorted(self._now):
            before, after = self._before.get(key, _NOTHING), self._now[key]
            if after != before:
                assert key in self._before, f"{key} was not locked"
                yield {
                    "holder": key.holder_id,
                    "in_currency": key.currency,
                    "to_balance": after.balance - before.balance,
                    "to_held": after.held - before.held,
                }


async def _locked(session: AsyncSession, keys: Collection[WalletKey]) -> dict[WalletKey, _Amounts]:
    if not keys:
        return {}
    rows = await session.execute(_LOCK, {"holders": {key.holder_id for key in keys}})
    return {WalletKey(row.holder_id, row.currency): _Amounts(row.balance_micros, row.held_micros) for row in rows}


def _new_row(key: WalletKey) -> dict[str, object]:
    return {"holder_id": key.holder_id, "currency": key.currency, "balance_micros": 0, "held_micros": 0}
