"""Unit economics: what the machine's time for turns costs, beside what plans bring. Read from the sums by day.

The time is measured and kept; what an hour costs is a setting, and counts for all time that is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import RowMapping, Select, func, select

from homespun.core.errors import Invalid
from homespun.store import Store

from . import spreadsheet
from .money import MICROS, Money
from .reports import Range, paid_by_plan
from .tables import PLANS, USAGE_TOTALS

_HOUR_US = 3_600_000_000
_USE = ("turns", "measured_turns", "machine_us")

Key = TypeVar("Key")
Rows: TypeAlias = Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class MachineUse:
    """What turns took of the machine's time."""

    turns: int = 0
    measured_turns: int = 0
    """Those whose engine measured it; of the others no cost is known."""
    machine_us: int = 0

    def __add__(self, other: MachineUse) -> MachineUse:
        return MachineUse(
            self.turns + other.turns,
            self.measured_turns + other.measured_turns,
            self.machine_us + other.machine_us,
        )


@dataclass(frozen=True, slots=True)
class MachineRate:
    """What an hour of the machine costs; nothing: nobody has said. Raises `Invalid` for less than that."""

    hour: Money

    def __post_init__(self) -> None:
        if self.hour.micros < 0:
            raise Invalid("An hour of the machine can't cost less than nothing.", param="machine_cost_per_hour")

    @classmethod
    def of(cls, hour: float, currency: str) -> MachineRate:
        """An amount in major units, as the setting has it, to the nearest micro."""
        return cls(Money(round(hour * MICROS), currency))

    def cost_micros(self, use: MachineUse) -> int | None:
        """Of what was measured, rounded half up. None: nobody has said what an hour costs, or nothing was measured."""
        if not self.hour.micros or (use.turns and not use.measured_turns):
            return None
        return _rounded(use.machine_us * self.hour.micros, _HOUR_US)

    def per_thousand_micros(self, use: MachineUse) -> int | None:
        """What a thousand turns cost, by those that were measured. None: as above, or there were none."""
        if not self.hour.micros or not use.measured_turns:
            return None
        return _rounded(1000 * use.machine_us * self.hour.micros, _HOUR_US * use.measured_turns)


@dataclass(frozen=True, slots=True)
class ReleaseCost:
    """What a model's turns through one door cost, in the installation's currency."""

    model: str
    door: str
    use: MachineUse
    cost_micros: int | None
    per_thousand_micros: int | None


@dataclass(frozen=True, slots=True)
class PlanMargin:
    """What a plan brought, and what its turns cost."""

    plan_id: str
    """Empty: turns without a plan."""
    name: str
    currency: str
    """Of the income; the cost is in the installation's."""
    use: MachineUse
    income_micros: int
    """What subscribers paid for months, and wallets for turns."""
    cost_micros: int | None
    margin_micros: int | None
    """What is left. None where the cost isn't known, or is in another currency."""


