"""Who asks too much at a time is told to wait, and for how long."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from homespun.accounts import Caller, Person, Role
from homespun.core.errors import RateLimited
from homespun.core.incoming import Door
from homespun.core.sampling import Sampling
from homespun.gate import Admission, Settings
from homespun.journal import TurnState
from homespun.store import Store

from .behind import STRANGER, House, asked, closing

ANNA = Caller(Person("person_anna", "Anna", Role.MEMBER))
BORIS = Caller(STRANGER)


def house_with(store: Store, folder: Path, **limits: Any) -> House:
    return House(store, folder / "spools", Settings(**limits))


async def refusal(house: House, caller: Caller = ANNA, *, max_tokens: int | None = None) -> RateLimited:
    with pytest.raises(RateLimited) as caught:
        await ask(house, caller, max_tokens=max_tokens)
    return caught.value


async def ask(
    house: House, caller: Caller = ANNA, *, max_tokens: int | None = None, door: Door = Door.API
) -> Admission:
    return await house.gate.admit(caller, asked("Hello?", sampling=Sampling(max_tokens=max_tokens), door=door))


async def test_without_limits_everybody_may_ask_as_they_like(house: House) -> None:
    admissions = await asyncio.gather(*(ask(house) for _ in range(50)))
    assert {admission.rates.requests for admission in admissions} == {None}


async def test_one_request_too_many_within_a_minute_has_to_wait(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_requests_per_minute=3)
    remaining = [(await ask(house)).rates.requests for _ in range(3)]
    assert [rate.remaining for rate in remaining if rate] == [2, 1, 0]
    assert (await refusal(house)).retry_after_s == pytest.approx(20)
    await ask(house, BORIS)
    house.clock.advance(20)
    await ask(house)
    await refusal(house)


async def test_tokens_are_counted_as_foreseen_and_put_right_at_the_end(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_tokens_per_minute=1000)
    admission = await ask(house, max_tokens=900)
    assert (await refusal(house, max_tokens=900)).rates.tokens is not None
    await house.gate.close(admission.turn.id, closing(prompt_tokens=10, completion_tokens=20))
    assert (await ask(house, max_tokens=900)).rates.tokens is not None


async def test_an_answer_longer_than_foreseen_is_waited_for(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_tokens_per_minute=600, foreseen_answer_tokens=100)
    admission = await ask(house)
    await house.gate.close(admission.turn.id, closing(prompt_tokens=100, completion_tokens=1100))
    assert (await refusal(house)).retry_after_s > 60


async def test_a_request_that_never_fits_says_so(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_tokens_per_minute=100)
    assert "max_tokens" in (await refusal(house, max_tokens=500)).message


async def test_only_so_many_answers_are_written_at_the_same_time(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_streams=2)
    first, _ = await ask(house), await ask(house)
    assert "2 answers" in (await refusal(house)).message
    await house.gate.close(first.turn.id, closing())
    await ask(house)
    await refusal(house)


async def test_a_turn_that_is_closed_twice_frees_one_place(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_streams=2)
    first, _ = await ask(house), await ask(house)
    for _ in range(2):
        await house.gate.close(first.turn.id, closing())
    await ask(house)
    await refusal(house)


async def test_the_answers_of_a_killed_process_are_not_counted_for_ever(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_streams=1)
    await ask(house)
    house.journal.close()
    after = house_with(store, tmp_path, person_streams=1)
    await refusal(after)
    assert await after.journal.recover(after.gate.close) == 1
    await ask(after)


async def test_an_answer_that_ends_while_limits_are_off_is_not_counted_when_they_are_on_again(
    store: Store, tmp_path: Path
) -> None:
    admission = await ask(house_with(store, tmp_path, person_streams=1))
    await house_with(store, tmp_path).gate.close(admission.turn.id, closing())
    await ask(house_with(store, tmp_path, person_streams=1))


async def test_a_door_has_limits_of_its_own(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, door_requests_per_minute=1)
    await ask(house)
    await refusal(house, BORIS)
    await ask(house, BORIS, door=Door.WEB)


async def test_who_is_refused_has_no_turn_and_uses_nothing_up(store: Store, tmp_path: Path) -> None:
    house = house_with(store, tmp_path, person_requests_per_minute=1, door_requests_per_minute=2)
    await ask(house)
    for _ in range(5):
        await refusal(house)
    await ask(house, BORIS)


async def test_limits_are_exact_for_many_at_once_in_two_processes(store: Store, tmp_path: Path) -> None:
    houses = [house_with(store, tmp_path / name, person_requests_per_minute=10) for name in ("one", "other")]
    outcomes = await asyncio.gather(*(ask(house) for house in houses for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, Admission) for outcome in outcomes) == 10
    assert all(isinstance(outcome, Admission | RateLimited) for outcome in outcomes)
    states = {outcome.turn.state for outcome in outcomes if isinstance(outcome, Admission)}
    assert states == {TurnState.OPEN}


@pytest.mark.parametrize("there", [-3600.0, 365 * 86_400.0], ids=["back an hour", "forward a year"])
async def test_a_clock_that_jumps_lets_nobody_wait_longer_nor_ask_more(
    store: Store, tmp_path: Path, there: float
) -> None:
    house = house_with(store, tmp_path, person_requests_per_minute=2, person_streams=9)
    for jump in (0.0, there, -there):
        house.clock.jump(jump)
        outcomes = await asyncio.gather(*(ask(house) for _ in range(3)), return_exceptions=True)
        waits = [outcome.retry_after_s for outcome in outcomes if isinstance(outcome, RateLimited)]
        assert waits
        assert max(waits) <= 60
    house.clock.advance(60)
    for _ in range(2):
        await ask(house)
    await refusal(house)
