"""What the next question sees of what was said before."""

from __future__ import annotations

import pytest

from homespun.core.errors import NotFound
from homespun.core.messages import Message, Role

from .talk import ANNA, BORIS, Talk


def said(*texts: str) -> tuple[Message, ...]:
    """Questions and answers by turns."""
    return tuple(Message((Role.USER, Role.ASSISTANT)[place % 2], text) for place, text in enumerate(texts))


async def test_a_stranger_finds_no_history(talk: Talk) -> None:
    turn = await talk.say("One", "1", await talk.conversation())
    for owner, turn_id in ((BORIS, turn.id), (ANNA, "turn_none")):
        with pytest.raises(NotFound):
            await talk.journal.history(owner, turn_id)


async def test_a_conversation_begins_with_no_history(talk: Talk) -> None:
    assert await talk.journal.history(ANNA, None) == ()


async def test_it_is_the_path_from_the_root_and_nothing_beside_it(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    second = await talk.say("Two", "2", conversation, first)
    again = await talk.again(second, "II")
    third = await talk.say("Three", "3", conversation, second)
    assert await talk.journal.history(ANNA, third.id) == said("One", "1", "Two", "2", "Three", "3")
    assert await talk.journal.history(ANNA, again.id) == said("One", "1", "Two", "II")
    assert await talk.journal.history(ANNA, first.id) == said("One", "1")


async def test_the_latest_edit_stands_for_the_answer(talk: Talk) -> None:
    turn = await talk.say("One", "1", await talk.conversation())
    await talk.journal.record_edit(ANNA, turn.id, "I")
    await talk.journal.record_edit(ANNA, turn.id, "一")
    assert await talk.journal.history(ANNA, turn.id) == said("One", "一")


async def test_a_turn_without_an_answer_is_left_out(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    silent = await talk.say("Two", "", conversation, first)
    third = await talk.say("Three", "3", conversation, silent)
    assert await talk.journal.history(ANNA, third.id) == said("One", "1", "Three", "3")


async def test_a_long_conversation_has_a_long_history(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = None
    for number in range(60):
        turn = await talk.say(f"{number}?", f"{number}!", conversation, turn)
    assert turn is not None
    history = await talk.journal.history(ANNA, turn.id)
    assert [message.content for message in history[::2]] == [f"{number}?" for number in range(60)]


async def test_a_programs_turn_has_no_history(talk: Talk) -> None:
    turn = await talk.open("One")
    with pytest.raises(NotFound):
        await talk.journal.history(ANNA, turn.id)
