"""What there is to be had and what it costs: prices and plans. For owners."""

from __future__ import annotations

from fastapi import APIRouter

from homespun import billing
from homespun.api.app.guard import Cursor, Limit, OwnerRoute, Parts
from homespun.api.app.keys import aware
from homespun.api.app.wire import console as wire
from homespun.api.app.wire.base import Money
from homespun.api.backend import Backend
from homespun.core.errors import Invalid

router = APIRouter(prefix="/api/console", route_class=OwnerRoute)


@router.get("/prices")
async def prices(parts: Parts, cursor: Cursor = "", limit: Limit = 50) -> wire.PricePage:
    """All versions there ever were, newest first."""
    some = await parts.billing.prices.some(before=cursor or None, limit=limit + 1)
    page = some[:limit]
    after = page[-1].id if len(some) > limit else None
    return wire.PricePage(prices=[wire.Price.of(price) for price in page], next_cursor=after)


@router.post("/prices", status_code=201)
async def set_price(new: wire.NewPrice, parts: Parts) -> wire.Price:
    """Puts a new version on the list; what was asked before keeps its price."""
    tariff = billing.Tariff(**new.tariff.model_dump())
    price = await parts.billing.prices.set(tariff, model=new.model, door=new.door, valid_from=aware(new.valid_from))
    return wire.Price.of(price)


@router.get("/plans")
async def plans(parts: Parts) -> list[wire.Plan]:
    """All plans, in the order they were made, the retired ones too."""
    return [wire.Plan.of(plan) for plan in await parts.billing.plans.all()]


@router.post("/plans", status_code=201)
async def add_plan(terms: wire.PlanTerms, parts: Parts) -> wire.Plan:
    """Makes a plan; one for everybody takes the place of the one before."""
    return wire.Plan.of(await parts.billing.plans.add(_terms(parts, terms)))


@router.put("/plans/{plan_id}")
async def change_plan(plan_id: str, terms: wire.PlanTerms, parts: Parts) -> wire.Plan:
    """Gives a plan other terms, from the next turn and month on."""
    return wire.Plan.of(await parts.billing.plans.change(plan_id, _terms(parts, terms)))


@router.post("/plans/{plan_id}/retirement")
async def retire_plan(plan_id: str, parts: Parts) -> wire.Plan:
    """Lets nobody subscribe any more; those who have it keep it."""
    return wire.Plan.of(await parts.billing.plans.retire(plan_id))


@router.delete("/plans/{plan_id}", status_code=204)
async def remove_plan(plan_id: str, parts: Parts) -> None:
    """Takes a plan away that nobody ever used."""
    await parts.billing.plans.remove(plan_id)


def money(parts: Backend, given: Money) -> billing.Money:
    """The amount as billing takes it. Raises `Invalid` for one in another currency than the installation's."""
    if given.currency != parts.installation.currency:
        raise Invalid(f"Amounts are in {parts.installation.currency} here.", param="currency")
    return billing.Money(given.micros, given.currency)


def _terms(parts: Backend, given: wire.PlanTerms) -> billing.PlanTerms:
    windows = tuple(
        billing.Window(billing.Period(one.period), one.prompts, one.tokens, one.micros) for one in given.windows
    )
    return billing.PlanTerms(given.name, money(parts, given.price), windows, given.overflow, given.is_default)
