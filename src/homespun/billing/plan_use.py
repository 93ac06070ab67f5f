"""What is used of a plan, for people to see; what is left for a turn is decided in `allowances`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from .meters import Meters, plan_meter
from .plans import Plan, Window


@dataclass(frozen=True, slots=True)
class WindowUse:
    """One window of a plan as it stands."""

    window: Window
    """What it allows."""
    ends_at: datetime
    """When it begins anew."""
    prompts: int
    """Used, with what open turns have set aside; so are tokens and micros."""
    tokens: int
    micros: int


async def use(session: AsyncSession, payer_id: str, plan: Plan, now: datetime) -> tuple[WindowUse, ...]:
    """All windows of the plan that are running now."""
    keys = {window: plan_meter(payer_id, plan.id, window.period, now) for window in plan.terms.windows}
    meters = await Meters.load(session, tuple(keys.values()))
    return tuple(WindowUse(window, key.ends_at, *meters.reading(key)) for window, key in keys.items())
