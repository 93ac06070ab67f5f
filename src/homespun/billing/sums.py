"""Where sums that are kept differ from the turns they were made from: meters, and the sums by day and month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from .findings import Finding
from .rollups import COUNTS, MACHINE_COUNTS, SUBJECTS, counts_of
from .states import UsageState
from .tables import METERS, PLANS, USAGE, USAGE_DAYS, USAGE_MONTHS, USAGE_TOTALS

_SETTLED = USAGE.c.state == UsageState.SETTLED
_MEASURES = ("prompts", "tokens", "micros")
_COUNTED = (*COUNTS, *MACHINE_COUNTS)
_IS_MEASURED = case((USAGE.c.machine_us.is_(None), 0), else_=1)
_OF_A_TURN = {
    "turns": literal(1),
    "measured_turns": _IS_MEASURED,
    "machine_us": func.coalesce(USAGE.c.machine_us, 0),
}
"""What a turn counts for, where that isn't a column of its own."""


async def wrong_meters(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Meters that show something else than the turns within their window."""
    plan_ids = select(PLANS.c.id)
    of_plans = METERS.c.scope_id.in_(plan_ids)
    spent = USAGE.c.plan_micros + USAGE.c.wallet_micros
    kinds = (
        (of_plans, _plan_turns(), (literal(1), USAGE.c.plan_tokens, USAGE.c.plan_micros)),
        (METERS.c.scope_id == "", USAGE.c.key_id == METERS.c.owner_id, (None, None, spent)),
        (and_(METERS.c.scope_id != "", ~of_plans), _member_turns(), (None, None, spent)),
    )
    return [
        finding
        for kind, turns, measures in kinds
        for finding in await _wrong_meters(session, and_(condition, kind), turns, measures)
    ]


async def _wrong_meters(
    session: AsyncSession, condition: ColumnElement[bool], turns: ColumnElement[bool], measures: Sequence[Any]
) -> list[Finding]:
    within = and_(turns, USAGE.c.at >= METERS.c.starts_at, USAGE.c.at < METERS.c.ends_at)
    true = [_measured(measure, within).label(f"true_{name}") for name, measure in zip(_MEASURES, measures, strict=True)]
    rows = await session.execute(select(METERS, *true).where(condition))
    return [
        Finding(
            f"meter of {row['owner_id']} for {row['scope_id'] or 'the key'} from {row['starts_at']:%Y-%m-%d}",
            f"it shows {row[name]} {name}, but its turns have {row[f'true_{name}']}",
        )
        for row in rows.mappings()
        for name in _MEASURES
        if row[name] != row[f"true_{name}"]
    ]


def _measured(measure: Any, within: ColumnElement[bool]) -> ColumnElement[Any]:
    if measure is None:
        return literal(0)
    return (
        select(func.coalesce(func.sum(measure), 0)).select_from(USAGE).where(within).correlate(METERS).scalar_subquery()
    )


def _plan_turns() -> ColumnElement[bool]:
    return and_(USAGE.c.payer_id == METERS.c.owner_id, USAGE.c.plan_id == METERS.c.scope_id)


def _member_turns() -> ColumnElement[bool]:
    return and_(USAGE.c.person_id == METERS.c.owner_id, USAGE.c.team_id == METERS.c.scope_id)


async def wrong_payer_sums(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Payers whose sums by day differ from their settled turns; `condition` is about `payer_id` of the sums."""
    first, last = await _range(session, USAGE_DAYS.c.payer_id, condition)
    days = select(USAGE_DAYS.c.payer_id, *_kept(USAGE_DAYS)).where(USAGE_DAYS.c.payer_id.between(first, last))
    turns = select(USAGE.c.payer_id, *_counted(USAGE_DAYS)).where(_SETTLED, USAGE.c.payer_id.between(first, last))
    rows = await session.execute(_difference("payer_id", USAGE_DAYS, days, turns))
    return [Finding(f"sums of {row.payer_id}", _off(row)) for row in rows]


async def wrong_months(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """People, payers and keys whose sums by month differ from their turns; `condition` is about `subject_id`."""
    findings = []
    table = USAGE_MONTHS.c
    for dimension in SUBJECTS:
        first, last = await _range(session, table.subject_id, and_(condition, table.dimension == dimension))
        own = USAGE.c[f"{dimension}_id"]
        months = select(table.subject_id, *_kept(USAGE_MONTHS)).where(
            table.dimension == dimension, table.subject_id.between(first, last)
        )
        turns = select(own.label("subject_id"), *_counted(USAGE_MONTHS)).where(_SETTLED, own.between(first, last))
        rows = await session.execute(_difference("subject_id", USAGE_MONTHS, months, turns))
        findings += [Finding(f"months of {row.subject_id}", _off(row)) for row in rows]
    return findings


async def wrong_days(session: AsyncSession, condition: ColumnElement[bool]) -> list[Finding]:
    """Days whose totals differ from their settled turns; `condition` is about `day` of the totals."""
    days = await session.scalars(select(USAGE_TOTALS.c.day).where(condition).distinct())
    return [finding for day in days for finding in await _wrong_day(session, day)]


async def _wrong_day(session: AsyncSession, day: date) -> list[Finding]:
    start = datetime.combine(day, time(), UTC)
    totals = select(literal(1).label("one"), *_kept(USAGE_TOTALS)).where(USAGE_TOTALS.c.day == day)
    turns = select(literal(1).label("one"), *_counted(USAGE_TOTALS)).where(
        _SETTLED, USAGE.c.at >= start, USAGE.c.at < start + timedelta(days=1)
    )
    rows = await session.execute(_difference("one", USAGE_TOTALS, totals, turns))
    return [Finding(f"sums of {day}", _off(row)) for row in rows]


async def _range(session: AsyncSession, key: Any, condition: ColumnElement[bool]) -> tuple[Any, Any]:
    return tuple((await session.execute(select(func.min(key), func.max(key)).where(condition))).one())


def _kept(table: Table) -> list[ColumnElement[int]]:
    return [table.c[name] for name in counts_of(table)]


def _counted(table: Table) -> list[ColumnElement[int]]:
    """What a turn counts for in a table of sums, negative."""
    return [(-_OF_A_TURN[name] if name in _OF_A_TURN else -USAGE.c[name]).label(name) for name in counts_of(table)]


def _difference(by: str, table: Table, kept: Any, turns: Any) -> Select[Any]:
    both = union_all(kept, turns).subquery()
    sums = [func.sum(both.c[name]).label(name) for name in counts_of(table)]
    return select(both.c[by], *sums).group_by(both.c[by]).having(or_(*(total != 0 for total in sums)))


def _off(row: Any) -> str:
    off = ", ".join(f"{name} by {off}" for name, off in row._mapping.items() if name in _COUNTED and off)
    return f"they differ from its turns: {off}"
