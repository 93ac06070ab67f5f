"""Balance, usage, vouchers, top-ups, invoices: one's own, and a team's for those who may see its money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from homespun import billing
from homespun.api.backend import Backend
from homespun.billing import Dimension, usage_cursor
from homespun.core.errors import Invalid, NotFound

from . import shown_money as shown
from .days import Days
from .guard import GuardedRoute, Parts, Person, PersonRoute
from .purses import Purse, own_purse, team_purse
from .wire import money as wire
from .wire.base import Money
from .wire.teams import MemberBudget

own = APIRouter(prefix="/api/me", route_class=GuardedRoute, dependencies=[Depends(own_purse)])
own_paying = APIRouter(prefix="/api/me", route_class=PersonRoute, dependencies=[Depends(own_purse)])
"""Not for visitors: one person may be any number of them, and would redeem the same voucher as each."""
team = APIRouter(prefix="/api/teams/{team_id}", route_class=PersonRoute, dependencies=[Depends(team_purse)])
offers = APIRouter(route_class=GuardedRoute)

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=200)]
By = Annotated[Literal["day", "model", "key", "person", "door"], Query()]


@offers.get("/api/plans")
async def plans(parts: Parts) -> list[wire.PlanOffer]:
    """The plans that one can subscribe to."""
    return [shown.plan_offer(plan) for plan in await parts.billing.plans.all() if _is_offered(plan)]


@own.get("/balance")
@team.get("/balance")
async def balance(parts: Parts, purse: Purse) -> wire.Balance:
    """What there is to spend, and what is used of the plan."""
    return await balance_of(parts, purse.holder_id)


@own.get("/usage")
@team.get("/usage")
async def usage(parts: Parts, purse: Purse, days: Days, by: By = "day") -> list[wire.UsageSum]:
    """What was used within some days, those of the last month unless said otherwise, at most 200 lines."""
    return await usage_of(parts, purse.whose, days, Dimension(by))


@own.get("/usage/turns")
@team.get("/usage/turns")
async def usage_turns(parts: Parts, purse: Purse, cursor: Cursor = None, limit: Limit = 50) -> wire.UsagePage:
    """The log of all turns, newest first."""
    turns = await parts.billing.logs.usage(purse.whose, before=cursor, limit=limit)
    after = usage_cursor(turns[-1]) if len(turns) == limit else None
    return wire.UsagePage(turns=[shown.turn_usage(turn) for turn in turns], next_cursor=after)


@own.get("/usage.csv", response_class=StreamingResponse)
@team.get("/usage.csv", response_class=StreamingResponse)
async def usage_csv(parts: Parts, purse: Purse) -> Response:
    """All turns as CSV, oldest first."""
    return StreamingResponse(parts.billing.logs.usage_csv(purse.whose), headers=csv_headers("usage"))


@own.get("/statement")
@team.get("/statement")
async def statement(parts: Parts, purse: Purse, cursor: Cursor = None, limit: Limit = 50) -> wire.Statement:
    """What was booked on the wallet, newest first."""
    return await statement_of(parts, purse.holder_id, cursor, limit)


@own.get("/ledger.csv", response_class=StreamingResponse)
@team.get("/ledger.csv", response_class=StreamingResponse)
async def ledger_csv(parts: Parts, purse: Purse) -> Response:
    """All that was booked on the wallet as CSV, oldest first."""
    return StreamingResponse(parts.billing.logs.ledger_csv(purse.holder_id), headers=csv_headers("ledger"))


@own_paying.post("/vouchers")
@team.post("/vouchers")
async def redeem(given: wire.VoucherCode, parts: Parts, purse: Purse) -> Money:
    """Redeems a voucher; says what it was worth."""
    return Money.of(await parts.billing.vouchers.redeem(purse.holder_id, given.code))


@own_paying.put("/subscription")
@team.put("/subscription")
async def subscribe(choice: wire.PlanChoice, parts: Parts, purse: Purse) -> wire.Balance:
    """Takes a plan, and pays its first month from the wallet."""
    offered = {plan.id for plan in await parts.billing.plans.all() if _is_offered(plan)}
    if choice.plan_id not in offered:
        raise NotFound("There is no such plan to be had.", param="plan_id")
    await parts.billing.plans.subscribe(purse.holder_id, choice.plan_id)
    return await balance_of(parts, purse.holder_id)


@own.delete("/subscription")
@team.delete("/subscription")
async def unsubscribe(parts: Parts, purse: Purse) -> wire.Balance:
    """Ends the plan when the month that is paid for is over."""
    await parts.billing.plans.unsubscribe(purse.holder_id)
    return await balance_of(parts, purse.holder_id)


@own_paying.post("/topups", status_code=201)
@team.post("/topups", status_code=201)
async def top_up(wanted: wire.TopUp, parts: Parts, purse: Purse) -> wire.Checkout:
    """Begins a payment. The money is there when the provider says that it was paid."""
    amount = billing.Money(wanted.amount.micros, wanted.amount.currency)
    return_url = f"{parts.installation.accounts.web_url.rstrip('/')}/account/balance"
    checkout = await parts.billing.payments.start(
        purse.holder_id, amount, provider=wanted.provider, return_url=return_url, billed_to=wanted.billed_to
    )
    return wire.Checkout.of(checkout)


@own.get("/invoices")
@team.get("/invoices")
async def invoices(parts: Parts, purse: Purse, cursor: Cursor = None, limit: Limit = 50) -> wire.PaymentPage:
    """Top-ups, newest first; the paid ones have an invoice."""
    return shown.payments(await parts.billing.payments.all(purse.holder_id, before=cursor, limit=limit), limit)


@own.get("/invoices/{payment_id}.pdf", response_class=Response)
@team.get("/invoices/{payment_id}.pdf", response_class=Response)
async def invoice(payment_id: str, parts: Parts, purse: Purse) -> Response:
    """The invoice of a top-up that was paid."""
    payment = await parts.billing.payments.payment(payment_id)
    if payment.holder_id != purse.holder_id:
        raise NotFound("There is no such payment.")
    number, pdf = await parts.billing.invoice(payment_id)
    return Response(pdf, media_type="application/pdf", headers=_file_headers(f"invoice-{number}.pdf"))


@team.get("/budgets")
async def budgets(team_id: str, parts: Parts) -> list[wire.BudgetOfMember]:
    """How much members' turns may cost the team in a calendar month; those without a limit are left out."""
    limits = await parts.billing.member_budgets(team_id)
    return [wire.BudgetOfMember(person_id=person_id, micros=micros) for person_id, micros in sorted(limits.items())]


