from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from homespun.cli.talk import LocalTalk, RemoteTalk, Talk
from homespun.core.incoming import Door
from homespun.core.messages import ChatPrompt, Message, Prompt, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine
from homespun.engines.scripted import ScriptedEngine
from homespun.settings import Settings
from homespun.wiring import House, build


def all_that_was_said(prompt: Prompt) -> str:
    assert isinstance(prompt, ChatPrompt)
    return "|".join(message.content for message in prompt.messages)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    built = build(Settings(data_dir=tmp_path, model="parrot"), {"parrot": ScriptedEngine(all_that_was_said)})
    async with built.running():
        yield built


@pytest.fixture
async def engine() -> Engine:
    engine = ScriptedEngine(all_that_was_said)
    await engine.start()
    return engine


async def local(house: House, system: str | None = None) -> LocalTalk:
    return LocalTalk(house, await house.accounts.ensure_owner(), system=system, sampling=Sampling())


async def answer(talk: Talk, question: str) -> str:
    return "".join([text async for text in talk.ask(question)])


async def test_a_local_talk_follows_up(house: House) -> None:
    talk = await local(house)
    assert await answer(talk, "one") == "one"
    assert await answer(talk, "two") == "one|one|two"


async def test_a_local_talk_is_in_the_journal_like_any_other(house: House) -> None:
    talk = await local(house, "be brief")
    await answer(talk, "one")
    owner = await house.accounts.ensure_owner()
    (summary,) = (await house.journal.conversations(owner.id)).conversations
    (turn,) = (await house.journal.conversation(owner.id, summary.id)).turns
    assert (turn.question, turn.answer, turn.door) == ("one", "be brief|one", Door.CLI)


async def test_a_local_talk_that_is_begun_anew_has_forgotten(house: House) -> None:
    talk = await local(house)
    await answer(talk, "one")
    talk.begin_anew()
    assert await answer(talk, "two") == "two"


async def test_a_remote_talk_tells_the_server_all_of_it_each_time(engine: Engine) -> None:
    talk = RemoteTalk(engine, "parrot", system="be brief", sampling=Sampling())
    assert await answer(talk, "one") == "be brief|one"
    assert await answer(talk, "two") == "be brief|one|be brief|one|two"
    talk.begin_anew()
    assert await answer(talk, "three") == "be brief|three"


async def test_a_remote_talk_keeps_what_was_heard_of_a_stopped_answer(engine: Engine) -> None:
    talk = RemoteTalk(engine, "parrot", system=None, sampling=Sampling())
    async with aclosing(talk.ask("first second third")) as pieces:
        heard = await anext(pieces)
    assert await answer(talk, "next") == f"first second third|{heard}|next"


async def test_what_is_asked_of_a_remote_server_is_a_chat_with_roles(engine: ScriptedEngine) -> None:
    talk = RemoteTalk(engine, "parrot", system="be brief", sampling=Sampling(temperature=0.5))
    await answer(talk, "one")
    (request,) = engine.requests
    assert request.prompt == ChatPrompt((Message(Role.SYSTEM, "be brief"), Message(Role.USER, "one")))
    assert request.sampling.temperature == 0.5
