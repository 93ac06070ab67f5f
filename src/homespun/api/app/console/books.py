"""Everybody's money: wallets, payments, usage, income, and whether the books are in order. For owners."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from homespun import accounts, billing
from homespun.api.app import money, shown_economics, shown_money
from homespun.api.app.days import Days
from homespun.api.app.guard import OwnerRoute, Parts, Person
from homespun.api.app.wire import console as wire
from homespun.api.app.wire.base import Money
from homespun.api.app.wire.money import Balance, PaymentPage, Statement, UsageSum
from homespun.api.backend import Backend
from homespun.core.errors import NotFound

from . import catalogue

router = APIRouter(prefix="/api/console", route_class=OwnerRoute)

Filter = Annotated[str | None, Query(max_length=40)]


@router.get("/wallets")
async def wallets(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> wire.WalletPage:
    """What everybody has who ever had money."""
    some = await parts.billing.balances(after=cursor or "", limit=limit)
    names = await money.names_of(parts, [one.holder_id for one in some])
    lines = [
        wire.WalletLine(
            holder_id=one.holder_id,
            name=names.get(one.holder_id, ""),
            available=Money.of(one.available),
            held=Money.of(one.held),
        )
        for one in some
    ]
    return wire.WalletPage(wallets=lines, next_cursor=some[-1].holder_id if len(some) == limit else None)


@router.get("/subscriptions")
async def subscriptions(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> wire.SubscriptionPage:
    """Everybody's plans, newest first, those that have ended too."""
    some = await parts.billing.plans.subscriptions(before=cursor, limit=limit)
    names = await money.names_of(parts, [one.payer_id for one in some])
    lines = [wire.SubscriptionLine.model_validate(asdict(one) | {"name": names.get(one.payer_id, "")}) for one in some]
    return wire.SubscriptionPage(subscriptions=lines, next_cursor=some[-1].id if len(some) == limit else None)


@router.get("/wallets/{holder_id}")
async def wallet(holder_id: str, parts: Parts, person: Person) -> Balance:
    """What a person or a team has."""
    await _require_holder(parts, person, holder_id)
    return await money.balance_of(parts, holder_id)


@router.get("/wallets/{holder_id}/statement")
async def statement(
    holder_id: str, parts: Parts, person: Person, cursor: money.Cursor = None, limit: money.Limit = 50
) -> Statement:
    """What was booked on the wallet, newest first."""
    await _require_holder(parts, person, holder_id)
    return await money.statement_of(parts, holder_id, cursor, limit)


@router.post("/wallets/{holder_id}/adjustments")
async def adjust(holder_id: str, given: wire.Adjustment, parts: Parts, person: Person) -> Balance:
    """Gives money by hand, or takes it."""
    await _require_holder(parts, person, holder_id)
    amount = catalogue.money(parts, given.amount)
    await parts.billing.adjust(holder_id, amount, memo=given.memo, reference=given.reference)
    return await money.balance_of(parts, holder_id)


@router.put("/wallets/{holder_id}/subscription")
async def subscribe(holder_id: str, choice: wire.NewHolderPlan, parts: Parts, person: Person) -> Balance:
    """Gives somebody a plan, and takes its first month's price from their wallet."""
    await _require_holder(parts, person, holder_id)
    await parts.billing.plans.subscribe(holder_id, choice.plan_id)
    return await money.balance_of(parts, holder_id)


@router.delete("/wallets/{holder_id}/subscription")
async def unsubscribe(holder_id: str, parts: Parts, person: Person) -> Balance:
    """Ends somebody's plan when the month that is paid for is over."""
    await _require_holder(parts, person, holder_id)
    await parts.billing.plans.unsubscribe(holder_id)
    return await money.balance_of(parts, holder_id)


@router.get("/payments")
async def payments(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> PaymentPage:
    """Everybody's top-ups, newest first."""
    return shown_money.payments(await parts.billing.payments.all(before=cursor, limit=limit), limit)


@router.post("/payments/{payment_id}/refunds", status_code=201)
async def refund(payment_id: str, wanted: wire.RefundWanted, parts: Parts) -> wire.Refund:
    """Gives a payment back, or a part of it."""
    amount = catalogue.money(parts, wanted.amount) if wanted.amount else None
    return wire.Refund.of(await parts.billing.payments.refund(payment_id, amount))


@router.get("/usage")
async def usage(
    parts: Parts,
    days: Days,
    by: billing.Dimension = billing.Dimension.DAY,
    person_id: Filter = None,
    team_id: Filter = None,
    key_id: Filter = None,
    payer_id: Filter = None,
) -> list[UsageSum]:
    """What everybody used within some days, or those who are named."""
    whose = billing.Whose(payer_id=payer_id, person_id=person_id, team_id=team_id, key_id=key_id)
    return await money.usage_of(parts, whose, days, by)


@router.get("/usage.csv", response_class=StreamingResponse)
async def usage_csv(parts: Parts) -> Response:
    """Everybody's turns as CSV, oldest first."""
    lines = parts.billing.logs.usage_csv(billing.Whose())
    return StreamingResponse(lines, headers=money.csv_headers("usage"))


@router.get("/ledger.csv", response_class=StreamingResponse)
async def ledger_csv(parts: Parts) -> Response:
    """All that was ever booked as CSV, oldest first."""
    return StreamingResponse(parts.billing.logs.ledger_csv(), headers=money.csv_headers("ledger"))


@router.get("/income")
async def income(parts: Parts, days: Days) -> list[wire.PlanIncome]:
    """What each plan brought within some days, and what turns without a plan did."""
    names = {plan.id: plan.terms.name for plan in await parts.billing.plans.all()}
    return [_income(one, names.get(one.plan_id, "")) for one in await parts.billing.reports.income(days)]


@router.get("/economics")
async def economics(parts: Parts, days: Days) -> wire.UnitEconomics:
    """What turns cost the machine within some days, by release and door, and what is left of each plan's income."""
    return shown_economics.unit_economics(await parts.billing.economics.report(days))


@router.get("/economics.csv", response_class=StreamingResponse)
async def economics_csv(parts: Parts, days: Days) -> Response:
    """The same as CSV: a line for each release and door, then one for each plan."""
    return StreamingResponse(parts.billing.economics.csv(days), headers=money.csv_headers("economics"))


@router.get("/books")
async def books(parts: Parts) -> wire.Books:
    """What the running check of the books has found; `homespun ledger verify` checks all of them at once."""
    watch = parts.billing.watch
    return wire.Books(checked_at=watch.looked_at, findings=[wire.BookFinding.of(finding) for finding in watch.findings])


async def _require_holder(parts: Backend, owner: accounts.Person, holder_id: str) -> None:
    """Money is for somebody who is there. Raises `NotFound`."""
    try:
        await parts.accounts.people.profile(holder_id)
    except NotFound:
        await parts.accounts.teams.get(owner, holder_id)


def _income(one: billing.PlanIncome, name: str) -> wire.PlanIncome:
    return wire.PlanIncome(
        plan_id=one.plan_id,
        name=name,
        months=one.months,
        subscriptions=shown_money.money(one.subscriptions_micros, one.currency),
        turns=one.turns,
        beyond_plan=shown_money.money(one.wallet_micros, one.currency),
        covered_by_plan=shown_money.money(one.plan_micros, one.currency),
    )
