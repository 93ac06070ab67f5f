"""The gate lets in whom it knows, and writes down what it lets in."""

from __future__ import annotations

import pytest

from homespun.accounts import ApiKey, Caller, Credentials, Scope
from homespun.core.errors import Invalid, ModelRefused, NotFound, ScopeMissing, Unauthenticated
from homespun.core.incoming import Door, Place
from homespun.core.sampling import Sampling
from homespun.journal import TurnState

from .behind import STRANGER, House, asked


async def test_anonymous_stays_outside(house: House) -> None:
    for nothing in (Credentials(), Credentials(bearer="sk-homespun-guessed"), Credentials(session="guessed")):
        with pytest.raises(Unauthenticated):
            await house.gate.identify(nothing)


async def test_a_key_and_a_session_tell_who_it_is(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    _, secret = await house.accounts.create_key("mine")
    _, session = await house.accounts.sign_in(await house.accounts.make_sign_in_link_token())
    assert (await house.gate.identify(Credentials(bearer=secret))).person == owner
    assert (await house.gate.identify(Credentials(session=session))).person == owner
    for wrong_way_round in (Credentials(bearer=session), Credentials(session=secret)):
        with pytest.raises(Unauthenticated):
            await house.gate.identify(wrong_way_round)


async def test_a_stranger_has_no_place_in_somebodys_conversation(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    conversation = await house.journal.start_conversation(owner.id)
    with pytest.raises(NotFound):
        await house.gate.admit(Caller(STRANGER), asked("Hello?", Place(conversation.id, None)))
    assert (await house.journal.conversation(owner.id, conversation.id)).turns == ()


async def test_an_admission_has_the_open_turn_and_its_spool(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    conversation = await house.journal.start_conversation(owner.id)
    admission = await house.gate.admit(Caller(owner), asked("Hello?", Place(conversation.id, None), door=Door.WEB))
    assert admission.turn == await house.journal.turn(owner.id, admission.turn.id)
    assert (admission.turn.state, admission.turn.owner_id) == (TurnState.OPEN, owner.id)
    assert (admission.turn.question, admission.turn.door, admission.turn.model) == ("Hello?", Door.WEB, "smol")
    house.journal.spool(admission.turn.id)


async def test_every_turn_has_an_id_of_its_own(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    ids = {(await house.gate.admit(Caller(owner), asked("Hello?"))).turn.id for _ in range(5)}
    assert len(ids) == 5


async def test_a_prompt_that_is_only_read_keeps_its_answer_of_no_tokens(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    sampling = Sampling(max_tokens=0, echo=True, logprobs=1)
    admission = await house.gate.admit(Caller(owner), asked("Hello?", sampling=sampling))
    assert admission.incoming.sampling == sampling


async def test_all_parameters_are_recorded_as_they_were_used(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    sampling = Sampling(
        temperature=0.5, stop=("\n", "。"), stop_token_ids=(2,), logit_bias={7: -100.0}, seed=2**63, n=3
    )
    admission = await house.gate.admit(Caller(owner), asked("Hello?", sampling=sampling))
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
        "echo": False,
    }


async def test_what_is_not_let_in_leaves_nothing_behind(house: House) -> None:
    owner = await house.accounts.ensure_owner()
    with pytest.raises(Invalid):
        await house.gate.admit(Caller(owner), asked("half \ud83d"))
    assert list(house.spool_dir.glob("*.jsonl")) == []
    assert await house.journal.recover(house.gate.close) == 0


@pytest.mark.parametrize(
    ("scopes", "models", "refusal"),
    [
        ({Scope.MODELS}, (), ScopeMissing),
        (set(), (), ScopeMissing),
        ({Scope.CHAT}, ("another",), ModelRefused),
        ({Scope.CHAT}, ("smol",), None),
    ],
)
async def test_a_key_is_for_what_it_was_made_for(
    house: House, scopes: set[Scope], models: tuple[str, ...], refusal: type[Exception] | None
) -> None:
    owner = await house.accounts.ensure_owner()
    now = house.clock.now()
    key = ApiKey("key_1", owner.id, "mine", "sk-", now, None, None, scopes=frozenset(scopes), models=models)
    if refusal is None:
        await house.gate.admit(Caller(owner, key), asked("Hello?"))
    else:
        with pytest.raises(refusal):
            await house.gate.admit(Caller(owner, key), asked("Hello?"))
