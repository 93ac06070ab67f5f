"""Vouchers that were made together: how a batch stands. Its id is that of its first voucher, which stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import NotFound

from .money import Money
from .tables import VOUCHERS

_OPEN = and_(VOUCHERS.c.revoked_at.is_(None), VOUCHERS.c.used < VOUCHERS.c.uses)
_IS_FIRST = or_(VOUCHERS.c.batch_id.is_(None), VOUCHERS.c.batch_id == VOUCHERS.c.id)
_BATCH_ID = func.coalesce(VOUCHERS.c.batch_id, VOUCHERS.c.id)


@dataclass(frozen=True, slots=True)
class VoucherBatch:
    """Vouchers that were made together, of the same worth, and what has become of them."""

    id: str
    ending: str
    """The last characters of the first one's code."""
    value: Money
    """Of each use."""
    count: int
    """How many vouchers it has."""
    uses: int
    """Of each voucher."""
    used: int
    """Of all of them."""
    open: int
    """How many vouchers are neither spent nor revoked."""
    revoked: int
    """How many vouchers are."""
    memo: str
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is counted over a batch's vouchers."""

    count: int
    used: int
    open: int
    revoked: int


def is_of(batch_id: str) -> ColumnElement[bool]:
    """Whether a voucher is of this batch; the older ones are each their own."""
    return or_(VOUCHERS.c.batch_id == batch_id, and_(VOUCHERS.c.id == batch_id, VOUCHERS.c.batch_id.is_(None)))


async def some(session: AsyncSession, before: str | None, limit: int) -> tuple[VoucherBatch, ...]:
    """Newest first, from the one before this id."""
    firsts = select(VOUCHERS).where(_IS_FIRST).order_by(VOUCHERS.c.id.desc()).limit(limit)
    return await _batches(session, firsts.where(VOUCHERS.c.id < before) if before else firsts)


async def one(session: AsyncSession, batch_id: str) -> VoucherBatch:
    """As it stands now. Raises `NotFound`."""
    found = await _batches(session, select(VOUCHERS).where(VOUCHERS.c.id == batch_id, _IS_FIRST))
    if not found:
        raise NotFound("There is no such batch of vouchers.")
    return found[0]


async def _batches(session: AsyncSession, firsts: Select[tuple[object, ...]]) -> tuple[VoucherBatch, ...]:
    rows = (await session.execute(firsts)).mappings().all()
    sums = await _sums(session, [row["id"] for row in rows])
    return tuple(_batch(row, sums[row["id"]]) for row in rows)


async def _sums(session: AsyncSession, ids: list[str]) -> dict[str, _Sums]:
    counted = select(
        _BATCH_ID,
        func.count(),
        func.sum(VOUCHERS.c.used),
        _how_many(_OPEN),
        _how_many(VOUCHERS.c.revoked_at.is_not(None)),
    )
    theirs = or_(VOUCHERS.c.batch_id.in_(ids), and_(VOUCHERS.c.id.in_(ids), VOUCHERS.c.batch_id.is_(None)))
    rows = await session.execute(counted.where(theirs).group_by(_BATCH_ID))
    return {batch_id: _Sums(*map(int, numbers)) for batch_id, *numbers in rows}


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _batch(first: RowMapping, sums: _Sums) -> VoucherBatch:
    return VoucherBatch(
        id=first["id"],
        ending=first["ending"],
        value=Money(first["micros"], first["currency"]),
        count=sums.count,
        uses=first["uses"],
        used=sums.used,
        open=sums.open,
        revoked=sums.revoked,
        memo=first["memo"],
        created_at=first["created_at"],
        expires_at=first["expires_at"],
    )
