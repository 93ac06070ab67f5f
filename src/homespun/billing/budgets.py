"""Budgets: how much a key's turns may cost, and a member's turns their team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid

from .meters import MeterKey, Meters, key_meter, member_meter
from .money import checked_micros
from .tables import MEMBER_BUDGETS
from .values import Charge
from .windows import Period

Budgets = dict[tuple[str, str], int]
"""Micros a month, by team and member."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit, and the meter that shows how much of it is spent."""

    micros: int
    meter: MeterKey


async def of_members(session: AsyncSession, charges: Sequence[Charge]) -> Budgets:
    """The budgets that may count for these charges, by one query where a team is among them."""
    teams = {charge.team_id for charge in charges if charge.team_id}
    if not teams:
        return {}
    people = {charge.person_id for charge in charges}
    table = MEMBER_BUDGETS.c
    rows = await session.execute(select(MEMBER_BUDGETS).where(table.team_id.in_(teams), table.person_id.in_(people)))
    return {(row.team_id, row.person_id): row.micros for row in rows}


def budgets_of(charge: Charge, of_members: Budgets) -> tuple[Budget, ...]:
    """All limits that a charge has to keep."""
    budgets = []
    if charge.key_id and charge.key_budget:
        period = Period(charge.key_budget.period)
        budgets.append(Budget(charge.key_budget.micros, key_meter(charge.key_id, period, charge.at)))
    if charge.team_id and (micros := of_members.get((charge.team_id, charge.person_id))) is not None:
        budgets.append(Budget(micros, member_meter(charge.person_id, charge.team_id, charge.at)))
    return tuple(budgets)


def left(budget: Budget, meters: Meters) -> int:
    """Micros; never less than nothing."""
    return max(0, budget.micros - meters.reading(budget.meter).micros)


async def set_member_budget(session: AsyncSession, team_id: str, person_id: str, micros: int | None) -> None:
    """Limits what a member's turns may cost their team in a month; None: no limit. Raises `Invalid`."""
    table = MEMBER_BUDGETS.c
    await session.execute(delete(MEMBER_BUDGETS).where(table.team_id == team_id, table.person_id == person_id))
    if micros is None:
        return
    if checked_micros(micros, "budget") < 0:
        raise Invalid("A budget is nothing or more.", param="budget")
    row = {"team_id": team_id, "person_id": person_id, "micros": micros}
    await session.execute(insert(MEMBER_BUDGETS), row)


async def member_budgets(session: AsyncSession, team_id: str) -> dict[str, int]:
    """Micros a month, by member; those without a limit are left out."""
    rows = await session.execute(select(MEMBER_BUDGETS).where(MEMBER_BUDGETS.c.team_id == team_id))
    return {row.person_id: row.micros for row in rows}
