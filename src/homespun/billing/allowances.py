"""What a plan's windows leave for a turn, and the words for people when they leave nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from homespun.core.errors import BudgetSpent, PaymentRequired, PlanSpent

from .budgets import Budget
from .cost import FREE, Tariff, Tokens, cost_micros
from .meters import MeterKey, Meters, plan_meter
from .plans import Overflow, Plan, Window
from .prices import Price
from .reserving import Allowance
from .values import Charge
from .wallets import WalletKey
from .windows import ALL_TIME, window

_NO_LIMIT = 10**18
_NOT_SOON_S = 3600.0
"""When to come back if nothing but money helps."""


@dataclass(frozen=True, slots=True)
class Case:
    """A charge and what counts for it."""

    charge: Charge
    price: Price | None
    plan: Plan | None
    budgets: tuple[Budget, ...]
    wallet: WalletKey

    @property
    def tariff(self) -> Tariff:
        """What it is charged by."""
        return self.price.tariff if self.price else FREE

    @property
    def wanted(self) -> Tokens:
        """What it uses at worst."""
        return Tokens(self.charge.likely_prompt_tokens, 0, self.charge.max_completion_tokens, self.charge.requests)

    @property
    def least(self) -> Tokens:
        """What it uses if one token is answered."""
        return Tokens(self.charge.likely_prompt_tokens, 0, 1, self.charge.requests)


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of one window."""

    window: Window
    prompts: int
    tokens: int
    micros: int

    def has_none_for(self, case: Case) -> bool:
        """Whether not even one token can be answered."""
        least = case.least
        return self.prompts < 1 or self.tokens < least.total or self.micros < cost_micros(case.tariff, least)


def meters_of(case: Case) -> Iterable[MeterKey]:
    """The meters that decide whether a charge is admitted."""
    if case.plan:
        for window in case.plan.terms.windows:
            yield plan_meter(case.charge.payer_id, case.plan.id, window.period, case.charge.at)
    yield from (budget.meter for budget in case.budgets)


def rooms_of(case: Case, meters: Meters) -> list[Room]:
    """What is left of each of the plan's windows; nothing without a plan."""
    return [_room(case, case.plan, window, meters) for window in case.plan.terms.windows] if case.plan else []


def allowance_of(case: Case, rooms: Sequence[Room]) -> Allowance | None:
    """What all windows leave together; None where the wallet has to pay everything."""
    if case.plan is None:
        return None
    falls_back = case.plan.terms.overflow is Overflow.WALLET
    no_limit = Allowance()
    tokens = min([no_limit.tokens, *(room.tokens if room.prompts else 0 for room in rooms)])
    micros = min([no_limit.micros, *(room.micros for room in rooms)])
    allowance = Allowance(tokens, micros, falls_back)
    return allowance if allowance.covers(case.tariff) or not falls_back else None


def explained(error: PaymentRequired, case: Case, rooms: Sequence[Room]) -> PaymentRequired:
    """The refusal with what was spent, and when it begins anew."""
    now = case.charge.at
    if isinstance(error, BudgetSpent):
        return BudgetSpent(retry_after_s=_until(_budgets_begin_anew(case), now))
    spent = [room.window.period for room in rooms if room.has_none_for(case)]
    if case.plan is None or not spent:
        return PaymentRequired(retry_after_s=_NOT_SOON_S)
    ends, period = max((window(period, now).ends_at, period) for period in spent)
    sentence = (
        f"What the plan {case.plan.terms.name!r} allows in a {period} is used up. "
        f"It begins anew at {ends:%Y-%m-%d %H:%M} UTC."
    )
    if isinstance(error, PlanSpent):
        return PlanSpent(f"{sentence} Wait until then, or take a larger plan.", retry_after_s=_until(ends, now))
    return PaymentRequired(
        f"{sentence} There isn't enough in the wallet either: top it up, or redeem a voucher.",
        retry_after_s=_until(ends, now),
    )


def _room(case: Case, plan: Plan, window: Window, meters: Meters) -> Room:
    used = meters.reading(plan_meter(case.charge.payer_id, plan.id, window.period, case.charge.at))
    return Room(
        window,
        _left(window.prompts, used.prompts),
        _left(window.tokens, used.tokens),
        _left(window.micros, used.micros),
    )


def _left(limit: int | None, used: int) -> int:
    return _NO_LIMIT if limit is None else max(0, limit - used)


def _budgets_begin_anew(case: Case) -> datetime | None:
    """None: never, one of them is for all time."""
    ends = max(budget.meter.ends_at for budget in case.budgets)
    return None if ends == ALL_TIME.ends_at else ends


def _until(end: datetime | None, now: datetime) -> float:
    return _NOT_SOON_S if end is None else max(1.0, (end - now).total_seconds())
