"""Plans in the database, within a unit of work that somebody else has begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.ids import new_id

from .money import Money
from .plans import Overflow, Plan, PlanTerms, Window
from .revision import changed
from .tables import PLAN_WINDOWS, PLANS, SUBSCRIPTIONS, USAGE
from .windows import Period


async def add(session: AsyncSession, terms: PlanTerms, now: datetime) -> Plan:
    """Makes a plan. Raises `Conflict` where the name is taken."""
    await _check_name_is_free(session, terms.name, "")
    plan = Plan(new_id("plan"), terms, now, None)
    if terms.is_default:
        await _no_default(session)
    await session.execute(insert(PLANS), {"id": plan.id, "created_at": now, "retired_at": None, **_columns(terms)})
    await _write_windows(session, plan)
    await changed(session)
    return plan


async def change(session: AsyncSession, plan_id: str, terms: PlanTerms) -> Plan:
    """Gives a plan other terms, from the next turn and the next month's price on. Raises `NotFound`, `Conflict`."""
    plan = await one(session, plan_id)
    await _check_name_is_free(session, terms.name, plan_id)
    if terms.price.currency != plan.terms.price.currency:
        raise Invalid("A plan keeps its currency. Make another plan.", param="price")
    if terms.is_default:
        await _no_default(session)
    await session.execute(update(PLANS).where(PLANS.c.id == plan_id).values(_columns(terms)))
    await session.execute(delete(PLAN_WINDOWS).where(PLAN_WINDOWS.c.plan_id == plan_id))
    plan = Plan(plan_id, terms, plan.created_at, plan.retired_at)
    await _write_windows(session, plan)
    await changed(session)
    return plan


async def remove(session: AsyncSession, plan_id: str) -> None:
    """Takes a plan away that nobody ever used. Raises `NotFound`, and `Conflict` that says who uses it."""
    await one(session, plan_id)
    users = (
        await session.scalars(
            select(SUBSCRIPTIONS.c.payer_id).where(SUBSCRIPTIONS.c.plan_id == plan_id).distinct().limit(4)
        )
    ).all()
    if users:
        named = ", ".join(users[:3]) + (" and others" if users[3:] else "")
        raise Conflict(f"The plan is or was used by {named}. Retire it instead: nobody new can subscribe then.")
    if await session.scalar(select(USAGE.c.turn_id).where(USAGE.c.plan_id == plan_id).limit(1)):
        raise Conflict("Turns were answered under this plan. Retire it instead: it is for nobody any more then.")
    await session.execute(delete(PLAN_WINDOWS).where(PLAN_WINDOWS.c.plan_id == plan_id))
    await session.execute(delete(PLANS).where(PLANS.c.id == plan_id))
    await changed(session)


async def retire(session: AsyncSession, plan_id: str, now: datetime) -> Plan:
    """Lets nobody subscribe any more; a plan for everybody is for nobody then. Raises `NotFound`."""
    await one(session, plan_id)
    await session.execute(
        update(PLANS)
        .where(PLANS.c.id == plan_id, PLANS.c.retired_at.is_(None))
        .values(retired_at=now, is_default=False)
    )
    await changed(session)
    return await one(session, plan_id)


async def one(session: AsyncSession, plan_id: str) -> Plan:
    """A plan by its id. Raises `NotFound`."""
    found = await _read(session, PLANS.c.id == plan_id)
    if not found:
        raise NotFound("There is no such plan. `homespun plans list` shows those there are.")
    return found[0]


async def every(session: AsyncSession) -> tuple[Plan, ...]:
    """All plans, in the order they were made, the retired ones too."""
    return tuple(await _read(session, PLANS.c.id.is_not(None)))


async def _read(session: AsyncSession, condition: ColumnElement[bool]) -> list[Plan]:
    rows = await session.execute(
        select(PLANS, PLAN_WINDOWS)
        .outerjoin(PLAN_WINDOWS, PLAN_WINDOWS.c.plan_id == PLANS.c.id)
        .where(condition)
        .order_by(PLANS.c.created_at, PLANS.c.id)
    )
    by_plan: dict[str, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        by_plan[row[PLANS.c.id]].append(row)
    return [_plan(rows_of_one) for rows_of_one in by_plan.values()]


def _plan(rows: list[RowMapping]) -> Plan:
    first = rows[0]
    terms = PlanTerms(
        first[PLANS.c.name],
        Money(first[PLANS.c.price_micros], first[PLANS.c.currency]),
        tuple(sorted(_windows(rows), key=lambda window: list(Period).index(window.period))),
        Overflow(first[PLANS.c.overflow]),
        first[PLANS.c.is_default],
    )
    return Plan(first[PLANS.c.id], terms, first[PLANS.c.created_at], first[PLANS.c.retired_at])


def _windows(rows: Iterable[RowMapping]) -> Iterable[Window]:
    table = PLAN_WINDOWS.c
    return (
        Window(Period(row[table.period]), row[table.prompts], row[table.tokens], row[table.micros])
        for row in rows
        if row[table.period]
    )


def _columns(terms: PlanTerms) -> dict[str, object]:
    return {
        "name": terms.name.strip(),
        "currency": terms.price.currency,
        "price_micros": terms.price.micros,
        "overflow": terms.overflow,
        "is_default": terms.is_default,
    }


async def _write_windows(session: AsyncSession, plan: Plan) -> None:
    if rows := [{"plan_id": plan.id, **asdict(window)} for window in plan.terms.windows]:
        await session.execute(insert(PLAN_WINDOWS), rows)


async def _check_name_is_free(session: AsyncSession, name: str, own_id: str) -> None:
    taken = select(PLANS.c.id).where(PLANS.c.name == name.strip(), PLANS.c.id != own_id)
    if await session.scalar(taken):
        raise Conflict(f"There is a plan {name.strip()!r} already. Choose another name.")


async def _no_default(session: AsyncSession) -> None:
    await session.execute(update(PLANS).where(PLANS.c.is_default).values(is_default=False))
