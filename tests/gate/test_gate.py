"""The gate lets in whom it knows, and writes down what it lets in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.accounts import Accounts, Person, Role
from homespun.billing import Billing
from homespun.billing import Settings as BillingSettings
from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid, NotFound, Unauthenticated
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Prompt
from homespun.core.messages import Role as Speaker
from homespun.core.sampling import Sampling
from homespun.gate import Gate, Settings
from homespun.journal import Journal, TurnState
from homespun.store import Store

STRANGER = Person("person_stranger", "Stranger", Role.MEMBER)


class House:
    """A gate with all that is behind it."""

    def __init__(self, store: Store, spool_dir: Path, settings: Settings | None = None) -> None:
        clock = self.clock = FakeClock()
        self.spool_dir = spool_dir
        self.accounts = Accounts(store, clock)
        self.journal = Journal(store, spool_dir, clock)
        self.billing = Billing(store, clock, BillingSettings())
        self.gate = Gate(store, self.accounts, self.billing, self.journal, clock, lambda _: 2048, settings)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = Store(f"sqlite+aiosqlite:///{tmp_path}/homespun.db")
    await store.migrate()
    house = House(store, tmp_path / "spools")
    yield house
    house.journal.close()
    await store.close()


def asked(
    question: str, place: Place | None = None, *, sampling: Sampling | None = None, door: Door = Door.API
) -> Incoming:
    prompt: Prompt = ChatPrompt((Message(Speaker.USER, question),))
    return Incoming(door, "smol", prompt, sampling or Sampling(), place)


async def test_anonymous_stays_outside(house: House) -> None:
    with pytest.raises(Unauthenticated):
        await house.gate.identify_key("")
    with pytest.raises(Unauthenticated):
        await house.gate.identify_session("")


async def test_a_key_and_a_session_tell_who_it_is(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    _, secret = await house.accounts.create_key("mine")
    _, session = await house.accounts.sign_in(await house.accounts.make_sign_in_link_token())
    assert await house.gate.identify_key(secret) == owner
    assert await house.gate.identify_session(session) == owner
    for wrong_way_round in (house.gate.identify_key(session), house.gate.identify_session(secret)):
        with pytest.raises(Unauthenticated):
            await wrong_way_round


async def test_a_stranger_has_no_place_in_somebodys_conversation(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    conversation = await house.journal.start_conversation(owner.id)
    with pytest.raises(NotFound):
        await house.gate.admit(STRANGER, asked("Hello?", Place(conversation.id, None)))
    assert (await house.journal.conversation(owner.id, conversation.id)).turns == ()


async def test_an_admission_has_the_open_turn_and_its_spool(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    conversation = await house.journal.start_conversation(owner.id)
    admission = await house.gate.admit(owner, asked("Hello?", Place(conversation.id, None), door=Door.WEB))
    assert admission.turn == await house.journal.turn(owner.id, admission.turn.id)
    assert (admission.turn.state, admission.turn.owner_id) == (TurnState.OPEN, owner.id)
    assert (admission.turn.question, admission.turn.door, admission.turn.model) == ("Hello?", Door.WEB, "smol")
    house.journal.spool(admission.turn.id)


async def test_every_turn_has_an_id_of_its_own(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    ids = {(await house.gate.admit(owner, asked("Hello?"))).turn.id for _ in range(5)}
    assert len(ids) == 5


async def test_all_parameters_are_recorded_as_they_were_used(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    sampling = Sampling(
        temperature=0.5, stop=("\n", "。"), stop_token_ids=(2,), logit_bias={7: -100.0}, seed=2**63, n=3
    )
    admission = await house.gate.admit(owner, asked("Hello?", sampling=sampling))
    assert (await house.journal.turn(owner.id, admission.turn.id)).parameters == {
        "temperature": 0.5,
        "top_p": 1.0,
        "top_k": 0,
        "min_p": 0.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "seed": 2**63,
        "max_tokens": None,
        "stop": ["\n", "。"],
        "stop_token_ids": [2],
        "logprobs": None,
        "logit_bias": {"7": -100.0},
        "n": 3,
    }


async def test_what_is_not_let_in_leaves_nothing_behind(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    with pytest.raises(Invalid):
        await house.gate.admit(owner, asked("half \ud83d"))
    assert list(house.spool_dir.glob("*.jsonl")) == []
    assert await house.journal.recover(house.gate.close) == 0