@team.put("/budgets/{person_id}", status_code=204)
async def set_budget(team_id: str, person_id: str, budget: MemberBudget, parts: Parts, person: Person) -> None:
    """Limits what a member's turns may cost the team in a calendar month, or takes the limit away."""
    await parts.accounts.teams.member(person, team_id, person_id)
    await parts.billing.set_member_budget(team_id, person_id, budget.micros)


async def balance_of(parts: Backend, holder_id: str) -> wire.Balance:
    """What somebody has, whoever it is."""
    wallet = await parts.billing.balance(holder_id)
    plan = await parts.billing.plans.of(holder_id)
    windows = await parts.billing.plans.use(holder_id)
    return wire.Balance(
        holder_id=holder_id,
        available=Money.of(wallet.available),
        held=Money.of(wallet.held),
        plan=shown.plan_in_use(plan, windows) if plan else None,
        subscription=shown.subscription(await parts.billing.plans.subscription(holder_id)),
        providers=list(parts.billing.payments.providers),
    )


async def usage_of(parts: Backend, whose: billing.Whose, days: billing.Range, by: Dimension) -> list[wire.UsageSum]:
    """A report, with names where it is by person, by key or by plan."""
    sums = await parts.billing.reports.usage(whose, days, by, limit=_most_lines(days, by))
    labels: dict[str, str] = {}
    if by in (Dimension.PERSON, Dimension.PAYER):
        labels = await names_of(parts, [one.of for one in sums])
    elif by is Dimension.KEY:
        labels = await parts.accounts.keys.names(one.of for one in sums)
    elif by is Dimension.PLAN:
        labels = {plan.id: plan.terms.name for plan in await parts.billing.plans.all()}
    return [shown.usage_sum(one, labels) for one in sums]


async def names_of(parts: Backend, ids: Sequence[str]) -> dict[str, str]:
    """What people and teams are called, by their ids."""
    return await parts.accounts.people.names(ids) | await parts.accounts.teams.names(ids)


async def statement_of(parts: Backend, holder_id: str, cursor: str | None, limit: int) -> wire.Statement:
    """What was booked on somebody's wallet. Raises `Invalid` for a cursor that isn't one."""
    bookings = await parts.billing.logs.statement(holder_id, before=number_of(cursor), limit=limit)
    after = str(bookings[-1].number) if len(bookings) == limit else None
    return wire.Statement(bookings=[shown.booking(one) for one in bookings], next_cursor=after)


def csv_headers(name: str) -> dict[str, str]:
    """A file to be kept."""
    return {"content-type": "text/csv; charset=utf-8"} | _file_headers(f"{name}.csv")


def _file_headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _is_offered(plan: billing.Plan) -> bool:
    return plan.retired_at is None and not plan.terms.is_default


def _most_lines(days: billing.Range, by: Dimension) -> int:
    """Every day has a line; of the rest, the dearest."""
    return (days.last - days.first + timedelta(days=1)).days if by is Dimension.DAY else 200


def number_of(cursor: str | None) -> int | None:
    """A cursor that is a number. Raises `Invalid` for one that isn't."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
        raise Invalid("This isn't a cursor of this list. Begin again without one.", param="cursor")
    return int(cursor)
