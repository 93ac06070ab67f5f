"""Balances, plans, usage, payments: of a person, of a team, of everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from homespun.billing import DisputeState, Overflow, PaymentState, UsageState

from .base import Micros, Money, Wire

WindowPeriod = Literal["day", "week", "month"]


class Gauge(Wire):
    """How much of a limit is used, open answers included."""

    used: int
    limit: int


class WindowUse(Wire):
    """A window of a plan as it stands; what isn't limited is null."""

    period: WindowPeriod
    ends_at: datetime
    """When it begins anew."""
    prompts: Gauge | None
    tokens: Gauge | None
    micros: Gauge | None
    """Of cost by the price list."""


class PlanInUse(Wire):
    """The plan that counts for somebody now."""

    id: str
    name: str
    price: Money
    """For a month."""
    overflow: Overflow
    windows: list[WindowUse]


class Subscription(Wire):
    """That somebody has a plan."""

    id: str
    plan_id: str
    valid_from: datetime
    valid_until: datetime | None
    """null: it goes on."""
    months_paid: int
    paid_until: datetime


class Balance(Wire):
    """GET /api/me/balance, GET /api/teams/{id}/balance."""

    holder_id: str
    available: Money
    """What can be spent."""
    held: Money
    """Set aside for answers that are being written."""
    plan: PlanInUse | None
    subscription: Subscription | None
    """null: none, though there may be a plan for everybody."""
    providers: list[str]
    """Through whom one can top up."""


class Window(Wire):
    """What a plan allows in each day, week or month; null is no limit."""

    period: WindowPeriod
    prompts: Annotated[int, Field(strict=True)] | None = None
    tokens: Annotated[int, Field(strict=True)] | None = None
    micros: Micros | None = None


class PlanOffer(Wire):
    """A plan that one can subscribe to."""

    id: str
    name: str
    price: Money
    """For a month, taken from the wallet in advance."""
    overflow: Overflow
    windows: list[Window]


class PlanChoice(Wire):
    """PUT /api/me/subscription: takes a plan in place of the one before."""

    plan_id: Annotated[str, Field(max_length=40)]


class UsageSum(Wire):
    """What turns that have something in common used and cost."""

    group: str
    """The day, the model, the id of the key, ...; empty for turns without one."""
    label: str
    """The same for people, where it is an id: the person's or the plan's name."""
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: Money
    """By the price list."""
    paid_by_plan: Money
    paid_by_wallet: Money


class TurnUsage(Wire):
    """One turn in the log."""

    turn_id: str
    at: datetime
    person_id: str
    key_id: str | None
    door: str
    model: str
    state: UsageState
    """While it is open, tokens and amounts are what is set aside."""
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: Money
    paid_by_plan: Money
    paid_by_wallet: Money


class UsagePage(Wire):
    """GET /api/me/usage/turns?cursor=&limit=: newest first."""

    turns: list[TurnUsage]
    next_cursor: str | None


class Booking(Wire):
    """A line of a statement."""

    number: int
    entry_id: str
    account: str
    amount: Money
    """What the account got; negative: what it gave."""
    turn_id: str | None
    memo: str
    at: datetime


class Statement(Wire):
    """GET /api/me/statement?cursor=&limit=: newest first."""

    bookings: list[Booking]
    next_cursor: str | None


class BudgetOfMember(Wire):
    """How much a member's turns may cost their team in a calendar month."""

    person_id: str
    micros: int
    """In the installation's currency."""


class VoucherCode(Wire):
    """POST /api/me/vouchers: redeems a voucher."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class TopUp(Wire):
    """POST /api/me/topups: begins a payment; where `url` leads it is made."""

    amount: Money
    provider: Annotated[str, Field(max_length=40)]
    billed_to: str = Field(default="", max_length=500)
    """Name and address for the invoice."""


class Checkout(Wire):
    """Where to pay."""

    payment_id: str
    url: str


class Payment(Wire):
    """A top-up. There is an invoice once it is paid: GET /api/me/invoices/{id}.pdf."""

    id: str
    holder_id: str
    provider: str
    amount: Money
    refunded: Money
    disputed: Money
    """What the payer's bank has taken back and not given again; the balance may be below nothing for it."""
    dispute: DisputeState | None
    """Of the latest dispute; null: nobody has disputed it."""
    state: PaymentState
    invoice_number: int | None
    billed_to: str
    created_at: datetime
    paid_at: datetime | None


class PaymentPage(Wire):
    """GET /api/me/invoices?cursor=&limit=: newest first."""

    payments: list[Payment]
    next_cursor: str | None