@dataclass(frozen=True, slots=True)
class UnitEconomics:
    """Of some days."""

    hour: Money
    """What an hour of the machine costs; nothing: nobody has said, and no cost is known."""
    releases: tuple[ReleaseCost, ...]
    """The most costly first."""
    plans: tuple[PlanMargin, ...]
    """Those that brought most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exported:
    """A line of the file: of a release and door, or of a plan."""

    of: str
    model: str = ""
    door: str = ""
    plan_id: str = ""
    plan: str = ""
    prompts: int
    measured_prompts: int
    machine_us: int
    cost_currency: str
    cost_micros: int | None
    cost_per_1000_prompts_micros: int | None
    income_currency: str = ""
    income_micros: int | None = None
    margin_micros: int | None = None


class Economics:
    """Reads what turns cost and brought; see `Settings.machine_cost_per_hour`."""

    def __init__(self, store: Store, rate: MachineRate) -> None:
        self._store = store
        self._rate = rate

    async def report(self, days: Range) -> UnitEconomics:
        """By release and door, and by plan."""
        async with self._store.read() as session:
            used = (await session.execute(_used(days))).mappings().all()
            paid = (await session.execute(paid_by_plan(days))).mappings().all()
            names = {row.id: row.name for row in await session.execute(select(PLANS.c.id, PLANS.c.name))}
        return UnitEconomics(self._rate.hour, self._releases(used), self._plans(used, paid, names))

    async def csv(self, days: Range) -> AsyncIterator[str]:
        """The same as lines of CSV with a heading: first the releases, then the plans."""
        report = await self.report(days)
        yield spreadsheet.heading(_Exported)
        for one in report.releases:
            yield self._line(one.use, of="release", model=one.model, door=one.door)
        for plan in report.plans:
            yield self._line(
                plan.use,
                of="plan",
                plan_id=plan.plan_id,
                plan=plan.name,
                income_currency=plan.currency,
                income_micros=plan.income_micros,
                margin_micros=plan.margin_micros,
            )

    def _releases(self, used: Rows) -> tuple[ReleaseCost, ...]:
        uses = _summed(used, lambda row: (row["model"], row["door"]))
        releases = [
            ReleaseCost(model, door, use, self._rate.cost_micros(use), self._rate.per_thousand_micros(use))
            for (model, door), use in uses.items()
        ]
        return tuple(sorted(releases, key=lambda one: (-one.use.machine_us, one.model, one.door)))

    def _plans(self, used: Rows, paid: Rows, names: Mapping[str, str]) -> tuple[PlanMargin, ...]:
        uses = _summed(used, _plan_of)
        incomes: Counter[tuple[str, str]] = Counter()
        for row in used:
            incomes[_plan_of(row)] += int(row["wallet_micros"])
        for row in paid:
            incomes[_plan_of(row)] += int(row["subscriptions_micros"])
        plans = [
            self._plan(plan_id, currency, names.get(plan_id, ""), uses.get((plan_id, currency), MachineUse()), income)
            for (plan_id, currency), income in incomes.items()
        ]
        return tuple(sorted(plans, key=lambda one: (-one.income_micros, one.plan_id, one.currency)))

    def _plan(self, plan_id: str, currency: str, name: str, use: MachineUse, income: int) -> PlanMargin:
        cost, is_one_currency = self._rate.cost_micros(use), currency == self._rate.hour.currency
        margin = income - cost if cost is not None and is_one_currency else None
        return PlanMargin(plan_id, name, currency, use, income, cost, margin)

    def _line(self, use: MachineUse, **more: Any) -> str:
        exported = _Exported(
            prompts=use.turns,
            measured_prompts=use.measured_turns,
            machine_us=use.machine_us,
            cost_currency=self._rate.hour.currency,
            cost_micros=self._rate.cost_micros(use),
            cost_per_1000_prompts_micros=self._rate.per_thousand_micros(use),
            **more,
        )
        return spreadsheet.line(exported)


def _used(days: Range) -> Select[Any]:
    """Few rows, however many turns there were: one for each release, door and plan."""
    table = USAGE_TOTALS.c
    line = (table.model, table.door, table.plan_id, table.currency)
    sums = (func.sum(table[name]).label(name) for name in (*_USE, "wallet_micros"))
    return select(*line, *sums).where(table.day.between(days.first, days.last)).group_by(*line)


def _plan_of(row: RowMapping) -> tuple[str, str]:
    return row["plan_id"], row["currency"]


def _summed(rows: Rows, key_of: Callable[[RowMapping], Key]) -> dict[Key, MachineUse]:
    sums: dict[Key, MachineUse] = {}
    for row in rows:
        use = MachineUse(*(int(row[name]) for name in _USE))
        sums[key_of(row)] = sums.get(key_of(row), MachineUse()) + use
    return sums


def _rounded(amount: int, by: int) -> int:
    """The quotient, rounded half up."""
    return (2 * amount + by) // (2 * by)
