"""What a visitor asked is the person's whom they turned out to be."""

from __future__ import annotations

import pytest

from homespun.core.errors import NotFound
from homespun.journal import Thumb

from .talk import ANNA, BORIS, Talk


async def test_conversations_turns_and_opinions_change_hands(talk: Talk) -> None:
    conversation = await talk.conversation(title="Mine")
    turn = await talk.say("Hello?", "Hello", conversation)
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    await talk.journal.move(ANNA, BORIS)
    moved = await talk.journal.conversation(BORIS, conversation)
    assert [one.id for one in moved.turns] == [turn.id]
    assert (await talk.journal.turn(BORIS, turn.id)).feedback.thumb is Thumb.UP
    with pytest.raises(NotFound):
        await talk.journal.conversation(ANNA, conversation)
    with pytest.raises(NotFound):
        await talk.journal.turn(ANNA, turn.id)
