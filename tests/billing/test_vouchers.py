"""Vouchers, and how nobody gets one twice."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta

import pytest
from sqlalchemy import text

from homespun.billing import Money, Vouchers
from homespun.core.errors import Conflict, HomespunError, Invalid, NotFound

from .till import Till

TEN = Money(10_000_000, "USD")
PROCESSES = int(os.environ.get("HOMESPUN_TEST_REDEEMING_PROCESSES", "3"))
"""200 for the figures; each takes a second to start."""
REDEEMERS_EACH = max(24 // PROCESSES, 1)

REDEEM = """
import asyncio, sys
from homespun.billing import Billing, Settings
from homespun.core.clock import SystemClock
from homespun.core.errors import Conflict, DatabaseBusy
from homespun.store import Store

url, code, holder, count = sys.argv[1:]

async def redeem(number):
    store = Store(url)
    vouchers = Billing(store, SystemClock(), Settings()).vouchers
    try:
        while True:
            try:
                await vouchers.redeem(holder.format(number), code)
                return 1
            except Conflict:
                return 0
            except DatabaseBusy:
                await asyncio.sleep(1)  # as it says
    finally:
        await store.close()

async def main():
    return sum(await asyncio.gather(*(redeem(number) for number in range(int(count)))))

print("ready", flush=True)
sys.stdin.read(1)
print(asyncio.run(main()))
"""


@pytest.fixture
def vouchers(till: Till) -> Vouchers:
    return till.billing.vouchers


async def test_a_voucher_is_credited_once(till: Till, vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN)
    assert await vouchers.redeem("person_1", code) == TEN
    with pytest.raises(Conflict, match="You have redeemed"):
        await vouchers.redeem("person_1", code)
    with pytest.raises(Conflict, match="as often as"):
        await vouchers.redeem("person_2", code)
    assert await till.has() == (10_000_000, 0)
    assert await till.has("person_2") == (0, 0)
    assert await till.wrong() == []


async def test_a_voucher_of_several_uses_is_for_each_holder_once(till: Till, vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN, uses=2)
    await vouchers.redeem("person_1", code)
    with pytest.raises(Conflict, match="You have redeemed"):
        await vouchers.redeem("person_1", code)
    await vouchers.redeem("person_2", code)
    (voucher,) = await vouchers.all()
    assert (voucher.used, voucher.uses) == (2, 2)
    assert await till.has() == (10_000_000, 0)
    assert await till.wrong() == []


async def test_codes_are_read_as_people_write_them(vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN)
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert await vouchers.redeem("person_1", f" {spoken} ") == TEN


@pytest.mark.parametrize("code", ["", "' OR 1=1 --", "0" * 20, "\0", "\ud83d", "x" * 100_000, "００００"])
async def test_a_code_that_is_none_is_not_found(till: Till, vouchers: Vouchers, code: str) -> None:
    await vouchers.create(TEN)
    with pytest.raises(NotFound):
        await vouchers.redeem("person_1", code)
    assert await till.has() == (0, 0)


async def test_an_expired_or_revoked_voucher_is_worth_nothing(till: Till, vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN, expires_at=till.clock.now() + timedelta(hours=1))
    revoked, other = await vouchers.create(TEN)
    await vouchers.revoke(revoked.id)
    till.clock.advance(3600)
    with pytest.raises(Conflict, match="expired"):
        await vouchers.redeem("person_1", code)
    with pytest.raises(Conflict, match="revoked"):
        await vouchers.redeem("person_1", other)
    with pytest.raises(NotFound):
        await vouchers.revoke("voucher_none")
    assert await till.has() == (0, 0)
    assert [voucher.used for voucher in await vouchers.all()] == [0, 0]


async def test_the_code_is_long_random_and_nowhere_in_the_database(till: Till, vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)
    async with till.store.read() as session:
        (row,) = await session.execute(text("SELECT * FROM vouchers"))
    assert not any(code.replace("-", "") in str(value).replace("-", "") for value in row)


async def test_refuses_vouchers_that_cannot_be(till: Till, vouchers: Vouchers) -> None:
    for value, options in (
        (Money(0, "USD"), {}),
        (Money(-1, "USD"), {}),
        (Money(1, "EUR"), {}),
        (TEN, {"uses": 0}),
        (TEN, {"uses": 10**7}),
        (TEN, {"expires_at": till.clock.now()}),
        (TEN, {"memo": "m" * 201}),
    ):
        with pytest.raises(Invalid):
            await vouchers.create(value, **options)


async def test_of_many_who_want_it_at_once_one_gets_it(till: Till, vouchers: Vouchers) -> None:
    _, code = await vouchers.create(TEN)
    holders = ["person_1"] * 8 + ["person_2"] * 8
    tried = await asyncio.gather(*(vouchers.redeem(holder, code) for holder in holders), return_exceptions=True)
    assert [one for one in tried if not isinstance(one, HomespunError)] == [TEN]
    assert (await till.has("person_1"))[0] + (await till.has("person_2"))[0] == 10_000_000
    assert await till.wrong() == []


@pytest.mark.parametrize("holder", ["person_1", "person_{}"])
async def test_many_processes_that_redeem_at_once_get_one_credit(
    till: Till, vouchers: Vouchers, url: str, holder: str
) -> None:
    _, code = await vouchers.create(TEN)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", REDEEM, url, code, holder, str(REDEEMERS_EACH), stdin=PIPE, stdout=PIPE
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    said = await asyncio.gather(*(process.communicate(b".") for process in processes))
    assert sum(int(out) for out, _ in said) == 1
    async with till.store.read() as session:
        assert await session.scalar(text("SELECT sum(balance_micros) FROM wallets")) == 10_000_000
    assert await till.wrong() == []
