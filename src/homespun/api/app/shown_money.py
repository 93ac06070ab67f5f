"""Billing's values as the web app sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from homespun import billing

from .wire import money as wire
from .wire.base import Money


def plan_in_use(plan: billing.Plan, windows: Iterable[billing.WindowUse]) -> wire.PlanInUse:
    """A plan, and what is used of it."""
    return wire.PlanInUse(**_named(plan), windows=[_window_use(window) for window in windows])


def plan_offer(plan: billing.Plan) -> wire.PlanOffer:
    """A plan that can be had."""
    return wire.PlanOffer(**_named(plan), windows=[wire.Window.of(window) for window in plan.terms.windows])


def subscription(one: billing.Subscription | None) -> wire.Subscription | None:
    """What somebody has subscribed to, if anything."""
    return wire.Subscription.of(one) if one else None


def usage_sum(one: billing.UsageSum, labels: Mapping[str, str]) -> wire.UsageSum:
    """A line of a report."""
    return wire.UsageSum(group=one.of, label=labels.get(one.of, one.of), turns=one.turns, **_used(one))


def turn_usage(one: billing.Usage) -> wire.TurnUsage:
    """A line of the usage log."""
    return wire.TurnUsage(
        turn_id=one.turn_id,
        at=one.at,
        person_id=one.person_id,
        key_id=one.key_id,
        door=one.door,
        model=one.model,
        state=one.state,
        **_used(one),
    )


def booking(one: billing.Booking) -> wire.Booking:
    """A line of a statement."""
    return wire.Booking(
        number=one.number,
        entry_id=one.entry_id,
        account=one.account,
        amount=money(one.amount_micros, one.currency),
        turn_id=one.turn_id,
        memo=one.memo,
        at=one.at,
    )


def payments(some: tuple[billing.Payment, ...], limit: int) -> wire.PaymentPage:
    """A page of top-ups."""
    cursor = some[-1].id if len(some) == limit else None
    return wire.PaymentPage(payments=[wire.Payment.of(one) for one in some], next_cursor=cursor)


def _named(plan: billing.Plan) -> dict[str, Any]:
    terms = plan.terms
    return {"id": plan.id, "name": terms.name, "price": Money.of(terms.price), "overflow": terms.overflow}


def _used(one: billing.UsageSum | billing.Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": one.prompt_tokens,
        "cached_tokens": one.cached_tokens,
        "completion_tokens": one.completion_tokens,
        "cost": money(one.cost_micros, one.currency),
        "paid_by_plan": money(one.plan_micros, one.currency),
        "paid_by_wallet": money(one.wallet_micros, one.currency),
    }


def _window_use(use: billing.WindowUse) -> wire.WindowUse:
    window = use.window
    return wire.WindowUse.model_validate(
        {
            "period": window.period.value,
            "ends_at": use.ends_at,
            "prompts": _gauge(use.prompts, window.prompts),
            "tokens": _gauge(use.tokens, window.tokens),
            "micros": _gauge(use.micros, window.micros),
        }
    )


def _gauge(used: int, limit: int | None) -> wire.Gauge | None:
    return None if limit is None else wire.Gauge(used=used, limit=limit)


def money(micros: int, currency: str) -> Money:
    """Sums may be larger than any one amount."""
    return Money.model_construct(micros=micros, currency=currency)
