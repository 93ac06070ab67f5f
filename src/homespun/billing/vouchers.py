"""Vouchers: codes that are worth money. However many redeem one at the same moment, each use is credited once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.ids import new_id
from homespun.store import Store, storable_text

from . import ledger
from .ledger import Entry
from .money import Money
from .tables import REDEMPTIONS, VOUCHERS
from .wallets import WalletKey, Wallets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter is mistaken for a digit."""
_LENGTH = 20
"""Characters of five random bits: 100 bits, too many to guess."""
_MISREAD = str.maketrans("OIL", "011")
_LONGEST_MEMO = 200
_MOST_USES = 1_000_000


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
        now, code = self._clock.now(), _new_code()
        _check(value, uses, expires_at, memo, now, self._currency)
        voucher = Voucher(new_id("voucher"), code[-4:], value, uses, 0, memo, now, expires_at, None)
        async with self._store.write() as session:
            await session.execute(insert(VOUCHERS), {**_columns(voucher), "digest": _digest(code)})
        return voucher, code

    async def all(self, *, before: str | None = None, limit: int = 100) -> tuple[Voucher, ...]:
        """Newest first; the next page is that `before` the last one's id."""
        newest = select(VOUCHERS).order_by(VOUCHERS.c.id.desc()).limit(limit)
        async with self._store.read() as session:
            rows = await session.execute(newest.where(VOUCHERS.c.id < before) if before else newest)
            return tuple(_voucher(row) for row in rows.mappings())

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

        Raises `NotFound` for a code that isn't one, `Conflict` for one that is spent, expired, revoked, or was redeemed
        by the same holder before.
        """
        async with self._store.write() as session:
            return await _redeem(session, holder_id, _digest(code), self._clock.now())


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
        raise Conflict(f"This voucher has expired on {voucher.expires_at:%Y-%m-%d}.")
    if await _has_redeemed(session, voucher.id, holder_id):
        raise Conflict("You have redeemed this voucher already.")
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
        return NotFound("There is no voucher with this code. Look whether it is mistyped.")
    if await _has_redeemed(session, row["id"], holder_id):
        return Conflict("You have redeemed this voucher already.")
    if row["revoked_at"]:
        return Conflict("This voucher was revoked.")
    return Conflict("This voucher has been redeemed as often as it can be.")


def _new_code() -> str:
    """In groups of five, as people can read them out."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(code[at : at + 5] for at in range(0, _LENGTH, 5))


def _digest(code: str) -> str:
    """What is looked for: case, hyphens, spaces and letters that look like digits don't matter."""
    plain = "".join(character for character in code.upper() if character.isalnum()).translate(_MISREAD)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


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
    )
