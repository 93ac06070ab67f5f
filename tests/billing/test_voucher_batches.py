"""Vouchers that are made together, shown together, and revoked together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from homespun.billing import Money, Vouchers
from homespun.core.errors import Invalid, NotFound, VoucherRevoked

from .till import Till

TEN = Money(10_000_000, "USD")


@pytest.fixture
def vouchers(till: Till) -> Vouchers:
    return till.billing.vouchers


async def test_a_batch_is_made_at_once_and_shown_as_one(till: Till, vouchers: Vouchers) -> None:
    end = till.clock.now() + timedelta(days=9)
    made = await vouchers.create_batch(TEN, 3, uses=2, expires_at=end, memo="Fair")
    alone, _ = await vouchers.create(Money(1, "USD"))
    assert len({code for _, code in made}) == 3
    await vouchers.redeem("person_1", made[1][1])
    first = made[0][0]
    stands = {batch.id: batch for batch in await vouchers.batches()}
    assert set(stands) == {first.id, alone.id}
    batch = stands[first.id]
    assert (batch.count, batch.uses, batch.used, batch.open, batch.revoked) == (3, 2, 1, 3, 0)
    assert (batch.value, batch.memo, batch.expires_at, batch.ending) == (TEN, "Fair", end, first.ending)
    assert stands[alone.id].count == 1
    assert {voucher.id for voucher in await vouchers.all(batch_id=first.id)} == {voucher.id for voucher, _ in made}


async def test_a_batch_is_revoked_but_for_what_was_redeemed(till: Till, vouchers: Vouchers) -> None:
    made = await vouchers.create_batch(TEN, 3)
    _, other = await vouchers.create(TEN)
    await vouchers.redeem("person_1", made[0][1])
    early = await vouchers.revoke(made[1][0].id)
    till.clock.advance(60)
    batch = await vouchers.revoke_batch(made[0][0].id)
    assert (batch.open, batch.revoked, batch.used) == (0, 3, 1)
    with pytest.raises(VoucherRevoked):
        await vouchers.redeem("person_2", made[2][1])
    assert await vouchers.redeem("person_2", other) == TEN
    assert await till.has("person_1") == (10_000_000, 0)
    [again] = [voucher for voucher in await vouchers.all() if voucher.id == early.id]
    assert again.revoked_at == early.revoked_at, "what was revoked before stays revoked since then"
    assert await till.wrong() == []


async def test_pages_go_on_where_the_last_one_ended(vouchers: Vouchers) -> None:
    for count in (1, 2, 3):
        await vouchers.create_batch(TEN, count)
    all_of_them = await vouchers.batches()
    first = await vouchers.batches(limit=2)
    assert first + await vouchers.batches(before=first[-1].id) == all_of_them
    assert sum(batch.count for batch in all_of_them) == 6


async def test_vouchers_from_before_there_were_batches_are_each_by_themselves(till: Till, vouchers: Vouchers) -> None:
    (old, _), (other, code) = await vouchers.create_batch(TEN, 2)
    async with till.store.write() as session:
        await session.execute(text("UPDATE vouchers SET batch_id = NULL"))
    assert {batch.id: batch.count for batch in await vouchers.batches()} == {old.id: 1, other.id: 1}
    assert (await vouchers.revoke_batch(old.id)).revoked == 1
    assert await vouchers.redeem("person_1", code) == TEN


@pytest.mark.parametrize("count", [0, -1, 10_001, True])
async def test_refuses_a_batch_that_cannot_be(vouchers: Vouchers, count: int) -> None:
    with pytest.raises(Invalid) as refused:
        await vouchers.create_batch(TEN, count)
    assert refused.value.param == "count"
    assert await vouchers.batches() == ()


async def test_a_batch_that_is_none_is_not_found(vouchers: Vouchers) -> None:
    (_, _), (second, _) = await vouchers.create_batch(TEN, 2)
    for batch_id in ("voucher_none", "' OR 1=1 --", second.id):
        with pytest.raises(NotFound):
            await vouchers.batch(batch_id)
        with pytest.raises(NotFound):
            await vouchers.revoke_batch(batch_id)
    assert (await vouchers.batches())[0].open == 2
