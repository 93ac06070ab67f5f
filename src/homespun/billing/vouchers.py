"""Vouchers: codes that are worth money. However many redeem one at the same moment, each use is credited once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    VoucherExpired,
    VoucherRedeemed,
    VoucherRevoked,
    VoucherSpent,
    VoucherUnknown,
)
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from . import ledger, voucher_batches
from .ledger import Entry
from .money import Money
from .tables import REDEMPTIONS, VOUCHERS
from .voucher_batches import VoucherBatch
from .voucher_codes import digest_of, new_code
from .wallets import WalletKey, Wallets

_CODE = "code"
"""What a request calls it that is at fault."""
_LONGEST_MEMO = 200
_MOST_USES = 1_000_000
MOST_AT_ONCE = 10_000
"""So many vouchers may a batch have."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A code that is worth money, without the code."""

    id: str
    ending: str
    """The code's last characters, to recognise it by."""
    value: Money
    """Of each use."""
    uses: int
    """How many may redeem it, each once."""
    used: int
    memo: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    batch_id: str | None
    """The id of the first voucher of those it was made with; None: it was made before there were batches."""


class Vouchers:
    """Makes, lists, revokes and redeems vouchers."""

    def __init__(self, store: Store, clock: Clock, currency: str) -> None:
        self._store = store
        self._clock = clock
        self._currency = currency

    async def create(
        self, value: Money, *, uses: int = 1, expires_at: datetime | None = None, memo: str = ""
    ) -> tuple[Voucher, str]:
        """A new voucher and its code, which can't be shown again. Raises `Invalid`."""
        [made] = await self.create_batch(value, 1, uses=uses, expires_at=expires_at, memo=memo)
        return made

    async def create_batch(
        self, value: Money, count: int, *, uses: int = 1, expires_at: datetime | None = None, memo: str = ""
    ) -> tuple[tuple[Voucher, str], ...]:
        """So many vouchers of the same worth, all or none, each with its code as `create` has it. Raises `Invalid`."""
        now = self._clock.now()
        _check(value, uses, expires_at, memo, now, self._currency)
        if type(count) is not int or not 1 <= count <= MOST_AT_ONCE:
            raise Invalid(f"A batch has 1 to {MOST_AT_ONCE} vouchers.", param="count")
        ids, codes = [new_id("voucher") for _ in range(count)], [new_code() for _ in range(count)]
        vouchers = [
            Voucher(voucher_id, code[-4:], value, uses, 0, memo, now, expires_at, None, ids[0])
            for voucher_id, code in zip(ids, codes, strict=True)
        ]
        made = tuple(zip(vouchers, codes, strict=True))
        async with self._store.write() as session:
            rows = [{**_columns(voucher), "digest": digest_of(code)} for voucher, code in made]
            await session.execute(insert(VOUCHERS), rows)
        return made

    async def all(
        self, *, batch_id: str | None = None, before: str | None = None, limit: int = 100
    ) -> tuple[Voucher, ...]:
        """Newest first, all or those of a batch; the next page is that `before` the last one's id."""
        wanted = select(VOUCHERS).order_by(VOUCHERS.c.id.desc()).limit(limit)
        if before:
            wanted = wanted.where(VOUCHERS.c.id < before)
        if batch_id:
            wanted = wanted.where(voucher_batches.is_of(batch_id))
        async with self._store.read() as session:
            return tuple(_voucher(row) for row in (await session.execute(wanted)).mappings())

    async def batches(self, *, before: str | None = None, limit: int = 100) -> tuple[VoucherBatch, ...]:
        """Newest first; the next page is that `before` the last one's id. A voucher made alone is a batch of one."""
        async with self._store.read() as session:
            return await voucher_batches.some(session, before, limit)

    async def batch(self, batch_id: str) -> VoucherBatch:
        """How a batch stands. Raises `NotFound`."""
        async with self._store.read() as session:
            return await voucher_batches.one(session, batch_id)

    async def revoke_batch(self, batch_id: str) -> VoucherBatch:
        """Revokes all of a batch that aren't yet, as `revoke` does one. Raises `NotFound`."""
        async with self._store.write() as session:
            unrevoked = update(VOUCHERS).where(voucher_batches.is_of(batch_id), VOUCHERS.c.revoked_at.is_(None))
            await session.execute(unrevoked.values(revoked_at=self._clock.now()))
            return await voucher_batches.one(session, batch_id)

    async def revoke(self, voucher_id: str) -> Voucher:
        """Makes a voucher worthless for those who haven't redeemed it yet. Raises `NotFound`."""
        async with self._store.write() as session:
            row = await session.execute(
                update(VOUCHERS)
                .where(VOUCHERS.c.id == voucher_id)
                .values(revoked_at=self._clock.now())
                .returning(VOUCHERS)
            )
            revoked = row.mappings().first()
        if revoked is None:
            raise NotFound("There is no such voucher.")
        return _voucher(revoked)

    async def redeem(self, holder_id: str, code: str) -> Money:
        """Credits a voucher to somebody's wallet and returns what it was worth.

        Raises `VoucherUnknown`, `VoucherSpent`, `VoucherExpired`, `VoucherRevoked`, and `VoucherRedeemed` where the
        same holder has redeemed it before.
        """
        async with self._store.write() as session:
            return await _redeem(session, holder_id, digest_of(code), self._clock.now())


