"""Codes that are worth money, one by one and in batches. For owners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from homespun.api.app import money
from homespun.api.app.guard import OwnerRoute, Parts
from homespun.api.app.keys import aware
from homespun.api.app.wire import vouchers as wire

from . import catalogue

router = APIRouter(prefix="/api/console", route_class=OwnerRoute)

BatchId = Annotated[str | None, Query(max_length=40)]


@router.get("/vouchers")
async def vouchers(
    parts: Parts, batch_id: BatchId = None, cursor: money.Cursor = None, limit: money.Limit = 50
) -> wire.VoucherPage:
    """All vouchers, or those of a batch, newest first."""
    some = await parts.billing.vouchers.all(batch_id=batch_id, before=cursor, limit=limit)
    after = some[-1].id if len(some) == limit else None
    return wire.VoucherPage(vouchers=[wire.Voucher.of(one) for one in some], next_cursor=after)


@router.post("/vouchers", status_code=201)
async def make_voucher(new: wire.NewVoucher, response: Response, parts: Parts) -> wire.MadeVoucher:
    """Makes a voucher. Its code is shown this once."""
    value = catalogue.money(parts, new.value)
    voucher, code = await parts.billing.vouchers.create(
        value, uses=new.uses, expires_at=aware(new.expires_at), memo=new.memo
    )
    response.headers["location"] = f"/api/console/vouchers/{voucher.id}"
    response.headers["cache-control"] = "no-store"
    return wire.MadeVoucher(voucher=wire.Voucher.of(voucher), code=code)


@router.delete("/vouchers/{voucher_id}")
async def revoke_voucher(voucher_id: str, parts: Parts) -> wire.Voucher:
    """Makes a voucher worthless for those who haven't redeemed it yet."""
    return wire.Voucher.of(await parts.billing.vouchers.revoke(voucher_id))


@router.get("/voucher-batches")
async def batches(parts: Parts, cursor: money.Cursor = None, limit: money.Limit = 50) -> wire.VoucherBatchPage:
    """Vouchers by how they were made, newest first."""
    some = await parts.billing.vouchers.batches(before=cursor, limit=limit)
    after = some[-1].id if len(some) == limit else None
    return wire.VoucherBatchPage(batches=[wire.VoucherBatch.of(one) for one in some], next_cursor=after)


@router.post("/voucher-batches", status_code=201)
async def make_batch(new: wire.NewVoucherBatch, response: Response, parts: Parts) -> wire.MadeVoucherBatch:
    """Makes many vouchers at once, all or none. Their codes are shown this once."""
    value = catalogue.money(parts, new.value)
    made = await parts.billing.vouchers.create_batch(
        value, new.count, uses=new.uses, expires_at=aware(new.expires_at), memo=new.memo
    )
    batch = await parts.billing.vouchers.batch(made[0][0].id)
    response.headers["location"] = f"/api/console/voucher-batches/{batch.id}"
    response.headers["cache-control"] = "no-store"
    return wire.MadeVoucherBatch(batch=wire.VoucherBatch.of(batch), codes=[code for _, code in made])


@router.get("/voucher-batches/{batch_id}")
async def batch(batch_id: str, parts: Parts) -> wire.VoucherBatch:
    """How a batch stands."""
    return wire.VoucherBatch.of(await parts.billing.vouchers.batch(batch_id))


@router.delete("/voucher-batches/{batch_id}")
async def revoke_batch(batch_id: str, parts: Parts) -> wire.VoucherBatch:
    """Makes a whole batch worthless for those who haven't redeemed theirs yet."""
    return wire.VoucherBatch.of(await parts.billing.vouchers.revoke_batch(batch_id))
