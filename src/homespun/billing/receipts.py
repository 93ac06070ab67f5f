"""Where payments, refunds and vouchers differ from what was booked for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from . import ledger
from .findings import Finding
from .money import decimals
from .payments.tables import DISPUTES, PAYMENTS, REFUNDS
from .states import DisputeState, PaymentState, RefundState
from .tables import LEDGER, REDEMPTIONS, VOUCHERS


async def wrong_payments(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Payments that were credited though they haven't come, or otherwise than they were paid; what went back."""
    credited = _booked(literal("topup:", String) + PAYMENTS.c.id, literal("wallet:", String) + PAYMENTS.c.holder_id)
    given_back = (
        select(func.coalesce(func.sum(REFUNDS.c.micros), 0))
        .where(REFUNDS.c.payment_id == PAYMENTS.c.id, REFUNDS.c.state != RefundState.FAILED)
        .scalar_subquery()
    )
    taken_back = (
        select(func.coalesce(func.sum(DISPUTES.c.micros), 0))
        .where(DISPUTES.c.payment_id == PAYMENTS.c.id, DISPUTES.c.state != DisputeState.WON)
        .scalar_subquery()
    )
    sums = (credited.label("credited"), given_back.label("given_back"), taken_back.label("taken_back"))
    rows = await session.execute(select(PAYMENTS, *sums).where(condition))
    findings = []
    for row in rows.mappings():
        paid = row["micros"] if row["state"] == PaymentState.PAID else 0
        for what, true, booked in (
            ("paid", paid, row["credited"]),
            ("refunded", row["refunded_micros"], row["given_back"]),
            ("disputed", row["disputed_micros"], row["taken_back"]),
        ):
            if true != booked:
                findings.append(Finding(row["id"], _said(f"{what} by its row", true, booked, row["currency"])))
    return findings


async def wrong_refunds(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Refunds that are on their way but not on the account for that, or the other way round."""
    entries = LEDGER.c.entry_id.in_(
        literal(prefix, String) + REFUNDS.c.id for prefix in ("refund:", "refunded:", "reverse:refund:")
    )
    waiting = _sum(and_(entries, LEDGER.c.account == ledger.REFUNDS))
    rows = await session.execute(
        select(REFUNDS, PAYMENTS.c.currency, waiting.label("waiting"))
        .join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_id)
        .where(condition)
    )
    findings = []
    for row in rows.mappings():
        true = row["micros"] if row["state"] == RefundState.PENDING else 0
        if true != row["waiting"]:
            findings.append(Finding(row["id"], _said("on its way by its row", true, row["waiting"], row["currency"])))
    return findings


async def wrong_disputes(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Disputes whose money is in the wallet though the bank has it, or the other way round."""
    entries = LEDGER.c.entry_id.in_(
        literal(prefix, String) + DISPUTES.c.id for prefix in ("dispute:", "reverse:dispute:")
    )
    taken = -_sum(and_(entries, LEDGER.c.account == literal("wallet:", String) + PAYMENTS.c.holder_id))
    rows = await session.execute(
        select(DISPUTES, PAYMENTS.c.currency, taken.label("taken"))
        .join(PAYMENTS, PAYMENTS.c.id == DISPUTES.c.payment_id)
        .where(condition)
    )
    findings = []
    for row in rows.mappings():
        true = 0 if row["state"] == DisputeState.WON else row["micros"]
        if true != row["taken"]:
            findings.append(Finding(row["id"], _said("taken back by its row", true, row["taken"], row["currency"])))
    return findings


async def wrong_vouchers(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Vouchers that were redeemed more or less often, or for more or less, than they say."""
    redeemed = (
        select(func.count()).select_from(REDEMPTIONS).where(REDEMPTIONS.c.voucher_id == VOUCHERS.c.id).scalar_subquery()
    )
    # The entries of one voucher lie side by side: `;` comes after `:`.
    opening = literal("voucher:", String) + VOUCHERS.c.id
    entries = and_(LEDGER.c.entry_id >= opening + ":", LEDGER.c.entry_id < opening + ";")
    given = -_sum(and_(entries, LEDGER.c.account == ledger.VOUCHERS))
    rows = await session.execute(select(VOUCHERS, redeemed.label("redeemed"), given.label("given")).where(condition))
    findings = []
    for row in rows.mappings():
        if row["used"] != row["redeemed"]:
            findings.append(Finding(row["id"], f"{row['used']} uses by its row, {row['redeemed']} redemptions"))
        if row["used"] * row["micros"] != row["given"]:
            worth = row["used"] * row["micros"]
            findings.append(Finding(row["id"], _said("redeemed by its row", worth, row["given"], row["currency"])))
    return findings


def _booked(entry_id: ColumnElement[str], account: ColumnElement[str]) -> ColumnElement[Any]:
    return _sum(and_(LEDGER.c.entry_id == entry_id, LEDGER.c.account == account))


def _sum(rows: ColumnElement[bool]) -> ColumnElement[Any]:
    return select(func.coalesce(func.sum(LEDGER.c.amount_micros), 0)).where(rows).scalar_subquery()


def _said(what: str, true: int, booked: int, currency: str) -> str:
    return f"{decimals(int(true))} {currency} {what}, {decimals(int(booked))} {currency} by what belongs to it"
