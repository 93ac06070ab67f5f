"""An installation without prices."""

from __future__ import annotations

import pytest

from homespun.billing import Billing, Charge, Delivery, Hold
from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid, NotFound
from homespun.store import Store


def a_charge(clock: FakeClock, turn_id: str = "turn_1", *, likely: int = 10, longest: int = 500) -> Charge:
    return Charge(turn_id, "person_1", "person_1", None, None, None, "api", "parrot", likely, longest, clock.now())


async def test_without_prices_everything_is_free_and_its_use_is_noted(
    billing: Billing, store: Store, clock: FakeClock
) -> None:
    async with store.write() as session:
        assert await billing.hold(session, [a_charge(clock)]) == [Hold("turn_1", 0, "USD", None, 500)]
    async with store.write() as session:
        (settled,) = await billing.settle(session, [Delivery("turn_1", 12, 4, 7, clock.now())])
    assert (settled.cost.micros, settled.paid_by_plan, settled.paid_by_wallet) == (0, 0, 0)


async def test_a_turn_that_was_never_held_is_not_settled(billing: Billing, store: Store, clock: FakeClock) -> None:
    with pytest.raises(NotFound):
        async with store.write() as session:
            await billing.settle(session, [Delivery("turn_1", 12, 4, 7, clock.now())])


@pytest.mark.parametrize(("likely", "longest"), [(-1, 5), (5, 0), (10**9 + 1, 5), (5, 10**10)])
def test_refuses_counts_that_cannot_be(clock: FakeClock, likely: int, longest: int) -> None:
    with pytest.raises(Invalid):
        a_charge(clock, likely=likely, longest=longest)
