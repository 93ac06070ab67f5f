"""Reports: who used what and what it brought, out of the sums by day; never out of every single turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, select

from homespun.core.errors import Invalid
from homespun.store import Store

from .rollups import COUNTS, SUBJECTS
from .tables import PLAN_INCOME, USAGE_DAYS, USAGE_MONTHS, USAGE_TOTALS

_MOST_DAYS = 3700


class Dimension(StrEnum):
    """What a report has a line for."""

    DAY = "day"
    MODEL = "model"
    DOOR = "door"
    PLAN = "plan"
    PERSON = "person"
    KEY = "key"
    PAYER = "payer"


_COLUMNS = {
    Dimension.DAY: "day",
    Dimension.MODEL: "model",
    Dimension.DOOR: "door",
    Dimension.PLAN: "plan_id",
    Dimension.PERSON: "person_id",
    Dimension.KEY: "key_id",
    Dimension.PAYER: "payer_id",
}


@dataclass(frozen=True, slots=True)
class Range:
    """Days in UTC, the last one included. Raises `Invalid` for one that ends before it begins, or is too long."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < _MOST_DAYS:
            raise Invalid("The last day comes after the first, within ten years.", param="last")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose usage; what isn't said doesn't matter, so that `Whose()` is everybody's."""

    payer_id: str | None = None
    person_id: str | None = None
    team_id: str | None = None
    key_id: str | None = None

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        """As a table with these columns is asked."""
        wanted = {name: getattr(self, name) for name in ("payer_id", "person_id", "team_id", "key_id")}
        return [table.c[name] == value for name, value in wanted.items() if value is not None]

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is named."""
        return self == Whose()


@dataclass(frozen=True, slots=True)
class UsageSum:
    """The settled turns that have something in common."""

    of: str
    """The day, the model, ...; empty for turns without key or plan."""
    currency: str
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_micros: int
    """By the price list."""
    plan_micros: int
    """What plans covered of it."""
    wallet_micros: int
    """What wallets paid of it: income."""


@dataclass(frozen=True, slots=True)
class DailyUsage:
    """The settled turns of a day by one model."""

    day: date
    model: str
    currency: str
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_micros: int
    """By the price list."""


@dataclass(frozen=True, slots=True)
class PlanIncome:
    """What a plan brought."""

    plan_id: str
    """Empty: turns without a plan."""
    currency: str
    months: int
    """Paid by subscribers."""
    subscriptions_micros: int
    turns: int
    wallet_micros: int
    """What subscribers paid beyond their plan."""
    plan_micros: int
    """What the plan covered, by the price list."""


class Reports:
    """Sums for people, teams and the owner."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def usage(
        self, whose: Whose, days: Range, by: Dimension, *, limit: int = 100, offset: int = 0
    ) -> tuple[UsageSum, ...]:
        """A line for each day in their order; for each of the others by cost, the largest first.

        For everybody by person, payer or key it reads every day of everybody: `largest` is for that.
        """
        async with self._store.read() as session:
            rows = await session.execute(_usage(whose, days, by).limit(limit).offset(offset))
            return tuple(UsageSum(str(row[0]), row[1], *(int(count) for count in row[2:])) for row in rows)

    async def largest(self, month: date, by: Dimension, *, limit: int = 50, offset: int = 0) -> tuple[UsageSum, ...]:
        """The people, payers or keys that cost most in the month of a day, the largest first, however many there are.

        Raises `Invalid` for another dimension.
        """
        if by not in SUBJECTS:
            raise Invalid("The largest are people, payers or keys.", param="by")
        table = USAGE_MONTHS.c
        page = (
            select(table.subject_id, table.currency, *(table[count] for count in COUNTS))
            .where(table.month == month.replace(day=1), table.dimension == by)
            .order_by(table.cost_micros.desc(), table.subject_id.desc())
            .limit(limit)
            .offset(offset)
        )
        async with self._store.read() as session:
            return tuple(UsageSum(*row) for row in await session.execute(page))

    async def daily(self, whose: Whose, days: Range) -> tuple[DailyUsage, ...]:
        """A line for each day and model, in their order."""
        async with self._store.read() as session:
            rows = await session.execute(_daily(whose, days))
            return tuple(DailyUsage(row[0], row[1], row[2], *(int(count) for count in row[3:])) for row in rows)

    async def income(self, days: Range) -> tuple[PlanIncome, ...]:
        """What each plan brought, and what turns without a plan did."""
        async with self._store.read() as session:
            turns = (await session.execute(_turns_by_plan(days))).mappings().all()
            paid = (await session.execute(paid_by_plan(days))).mappings().all()
        by_plan: dict[tuple[str, str], dict[str, int]] = {}
        for row in (*turns, *paid):
            place = by_plan.setdefault((row["plan_id"], row["currency"]), {})
            place |= {name: int(value) for name, value in row.items() if name not in ("plan_id", "currency")}
        return tuple(_plan_income(*place, sums) for place, sums in sorted(by_plan.items()))


def _usage(whose: Whose, days: Range, by: Dimension) -> Select[Any]:
    """Everybody's usage comes from the totals where they know enough."""
    name = _COLUMNS[by]
    table = USAGE_TOTALS if whose.is_everybody and name in USAGE_TOTALS.c else USAGE_DAYS
    sums = [func.sum(table.c[count]).label(count) for count in COUNTS]
    order = [table.c.day] if by is Dimension.DAY else [func.sum(table.c.cost_micros).desc(), table.c[name]]
    return (
        select(table.c[name], table.c.currency, *sums)
        .where(and_(table.c.day.between(days.first, days.last), *whose.conditions(table)))
        .group_by(table.c[name], table.c.currency)
        .order_by(*order)
    )


def _daily(whose: Whose, days: Range) -> Select[Any]:
    table = USAGE_DAYS.c
    line = (table.day, table.model, table.currency)
    counts = ("turns", "prompt_tokens", "cached_tokens", "completion_tokens", "cost_micros")
    return (
        select(*line, *(func.sum(table[count]) for count in counts))
        .where(and_(table.day.between(days.first, days.last), *whose.conditions(USAGE_DAYS)))
        .group_by(*line)
        .order_by(*line)
    )


def _turns_by_plan(days: Range) -> Select[Any]:
    table = USAGE_TOTALS.c
    return (
        select(
            table.plan_id,
            table.currency,
            func.sum(table.turns).label("turns"),
            func.sum(table.wallet_micros).label("wallet_micros"),
            func.sum(table.plan_micros).label("plan_micros"),
        )
        .where(table.day.between(days.first, days.last))
        .group_by(table.plan_id, table.currency)
    )


def paid_by_plan(days: Range) -> Select[Any]:
    """What subscribers paid: `months` and `subscriptions_micros` by `plan_id` and `currency`."""
    table = PLAN_INCOME.c
    return (
        select(
            table.plan_id,
            table.currency,
            func.sum(table.months).label("months"),
            func.sum(table.micros).label("subscriptions_micros"),
        )
        .where(table.day.between(days.first, days.last))
        .group_by(table.plan_id, table.currency)
    )


def _plan_income(plan_id: str, currency: str, sums: dict[str, int]) -> PlanIncome:
    names = ("months", "subscriptions_micros", "turns", "wallet_micros", "plan_micros")
    return PlanIncome(plan_id, currency, *(sums.get(name, 0) for name in names))
