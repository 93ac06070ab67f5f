"""The assistant puts instructions, history and question together and waits for the engine, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from homespun.accounts import Person
from homespun.accounts import Role as PersonRole
from homespun.assistant import Assistant, Settings
from homespun.core.errors import ModelNotFound, Unavailable
from homespun.core.incoming import Door, Incoming, Place
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt
from homespun.core.sampling import Sampling
from homespun.engines import EngineState
from tests.fixed_engines import FixedEngines
from tests.ring.puppet import Puppet

ANNA = Person("person_anna", "Anna", PersonRole.OWNER)
HISTORY = (Message(Role.USER, "Who was Ada?"), Message(Role.ASSISTANT, "A mathematician."))
QUESTION = Message(Role.USER, "When was she born?")
PLACE = Place("conv_1", "turn_1")


class Diary:
    """A journal that remembers one conversation of Anna's."""

    async def history(self, owner_id: str, turn_id: str | None) -> tuple[Message, ...]:
        return HISTORY if (owner_id, turn_id) == (ANNA.id, PLACE.parent_id) else ()


async def prompt_for(
    asked: Prompt, *, place: Place | None = PLACE, puppet: Puppet | None = None, settings: Settings | None = None
) -> Prompt:
    puppet = puppet or Puppet()
    assistant = Assistant(FixedEngines({"puppet": puppet}), Diary(), settings)  # type: ignore[arg-type]
    incoming = Incoming(Door.WEB, "puppet", asked, Sampling(), place)
    async for _ in assistant.answer(ANNA.id, "turn_2", incoming):
        pass
    assert puppet.requests[-1].id == "turn_2"
    assert puppet.requests[-1].cache_scope == ANNA.id, "nobody shares a cache with her"
    return puppet.requests[-1].prompt


def chat(*messages: Message) -> ChatPrompt:
    return ChatPrompt(messages)


async def test_in_a_conversation_the_history_stands_before_the_question() -> None:
    assert await prompt_for(chat(QUESTION)) == chat(*HISTORY, QUESTION)


async def test_instructions_come_first() -> None:
    system = Message(Role.SYSTEM, "Be brief.")
    assert await prompt_for(chat(system, QUESTION)) == chat(system, *HISTORY, QUESTION)


async def test_without_instructions_of_its_own_a_conversation_gets_the_installation_s() -> None:
    settings = Settings(system="You are Homespun.")
    assert await prompt_for(chat(QUESTION), settings=settings) == chat(
        Message(Role.SYSTEM, "You are Homespun."), *HISTORY, QUESTION
    )
    own = Message(Role.SYSTEM, "Be brief.")
    assert await prompt_for(chat(own, QUESTION), settings=settings) == chat(own, *HISTORY, QUESTION)


@pytest.mark.parametrize("prompt", [chat(QUESTION), TextPrompt("Once upon")])
async def test_a_program_s_prompt_is_left_as_it_is(prompt: Prompt) -> None:
    assert await prompt_for(prompt, place=None, settings=Settings(system="You are Homespun.")) == prompt


async def test_a_long_history_is_cut_so_that_there_is_room_for_the_answer() -> None:
    puppet = Puppet()
    puppet.context_tokens = 16
    assert await prompt_for(chat(QUESTION), puppet=puppet) == chat(QUESTION)


async def test_an_engine_that_does_not_know_its_window_gets_everything() -> None:
    puppet = Puppet()
    puppet.context_tokens = 0
    assert await prompt_for(chat(QUESTION), puppet=puppet) == chat(*HISTORY, QUESTION)


async def test_a_question_that_comes_while_the_model_loads_waits_for_it() -> None:
    puppet = Puppet()
    puppet.state = EngineState.STARTING
    asking = asyncio.create_task(prompt_for(chat(QUESTION), puppet=puppet))
    await asyncio.sleep(0.02)
    assert not puppet.requests
    puppet.become_ready()
    assert await asking == chat(*HISTORY, QUESTION)


async def test_it_does_not_wait_for_ever() -> None:
    puppet = Puppet()
    puppet.state = EngineState.STARTING
    with pytest.raises(Unavailable, match="still loading"):
        await prompt_for(chat(QUESTION), puppet=puppet, settings=Settings(ready_timeout_s=0.01))


async def test_a_model_that_is_not_here_is_not_found() -> None:
    assistant = Assistant(FixedEngines({"puppet": Puppet()}), Diary())  # type: ignore[arg-type]
    with pytest.raises(ModelNotFound):
        await anext(assistant.answer(ANNA.id, "turn_2", Incoming(Door.API, "other", TextPrompt("x"), Sampling())))


async def test_closing_the_answer_stops_the_engine() -> None:
    puppet = Puppet()
    puppet.hold()
    puppet.let(1)
    assistant = Assistant(FixedEngines({"puppet": puppet}), Diary())  # type: ignore[arg-type]
    answer = assistant.answer(ANNA.id, "turn_2", Incoming(Door.API, "puppet", TextPrompt("a b"), Sampling()))
    seen: Sequence[object] = [await anext(answer), await anext(answer)]
    assert len(seen) == 2
    assert puppet.running
    await answer.aclose()
    assert not puppet.running
