"""Billing's tables. Ledger rows and prices are never changed; amounts are micros, credits positive, debits negative."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from homespun.store import Base, RowNumber, UtcDateTime


class LedgerRow(Base):
    """One side of an entry. The rows of an entry sum to zero in each currency."""

    __tablename__ = "ledger_rows"
    __table_args__ = (
        UniqueConstraint("entry_id", "account", "currency"),
        Index(None, "account", "number"),
        CheckConstraint("amount_micros <> 0", name="amount"),
    )

    number: Mapped[RowNumber]
    """The order of booking; on PostgreSQL only nearly so."""
    entry_id: Mapped[str] = mapped_column(String(100))
    """What happened to what: `hold:turn_...`. It happens once: the constraint refuses a second time."""
    account: Mapped[str] = mapped_column(String(60))
    """`wallet:<holder>`, `held:<holder>`, `income`, `cash:<provider>`, ...; see `ledger.py`."""
    amount_micros: Mapped[int] = mapped_column(BigInteger)
    """Positive: the account gets it. What an account has is the sum."""
    currency: Mapped[str] = mapped_column(String(3))
    turn_id: Mapped[str | None] = mapped_column(String(40))
    memo: Mapped[str] = mapped_column(String(200), default="")
    """For people; empty for turns, whose usage says more."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WalletRow(Base):
    """What a holder has, kept beside the ledger so that an admission need not sum it up."""

    __tablename__ = "wallets"
    __table_args__ = (
        CheckConstraint("balance_micros + disputed_micros >= 0", name="balance"),
        CheckConstraint("held_micros >= 0", name="held"),
    )

    holder_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """A person or a team."""
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    balance_micros: Mapped[int] = mapped_column(BigInteger)
    """What can be spent: the sum of `wallet:<holder>`. Less than nothing where a bank has taken back what was spent."""
    disputed_micros: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What banks have taken back of top-ups: by so much the balance may be below nothing, and by no more."""
    held_micros: Mapped[int] = mapped_column(BigInteger)
    """Set aside for open turns: the sum of `held:<holder>`."""


class PriceRow(Base):
    """What a model costs through a door from some moment on. Never changed: a newer one supersedes it."""

    __tablename__ = "prices"
    __table_args__ = (UniqueConstraint("model", "door", "valid_from"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(200))
    """`*`: every model that has no price of its own."""
    door: Mapped[str] = mapped_column(String(10))
    """`*`: every door that has no price of its own."""
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    currency: Mapped[str] = mapped_column(String(3))
    input_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million prompt tokens that weren't in the cache."""
    cached_input_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million prompt tokens that were."""
    output_micros: Mapped[int] = mapped_column(BigInteger)
    """For a million completion tokens."""
    prompt_micros: Mapped[int] = mapped_column(BigInteger)
    """For each prompt."""
    request_micros: Mapped[int] = mapped_column(BigInteger)
    """For each request, which may have several prompts."""


class UsageRow(Base):
    """What a turn used and who paid. While it is open, amounts and tokens are what is set aside for it."""

    __tablename__ = "usage"
    __table_args__ = (
        Index(None, "payer_id", "at"),
        Index(None, "person_id", "at"),
        Index(
            None,
            "team_id",
            "at",
            sqlite_where=text("team_id IS NOT NULL"),
            postgresql_where=text("team_id IS NOT NULL"),
        ),
        Index(
            None, "key_id", "at", sqlite_where=text("key_id IS NOT NULL"), postgresql_where=text("key_id IS NOT NULL")
        ),
        Index(
            "ix_usage_open", "payer_id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")
        ),
        Index(None, "at"),
    )

    turn_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payer_id: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[str] = mapped_column(String(40))
    team_id: Mapped[str | None] = mapped_column(String(40))
    key_id: Mapped[str | None] = mapped_column(String(40))
    door: Mapped[str] = mapped_column(String(10))
    model: Mapped[str] = mapped_column(String(200))
    plan_id: Mapped[str | None] = mapped_column(String(40))
    """The plan that covers the turn or a part of it."""
    price_id: Mapped[str | None] = mapped_column(ForeignKey("prices.id"))
    """The price of the moment of asking, which counts to the end. None: it costs nothing."""
    currency: Mapped[str] = mapped_column(String(3))
    requests: Mapped[int]
    """1, or 0 for the further prompts of one request."""
    prompt_tokens: Mapped[int]
    cached_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    plan_tokens: Mapped[int] = mapped_column(BigInteger)
    """Those of all tokens that the plan covers."""
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    """By the price. What plan and wallet did not pay of it was written off."""
    plan_micros: Mapped[int] = mapped_column(BigInteger)
    """What the plan covers of the cost."""
    wallet_micros: Mapped[int] = mapped_column(BigInteger)
    """What the wallet pays of the cost: the sum of the turn's rows on `income`."""
    machine_us: Mapped[int | None] = mapped_column(BigInteger)
    """How long the machine worked for it. None: it is open, or its engine doesn't measure that."""
    state: Mapped[str] = mapped_column(String(10))
    """A `UsageState`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was asked; its windows and its day are those of this moment."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UsageDayRow(Base):
    """The settled turns of a day (UTC) with everything in common, summed up for reports."""

    __tablename__ = "usage_days"
    __table_args__ = (
        Index(None, "person_id", "day"),
        Index(None, "team_id", "day"),
        Index(None, "key_id", "day"),
    )

    payer_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    """The day it was asked."""
    person_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Empty: none. So are key and plan."""
    key_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    door: Mapped[str] = mapped_column(String(10), primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    turns: Mapped[int] = mapped_column(BigInteger)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    plan_micros: Mapped[int] = mapped_column(BigInteger)
    wallet_micros: Mapped[int] = mapped_column(BigInteger)


class UsageTotalRow(Base):
    """The settled turns of a day, whoever asked. Several rows share the counting, lest writers queue for one."""

    __tablename__ = "usage_totals"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    door: Mapped[str] = mapped_column(String(10), primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Empty: none."""
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    share: Mapped[int] = mapped_column(primary_key=True)
    """Which of the rows; each unit of work takes any."""
    turns: Mapped[int] = mapped_column(BigInteger)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    plan_micros: Mapped[int] = mapped_column(BigInteger)
    wallet_micros: Mapped[int] = mapped_column(BigInteger)
    measured_turns: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """Those of the turns whose `machine_us` is known."""
    machine_us: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """How long the machine worked for them."""


class UsageMonthRow(Base):
    """The settled turns of a person, payer or key in a month, summed up, so that the largest are found at once."""

    __tablename__ = "usage_months"
    __table_args__ = (Index(None, "month", "dimension", "cost_micros", "subject_id"),)

    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`person`, `payer` or `key`: what the subject is."""
    subject_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    turns: Mapped[int] = mapped_column(BigInteger)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_micros: Mapped[int] = mapped_column(BigInteger)
    plan_micros: Mapped[int] = mapped_column(BigInteger)
    wallet_micros: Mapped[int] = mapped_column(BigInteger)


class MeterRow(Base):
    """What somebody has used within a window: open turns with what is set aside, settled ones with what they used.

    Deleted some time after the window is over.
    """

    __tablename__ = "meters"
    __table_args__ = (Index(None, "ends_at"),)

    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """A payer, a key, or a member of a team."""
    scope_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The payer's plan, the member's team; empty for a key."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    prompts: Mapped[int] = mapped_column(BigInteger)
    """Turns that the plan covers; not counted for keys and members, nor are tokens."""
    tokens: Mapped[int] = mapped_column(BigInteger)
    micros: Mapped[int] = mapped_column(BigInteger)
    """What the plan covers; for keys and members what plan and wallet pay."""


class OfferRow(Base):
    """Another number after every change of prices and plans. One row; none before the first change."""

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(BigInteger)


class PlanRow(Base):
    """What a subscription gives."""

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    price_micros: Mapped[int] = mapped_column(BigInteger)
    """For a month, taken from the wallet in advance."""
    overflow: Mapped[str] = mapped_column(String(10))
    """An `Overflow`."""
    is_default: Mapped[bool]
    """It is for everybody who has no subscription; at most one plan is."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since then nobody can subscribe; those who have it keep it."""


class PlanWindowRow(Base):
    """What a plan allows within each of its windows of one length; nothing said is no limit."""

    __tablename__ = "plan_windows"

    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    """A `Period`, but not `ever`."""
    prompts: Mapped[int | None] = mapped_column(BigInteger)
    tokens: Mapped[int | None] = mapped_column(BigInteger)
    """Prompt and completion."""
    micros: Mapped[int | None] = mapped_column(BigInteger)
    """Of cost by the price list."""


class SubscriptionRow(Base):
    """Who has which plan from when to when."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index(None, "payer_id", "valid_from"), Index(None, "plan_id"), Index(None, "paid_until"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payer_id: Mapped[str] = mapped_column(String(40))
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: until somebody ends it, or a month can't be paid."""
    months_paid: Mapped[int]
    paid_until: Mapped[datetime] = mapped_column(UtcDateTime)


class PlanIncomeRow(Base):
    """What subscriptions to a plan have paid on a day, summed up for reports."""

    __tablename__ = "plan_income"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    months: Mapped[int] = mapped_column(BigInteger)
    """How many were paid."""
    micros: Mapped[int] = mapped_column(BigInteger)


class MemberBudgetRow(Base):
    """How much a member's turns may cost their team in a calendar month."""

    __tablename__ = "member_budgets"

    team_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    micros: Mapped[int] = mapped_column(BigInteger)


class VoucherRow(Base):
    """A code that is worth money. The code itself is nowhere, only its sha256."""

    __tablename__ = "vouchers"
    __table_args__ = (CheckConstraint("used <= uses", name="used"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256, in hex, of the code without hyphens."""
    ending: Mapped[str] = mapped_column(String(4))
    """The code's last characters, to recognise it by."""
    micros: Mapped[int] = mapped_column(BigInteger)
    """What each use is worth."""
    currency: Mapped[str] = mapped_column(String(3))
    uses: Mapped[int]
    """How many may redeem it, each once."""
    used: Mapped[int]
    memo: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From then on it is worth nothing. None: never."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[str | None] = mapped_column(String(40), index=True)
    """The id of the first voucher of those that were made together. None: older than batches."""


class RedemptionRow(Base):
    """That somebody has redeemed a voucher; nobody does it twice."""

    __tablename__ = "redemptions"

    voucher_id: Mapped[str] = mapped_column(ForeignKey("vouchers.id"), primary_key=True)
    holder_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def table_of(row: type[Base]) -> Table:
    """For statements that need no objects."""
    return cast(Table, row.__table__)


LEDGER = table_of(LedgerRow)
WALLETS = table_of(WalletRow)
PRICES = table_of(PriceRow)
USAGE = table_of(UsageRow)
USAGE_DAYS = table_of(UsageDayRow)
USAGE_TOTALS = table_of(UsageTotalRow)
USAGE_MONTHS = table_of(UsageMonthRow)
METERS = table_of(MeterRow)
OFFER = table_of(OfferRow)
PLANS = table_of(PlanRow)
PLAN_WINDOWS = table_of(PlanWindowRow)
SUBSCRIPTIONS = table_of(SubscriptionRow)
PLAN_INCOME = table_of(PlanIncomeRow)
MEMBER_BUDGETS = table_of(MemberBudgetRow)
VOUCHERS = table_of(VoucherRow)
REDEMPTIONS = table_of(RedemptionRow)
