"""Codes that are worth money, as the console makes and lists them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from .base import Money, Wire


class NewVoucher(Wire):
    """POST /api/console/vouchers."""

    value: Money
    """Of each use."""
    uses: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 1
    """How many may redeem it, each once."""
    expires_at: datetime | None = None
    memo: str = Field(default="", max_length=200)


class NewVoucherBatch(NewVoucher):
    """POST /api/console/voucher-batches: so many vouchers, each as described."""

    count: Annotated[int, Field(strict=True, ge=1, le=1000)]


class Voucher(Wire):
    """A code that is worth money, without the code."""

    id: str
    batch_id: str | None
    """Those that were made together have the same; null: it was made before there were batches."""
    ending: str
    """The code's last characters."""
    value: Money
    uses: int
    used: int
    memo: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class MadeVoucher(Wire):
    """A new voucher with its code, which is shown this once."""

    voucher: Voucher
    code: str


class VoucherPage(Wire):
    """GET /api/console/vouchers?batch_id=&cursor=&limit=: newest first."""

    vouchers: list[Voucher]
    next_cursor: str | None


class VoucherBatch(Wire):
    """Vouchers that were made together; one that was made alone is a batch of one."""

    id: str
    ending: str
    """The last characters of the first one's code."""
    value: Money
    count: int
    """How many vouchers it has."""
    uses: int
    """Of each."""
    used: int
    """Of all of them."""
    open: int
    """How many vouchers are neither spent nor revoked."""
    revoked: int
    memo: str
    created_at: datetime
    expires_at: datetime | None


class MadeVoucherBatch(Wire):
    """A new batch with its codes, which are shown this once."""

    batch: VoucherBatch
    codes: list[str]


class VoucherBatchPage(Wire):
    """GET /api/console/voucher-batches?cursor=&limit=: newest first."""

    batches: list[VoucherBatch]
    next_cursor: str | None
