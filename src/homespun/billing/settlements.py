"""Settlements: the second of a turn's two bookings. What was delivered is charged, the rest of the hold released.

A turn is settled once, whoever tries and however often. The order of locks is: usage, wallets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from . import ledger, rollups
from .charging import Bill, Held, bill
from .cost import FREE, Tokens
from .ledger import Entry
from .meters import Meters, plan_meters, spending_meters
from .money import Money
from .prices import tariff_of
from .states import UsageState
from .tables import PRICES, USAGE
from .values import Delivery, Settlement
from .wallets import WalletKey, Wallets

_CHANGED = (
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "plan_tokens",
    "cost_micros",
    "plan_micros",
    "wallet_micros",
    "machine_us",
    "plan_id",
    "state",
    "settled_at",
)

_LOCK = (
    select(USAGE, PRICES)
    .outerjoin(PRICES, PRICES.c.id == USAGE.c.price_id)
    .where(USAGE.c.turn_id.in_(bindparam("turns", expanding=True)))
    .order_by(USAGE.c.turn_id)
    .with_for_update(of=USAGE)
)
_SETTLE = (
    update(USAGE)
    .where(USAGE.c.turn_id == bindparam("turn"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)


async def settle(session: AsyncSession, deliveries: Sequence[Delivery]) -> list[Settlement]:
    """Charges what was delivered; see `Billing.settle`."""
    usage = await _locked(session, [delivery.turn_id for delivery in deliveries])
    deliveries = [delivery for delivery in deliveries if delivery.turn_id in usage]
    wanted: dict[str, Delivery] = {}
    for delivery in deliveries:  # in their order, which counts where a wallet hasn't enough for all
        if usage[delivery.turn_id][USAGE.c.state] == UsageState.OPEN:
            wanted.setdefault(delivery.turn_id, delivery)
    wallets = await Wallets.lock(
        session, {_wallet(usage[turn_id]) for turn_id in wanted if _is_charged(usage[turn_id])}
    )
    group = _Group(wallets)
    settled = {turn_id: group.settle(usage[turn_id], delivery) for turn_id, delivery in wanted.items()}
    await group.write(session)
    before = {turn_id: _as_before(row) for turn_id, row in usage.items() if turn_id not in settled}
    return [(settled | before)[delivery.turn_id] for delivery in deliveries]


class _Group:
    """Settlements of one unit of work."""

    def __init__(self, wallets: Wallets) -> None:
        self._wallets = wallets
        self._meters = Meters()
        self._usage: list[dict[str, Any]] = []
        self._entries: list[Entry] = []

    def settle(self, row: RowMapping, delivery: Delivery) -> Settlement:
        """Charges one turn, in memory."""
        key = _wallet(row)
        tariff = tariff_of(row) if row[USAGE.c.price_id] else FREE
        used = Tokens(delivery.prompt_tokens, delivery.cached_tokens, delivery.completion_tokens, row[USAGE.c.requests])
        due = bill(tariff, used, held=_held(row), balance=self._wallets.balance(key))
        self._book(row, due, delivery)
        self._move_meters(row, due, delivery)
        self._usage.append({**{column.name: row[column] for column in USAGE.c}, **_changes(row, due, delivery)})
        return Settlement(delivery.turn_id, Money(due.cost, key.currency), due.plan_micros, due.wallet_micros)

    async def write(self, session: AsyncSession) -> None:
        """Writes everything down."""
        if not self._usage:
            return
        rows = [{"turn": row["turn_id"], **{f"new_{name}": row[name] for name in _CHANGED}} for row in self._usage]
        await session.execute(_SETTLE, rows)
        await ledger.post(session, self._entries)
        await self._wallets.write(session)
        await self._meters.write(session)
        await rollups.add(session, self._usage)

    def _book(self, row: RowMapping, due: Bill, delivery: Delivery) -> None:
        """A settlement takes from the hold and, where that is too little, from the wallet; a release gives back."""
        turn_id, key = delivery.turn_id, _wallet(row)
        wallet, held = ledger.wallet(key.holder_id), ledger.held(key.holder_id)
        taken = {held: -due.from_hold, wallet: -due.from_balance, ledger.INCOME: due.wallet_micros}
        back = {held: -due.released, wallet: due.released}
        self._wallets.change(key, balance=due.released - due.from_balance, held=-due.from_hold - due.released)
        for what, amounts in (("settle", taken), ("release", back)):
            if any(amounts.values()):
                self._entries.append(Entry(f"{what}:{turn_id}", key.currency, delivery.at, amounts, turn_id))

    def _move_meters(self, row: RowMapping, due: Bill, delivery: Delivery) -> None:
        """From what was set aside to what was used."""
        usage, was = USAGE.c, _held(row)
        if row[usage.plan_id]:
            self._meters.move(
                plan_meters(row[usage.payer_id], row[usage.plan_id], row[usage.at]),
                prompts=0 if delivery.completion_tokens else -1,
                tokens=due.plan_tokens - was.plan_tokens,
                micros=due.plan_micros - was.plan_micros,
            )
        if spent := due.plan_micros + due.wallet_micros - was.plan_micros - was.wallet_micros:
            self._meters.move(
                spending_meters(row[usage.key_id], row[usage.person_id], row[usage.team_id], row[usage.at]),
                micros=spent,
            )


async def _locked(session: AsyncSession, turn_ids: Sequence[str]) -> dict[str, RowMapping]:
    """The turns' usage with their prices, locked in one order; of turns that were never held there is none."""
    rows = await session.execute(_LOCK, {"turns": turn_ids})
    return {row[USAGE.c.turn_id]: row for row in rows.mappings()}


def _wallet(row: RowMapping) -> WalletKey:
    return WalletKey(row[USAGE.c.payer_id], row[USAGE.c.currency])


def _is_charged(row: RowMapping) -> bool:
    return row[USAGE.c.price_id] is not None or row[USAGE.c.plan_id] is not None


def _held(row: RowMapping) -> Held:
    usage = USAGE.c
    return Held(
        row[usage.plan_id] is not None, row[usage.plan_tokens], row[usage.plan_micros], row[usage.wallet_micros]
    )


def _changes(row: RowMapping, due: Bill, delivery: Delivery) -> dict[str, Any]:
    return {
        "prompt_tokens": delivery.prompt_tokens,
        "cached_tokens": delivery.cached_tokens,
        "completion_tokens": delivery.completion_tokens,
        "plan_tokens": due.plan_tokens,
        "cost_micros": due.cost,
        "plan_micros": due.plan_micros,
        "wallet_micros": due.wallet_micros,
        "machine_us": delivery.machine_us,
        "state": UsageState.SETTLED,
        "settled_at": delivery.at,
        # Who got nothing has not used the plan either.
        "plan_id": row[USAGE.c.plan_id] if delivery.completion_tokens else None,
    }


def _as_before(row: RowMapping) -> Settlement:
    usage = USAGE.c
    return Settlement(
        row[usage.turn_id],
        Money(row[usage.cost_micros], row[usage.currency]),
        row[usage.plan_micros],
        row[usage.wallet_micros],
    )
