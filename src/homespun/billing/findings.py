"""Where the books contradict themselves: each check is one statement, so that it compares what was there at one moment.

All of them read a page at a time: of wallets, of turns, of entries. None loads more than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, String, and_, case, func, literal, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from .ledger import INCOME
from .money import decimals
from .states import UsageState
from .tables import LEDGER, USAGE, WALLETS

_OPEN: ColumnElement[str] = literal_column("'open'")
"""Written out, so that the index of open turns is used."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that isn't as it should be."""

    subject: str
    """The wallet, turn, entry or meter in question."""
    problem: str
    """For people, with both amounts."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}"


async def unbalanced_entries(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Entries among some rows whose rows don't sum to zero."""
    total = func.sum(LEDGER.c.amount_micros)
    rows = await session.execute(
        select(LEDGER.c.entry_id, LEDGER.c.currency, total.label("total"))
        .where(condition)
        .group_by(LEDGER.c.entry_id, LEDGER.c.currency)
        .having(total != 0)
    )
    return [Finding(row.entry_id, f"its rows sum to {_money(row.total, row.currency)} and not to zero") for row in rows]


async def strays(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Entries among some rows that are booked for a turn of which there is no usage."""
    rows = await session.scalars(
        select(LEDGER.c.entry_id)
        .outerjoin(USAGE, USAGE.c.turn_id == LEDGER.c.turn_id)
        .where(condition, LEDGER.c.turn_id.is_not(None), USAGE.c.turn_id.is_(None))
        .distinct()
    )
    return [Finding(entry_id, "it is booked for a turn that nobody has asked") for entry_id in rows]


async def wrong_wallets(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Wallets that differ from the ledger, or hold something else than their open turns need."""
    booked, held, needed = _booked("wallet:"), _booked("held:"), _held_by_open_turns()
    rows = await session.execute(
        select(WALLETS, booked.label("booked"), held.label("booked_held"), needed.label("needed")).where(condition)
    )
    return [finding for row in rows.mappings() for finding in _of_wallet(row)]


def _of_wallet(row: RowMapping) -> Sequence[Finding]:
    name, currency = f"wallet:{row['holder_id']}", row["currency"]
    compared = (
        ("balance", row["balance_micros"], row["booked"], "the ledger says"),
        ("hold", row["held_micros"], row["booked_held"], "the ledger says"),
        ("hold", row["held_micros"], row["needed"], "its open turns need"),
    )
    return [
        Finding(name, f"its {what} is {_money(kept, currency)}, but {who} {_money(true, currency)}")
        for what, kept, true, who in compared
        if kept != true
    ]


async def wrong_turns(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Turns whose usage differs from what was booked for them."""
    rows = await session.execute(_turns_as_booked(condition))
    return [finding for row in rows.mappings() for finding in _of_turn(row)]


def _turns_as_booked(condition: ColumnElement[bool]) -> Select[Any]:
    """Each turn with what its entries gave to `income`, and what they left on hold."""
    usage, amount = USAGE.c, LEDGER.c.amount_micros
    its_entries = LEDGER.c.entry_id.in_(_text(f"{what}:") + usage.turn_id for what in ("hold", "settle", "release"))
    income = case((LEDGER.c.account == INCOME, amount), else_=0)
    held = case((LEDGER.c.account == _text("held:") + usage.payer_id, amount), else_=0)
    return (
        select(
            usage.turn_id,
            usage.state,
            usage.currency,
            usage.cost_micros,
            usage.plan_micros,
            usage.wallet_micros,
            func.coalesce(func.sum(income), 0).label("income"),
            func.coalesce(func.sum(held), 0).label("held"),
        )
        .outerjoin(LEDGER, and_(its_entries, LEDGER.c.currency == usage.currency))
        .where(condition)
        .group_by(usage.turn_id)
    )


def _of_turn(row: RowMapping) -> Sequence[Finding]:
    is_open = row["state"] == UsageState.OPEN
    charged, held = (0, row["wallet_micros"]) if is_open else (row["wallet_micros"], 0)
    problems = [
        f"{_money(usage, row['currency'])} {what} by its usage, {_money(booked, row['currency'])} by the ledger"
        for what, usage, booked in (("charged", charged, row["income"]), ("held", held, row["held"]))
        if usage != booked
    ]
    if row["plan_micros"] + row["wallet_micros"] > row["cost_micros"]:
        problems.append("plan and wallet paid more than it costs")
    return [Finding(row["turn_id"], problem) for problem in problems]


def _booked(prefix: str) -> ColumnElement[int]:
    """What the ledger says a wallet's account has."""
    return (
        select(func.coalesce(func.sum(LEDGER.c.amount_micros), 0))
        .where(LEDGER.c.account == _text(prefix) + WALLETS.c.holder_id, LEDGER.c.currency == WALLETS.c.currency)
        .scalar_subquery()
    )


def _held_by_open_turns() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(USAGE.c.wallet_micros), 0))
        .where(
            USAGE.c.payer_id == WALLETS.c.holder_id,
            USAGE.c.currency == WALLETS.c.currency,
            USAGE.c.state == _OPEN,
        )
        .scalar_subquery()
    )


def _money(micros: Any, currency: str) -> str:
    return f"{decimals(int(micros))} {currency}"


def _text(text: str) -> ColumnElement[str]:
    return literal(text, String)
