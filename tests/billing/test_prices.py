"""The price list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from homespun.billing import Tariff
from homespun.core.errors import Conflict, Invalid

from .till import Till


@pytest.mark.parametrize(
    ("model", "door", "micros"), [("parrot", "api", 1), ("parrot", "web", 2), ("owl", "api", 3), ("owl", "web", 4)]
)
async def test_the_nearest_price_counts_first_by_model_then_by_door(
    till: Till, model: str, door: str, micros: int
) -> None:
    for priced_model, priced_door, rate in (("parrot", "api", 1), ("parrot", "*", 2), ("*", "api", 3), ("*", "*", 4)):
        await till.billing.prices.set(Tariff(prompt_micros=rate), model=priced_model, door=priced_door)
    await till.give(100)
    assert (await till.turn(till.charge(model=model, door=door), 1)).cost.micros == micros


async def test_a_price_counts_from_its_moment_on(till: Till) -> None:
    later = till.clock.now() + timedelta(hours=1)
    await till.billing.prices.set(Tariff(prompt_micros=7), valid_from=later)
    await till.give(100)
    assert (await till.turn(till.charge(), 1)).cost.micros == 0
    till.clock.advance(3600)
    assert (await till.turn(till.charge(), 1)).cost.micros == 7


async def test_a_price_is_never_changed_only_superseded(till: Till) -> None:
    first = await till.billing.prices.set(Tariff(prompt_micros=7))
    with pytest.raises(Conflict):
        await till.billing.prices.set(Tariff(prompt_micros=8))
    with pytest.raises(Invalid):
        await till.billing.prices.set(Tariff(prompt_micros=8), valid_from=till.clock.now() - timedelta(seconds=1))
    till.clock.advance(1)
    second = await till.billing.prices.set(Tariff(prompt_micros=8))
    assert await till.billing.prices.all() == (second, first)


async def test_prices_come_in_pages_the_newest_first_also_those_of_one_moment(till: Till) -> None:
    made = [await till.billing.prices.set(Tariff(), model=f"model-{number}") for number in range(3)]
    till.clock.advance(1)
    made.append(await till.billing.prices.set(Tariff(), model="model-0"))
    seen = list(await till.billing.prices.some(limit=2))
    while page := await till.billing.prices.some(before=seen[-1].id, limit=2):
        seen += page
    assert seen == made[::-1]
    with pytest.raises(Invalid, match="first page"):
        await till.billing.prices.some(before="price_none")


@pytest.mark.parametrize(("model", "door"), [("", "*"), ("m" * 201, "*"), ("*", ""), ("*", "d" * 11), ("a\0", "*")])
async def test_refuses_names_that_cannot_be(till: Till, model: str, door: str) -> None:
    with pytest.raises(Invalid):
        await till.billing.prices.set(Tariff(), model=model, door=door)


async def test_the_price_per_request_is_paid_once_however_many_prompts_it_has(till: Till) -> None:
    await till.billing.prices.set(Tariff(prompt_micros=1, request_micros=50))
    await till.give(1000)
    first = till.charge()
    second = type(first)(**{**{name: getattr(first, name) for name in first.__slots__}, "turn_id": "x", "requests": 0})
    assert (await till.turn(first, 1)).cost.micros == 51
    assert (await till.turn(second, 1)).cost.micros == 1