async def _redeem(session: AsyncSession, holder_id: str, digest: str, now: datetime) -> Money:
    """The voucher's row is locked by the very statement that looks for it: whoever comes second sees it used."""
    used = await session.execute(
        update(VOUCHERS)
        .where(VOUCHERS.c.digest == digest, VOUCHERS.c.revoked_at.is_(None), VOUCHERS.c.used < VOUCHERS.c.uses)
        .values(used=VOUCHERS.c.used + 1)
        .returning(VOUCHERS)
    )
    row = used.mappings().first()
    if row is None:
        raise await _why_not(session, holder_id, digest)
    voucher = _voucher(row)
    if voucher.expires_at and voucher.expires_at <= now:
        raise VoucherExpired(param=_CODE)
    if await _has_redeemed(session, voucher.id, holder_id):
        raise VoucherRedeemed(param=_CODE)
    await session.execute(insert(REDEMPTIONS), {"voucher_id": voucher.id, "holder_id": holder_id, "at": now})
    await _credit(session, holder_id, voucher, now)
    return voucher.value


async def _credit(session: AsyncSession, holder_id: str, voucher: Voucher, now: datetime) -> None:
    micros, currency = voucher.value.micros, voucher.value.currency
    key = WalletKey(holder_id, currency)
    wallets = await Wallets.lock(session, [key], make=[key])
    wallets.change(key, balance=micros)
    await wallets.write(session)
    amounts = {ledger.wallet(holder_id): micros, ledger.VOUCHERS: -micros}
    entry = Entry(f"voucher:{voucher.id}:{holder_id}", currency, now, amounts, memo=f"...{voucher.ending}")
    await ledger.post(session, [entry])


async def _has_redeemed(session: AsyncSession, voucher_id: str, holder_id: str) -> bool:
    redeemed = select(REDEMPTIONS.c.at).where(
        REDEMPTIONS.c.voucher_id == voucher_id, REDEMPTIONS.c.holder_id == holder_id
    )
    return await session.scalar(redeemed) is not None


async def _why_not(session: AsyncSession, holder_id: str, digest: str) -> NotFound | Conflict:
    row = (await session.execute(select(VOUCHERS).where(VOUCHERS.c.digest == digest))).mappings().first()
    if row is None:
        return VoucherUnknown(param=_CODE)
    if await _has_redeemed(session, row["id"], holder_id):
        return VoucherRedeemed(param=_CODE)
    return VoucherRevoked(param=_CODE) if row["revoked_at"] else VoucherSpent(param=_CODE)


def _check(value: Money, uses: int, expires_at: datetime | None, memo: str, now: datetime, currency: str) -> None:
    if value.currency != currency:
        raise Invalid(f"Amounts are in {currency} here, not in {value.currency}.", param="currency")
    if value.micros <= 0:
        raise Invalid("A voucher is worth more than nothing.", param="value")
    if type(uses) is not int or not 1 <= uses <= _MOST_USES:
        raise Invalid(f"A voucher has 1 to {_MOST_USES} uses.", param="uses")
    if expires_at is not None and expires_at <= now:
        raise Invalid("A voucher expires in the future.", param="expires_at")
    if len(storable_text(memo, "memo")) > _LONGEST_MEMO:
        raise Invalid(f"A memo has {_LONGEST_MEMO} characters at most.", param="memo")


def _columns(voucher: Voucher) -> dict[str, object]:
    return {
        "id": voucher.id,
        "ending": voucher.ending,
        "micros": voucher.value.micros,
        "currency": voucher.value.currency,
        "uses": voucher.uses,
        "used": voucher.used,
        "memo": voucher.memo,
        "created_at": voucher.created_at,
        "expires_at": voucher.expires_at,
        "revoked_at": voucher.revoked_at,
        "batch_id": voucher.batch_id,
    }


def _voucher(row: RowMapping) -> Voucher:
    return Voucher(
        row["id"],
        row["ending"],
        Money(row["micros"], row["currency"]),
        row["uses"],
        row["used"],
        row["memo"],
        row["created_at"],
        row["expires_at"],
        row["revoked_at"],
        row["batch_id"],
    )
