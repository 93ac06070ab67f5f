"""A request that is sent again with its key gets its answer again, and opens no other turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from homespun.accounts import Caller, Person, Role
from homespun.core.errors import Conflict, IdempotencyKeyReused
from homespun.core.incoming import Incoming
from homespun.gate import Admission
from homespun.journal import TurnState
from homespun.store import Store

from .behind import STRANGER, House, asked, closing

ANNA = Caller(Person("person_anna", "Anna", Role.MEMBER))


def with_key(question: str, key: str = "k-1") -> Incoming:
    return replace(asked(question), idempotency_key=key)


async def test_the_same_request_gets_the_same_turn(house: House) -> None:
    first = await house.gate.admit(ANNA, with_key("Hello?"))
    again = await house.gate.admit(ANNA, with_key("Hello?"))
    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert again.turn == first.turn
    await house.gate.close(first.turn.id, closing("Hello"))
    later = await house.gate.admit(ANNA, with_key("Hello?"))
    assert (later.turn.id, later.turn.state, later.turn.answer) == (first.turn.id, TurnState.COMPLETE, "Hello")


async def test_another_request_with_the_same_key_is_a_mistake(house: House) -> None:
    await house.gate.admit(ANNA, with_key("Hello?"))
    with pytest.raises(IdempotencyKeyReused):
        await house.gate.admit(ANNA, with_key("Goodbye?"))


async def test_two_people_may_happen_to_use_the_same_key(house: House) -> None:
    hers = await house.gate.admit(ANNA, with_key("Hello?"))
    his = await house.gate.admit(Caller(STRANGER), with_key("Hello?"))
    assert hers.turn.id != his.turn.id
    assert not his.is_repeated


@pytest.mark.parametrize("state", [TurnState.FAILED, TurnState.INTERRUPTED, TurnState.STOPPED])
async def test_what_came_to_nothing_is_tried_afresh_and_its_key_then_stands_for_the_new_turn(
    house: House, state: TurnState
) -> None:
    first = await house.gate.admit(ANNA, with_key("Hello?"))
    await house.gate.close(first.turn.id, replace(closing("Hel"), state=state))
    second = await house.gate.admit(ANNA, with_key("Hello?"))
    assert not second.is_repeated
    assert second.turn.id != first.turn.id
    third = await house.gate.admit(ANNA, with_key("Hello?"))
    assert (third.is_repeated, third.turn.id) == (True, second.turn.id)


async def test_of_many_at_once_with_one_key_one_opens_a_turn(house: House) -> None:
    outcomes = await asyncio.gather(
        *(house.gate.admit(ANNA, with_key("Hello?")) for _ in range(20)), return_exceptions=True
    )
    admissions = [outcome for outcome in outcomes if isinstance(outcome, Admission)]
    assert sum(not admission.is_repeated for admission in admissions) == 1
    assert len({admission.turn.id for admission in admissions}) == 1
    assert all(isinstance(outcome, Admission | Conflict) for outcome in outcomes)


async def test_without_a_key_every_request_is_a_new_one(house: House) -> None:
    first, second = [await house.gate.admit(ANNA, asked("Hello?")) for _ in range(2)]
    assert first.turn.id != second.turn.id


async def test_of_retries_in_two_processes_after_a_failure_one_opens_a_turn(house: House, store: Store) -> None:
    first = await house.gate.admit(ANNA, with_key("Hello?"))
    await house.gate.close(first.turn.id, replace(closing("Hel"), state=TurnState.FAILED))
    other = House(store, house.spool_dir, clock=house.clock)
    both = await asyncio.gather(*(one.gate.admit(ANNA, with_key("Hello?")) for one in (house, other)))
    assert sorted(admission.is_repeated for admission in both) == [False, True]
    assert len({admission.turn.id for admission in both}) == 1
    other.journal.close()


async def test_of_first_uses_in_two_processes_one_opens_a_turn(house: House, store: Store) -> None:
    other = House(store, house.spool_dir, clock=house.clock)
    both = await asyncio.gather(*(one.gate.admit(ANNA, with_key("Hello?")) for one in (house, other)))
    assert sorted(admission.is_repeated for admission in both) == [False, True]
    other.journal.close()
