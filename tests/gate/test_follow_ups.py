"""Closing a turn and asking the next one take the same locks; neither stands in the other's way."""

from __future__ import annotations

import asyncio
from pathlib import Path

from homespun.accounts import Caller, Person, Role
from homespun.core.incoming import Place
from homespun.gate import Settings
from homespun.store import Store

from .behind import House, asked, closing

ANNA = Caller(Person("person_anna", "Anna", Role.MEMBER))


async def test_a_follow_up_is_admitted_while_its_parent_is_closed(store: Store, tmp_path: Path) -> None:
    house = House(store, tmp_path / "spools", Settings(person_requests_per_minute=1000, person_tokens_per_minute=10**6))
    conversation = await house.journal.start_conversation(ANNA.person.id)
    for _ in range(10):
        parent = await house.gate.admit(ANNA, asked("One?", Place(conversation.id, None)))
        follow_up = asked("Two?", Place(conversation.id, parent.turn.id))
        _, child = await asyncio.gather(house.gate.close(parent.turn.id, closing()), house.gate.admit(ANNA, follow_up))
        await house.gate.close(child.turn.id, closing())
    house.journal.close()
