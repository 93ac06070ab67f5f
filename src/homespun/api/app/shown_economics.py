"""Unit economics as the console sees them."""

from __future__ import annotations

from homespun import billing

from .shown_money import money
from .wire import console as wire
from .wire.base import Money


def unit_economics(report: billing.UnitEconomics) -> wire.UnitEconomics:
    """All of a report."""
    hour = report.hour
    return wire.UnitEconomics(
        machine_hour=Money.of(hour) if hour.micros else None,
        releases=[_release(one, hour.currency) for one in report.releases],
        plans=[_plan(one, hour.currency) for one in report.plans],
    )


def _release(one: billing.ReleaseCost, currency: str) -> wire.ReleaseCost:
    return wire.ReleaseCost(
        model=one.model,
        door=one.door,
        use=wire.MachineUse.of(one.use),
        cost=_known(one.cost_micros, currency),
        per_thousand=_known(one.per_thousand_micros, currency),
    )


def _plan(one: billing.PlanMargin, currency: str) -> wire.PlanMargin:
    return wire.PlanMargin(
        plan_id=one.plan_id,
        name=one.name,
        use=wire.MachineUse.of(one.use),
        income=money(one.income_micros, one.currency),
        cost=_known(one.cost_micros, currency),
        margin=_known(one.margin_micros, currency),
    )


def _known(micros: int | None, currency: str) -> Money | None:
    return None if micros is None else money(micros, currency)
