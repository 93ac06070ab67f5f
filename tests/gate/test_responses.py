"""A request that is sent again gets the response of the first time, and isn't carried out again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, HomespunError, IdempotencyKeyReused, RequestInProgress
from homespun.gate import Asked, Response, Responses
from homespun.store import Store

ASKED = Asked("person_anna", "k-1", "a" * 64)
CREATED = Response(201, {"content-type": "application/json"}, b'{"id":"team_1"}')
A_DAY_S = 24 * 3600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def responses(store: Store, clock: FakeClock) -> Responses:
    return Responses(store, clock)


async def test_the_same_request_gets_the_same_response(responses: Responses) -> None:
    assert await responses.begin(ASKED) is None
    await responses.keep(ASKED, CREATED)
    assert await responses.begin(ASKED) == CREATED


async def test_a_response_that_held_a_secret_is_known_but_not_kept(responses: Responses) -> None:
    await responses.begin(ASKED)
    await responses.keep(ASKED, replace(CREATED, body=None))
    assert await responses.begin(ASKED) == replace(CREATED, body=None)


async def test_another_request_with_the_same_key_is_a_mistake(responses: Responses) -> None:
    await responses.begin(ASKED)
    with pytest.raises(IdempotencyKeyReused):
        await responses.begin(replace(ASKED, digest="b" * 64))


async def test_two_people_may_happen_to_use_the_same_key(responses: Responses) -> None:
    await responses.begin(ASKED)
    assert await responses.begin(replace(ASKED, owner_id="person_ben")) is None


async def test_what_came_to_nothing_may_be_tried_again(responses: Responses) -> None:
    await responses.begin(ASKED)
    await responses.forget(ASKED)
    assert await responses.begin(ASKED) is None


async def test_of_many_at_once_one_is_carried_out(responses: Responses) -> None:
    outcomes = await asyncio.gather(*(responses.begin(ASKED) for _ in range(8)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, RequestInProgress) for outcome in outcomes) == 7


async def test_what_was_cut_off_is_not_carried_out_twice(responses: Responses, clock: FakeClock) -> None:
    await responses.begin(ASKED)
    clock.advance(600)
    with pytest.raises(Conflict) as caught:
        await responses.begin(ASKED)
    assert type(caught.value) is Conflict
    assert "cut off" in caught.value.message


@pytest.mark.parametrize("is_kept", [True, False])
async def test_after_a_day_a_key_is_forgotten(responses: Responses, clock: FakeClock, *, is_kept: bool) -> None:
    await responses.begin(ASKED)
    if is_kept:
        await responses.keep(ASKED, CREATED)
    clock.advance(A_DAY_S - 1)
    try:
        assert await responses.begin(ASKED)
    except HomespunError:
        assert not is_kept
    clock.advance(2)
    assert await responses.begin(ASKED) is None
