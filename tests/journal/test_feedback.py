"""Feedback is only ever added; the latest counts."""

from __future__ import annotations

import pytest

from homespun.core.errors import Conflict, Invalid, NotFound
from homespun.core.incoming import Place
from homespun.journal import FeedbackEntry, FeedbackKind, FeedbackState, Thumb, Turn

from .talk import ANNA, BORIS, Talk


@pytest.fixture
async def answered(talk: Talk) -> Turn:
    return await talk.say("One?", "1", await talk.conversation())


async def test_a_stranger_has_no_say(talk: Talk, answered: Turn) -> None:
    for attempt in (
        lambda: talk.journal.record_feedback(BORIS, answered.id, thumb=Thumb.DOWN),
        lambda: talk.journal.record_edit(BORIS, answered.id, "2"),
        lambda: talk.journal.feedback(BORIS, answered.id),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await talk.journal.feedback(ANNA, answered.id) == ()


async def test_the_latest_opinion_and_the_latest_edit_count(talk: Talk, answered: Turn) -> None:
    journal = talk.journal
    await journal.record_feedback(ANNA, answered.id, thumb=Thumb.DOWN, reasons=["wrong", "长"], words="No.")
    await journal.record_edit(ANNA, answered.id, "Eins")
    await journal.record_edit(ANNA, answered.id, "一")
    await journal.record_feedback(ANNA, answered.id, thumb=Thumb.UP, words="Better.")
    turn = await journal.turn(ANNA, answered.id)
    assert turn.feedback == FeedbackState(Thumb.UP, (), "Better.")
    assert (turn.answer, turn.edited_answer) == ("1", "一")
    assert answered.conversation_id is not None
    assert (await journal.conversation(ANNA, answered.conversation_id)).turns == (turn,)


async def test_every_version_is_kept_with_its_time(talk: Talk, answered: Turn) -> None:
    journal, before = talk.journal, talk.clock.now()
    await journal.record_feedback(ANNA, answered.id, thumb=Thumb.DOWN, reasons=["wrong"])
    talk.clock.advance(5)
    await journal.record_edit(ANNA, answered.id, "Eins")
    await journal.record_feedback(ANNA, answered.id, thumb=None)
    nothing = FeedbackState()
    assert await journal.feedback(ANNA, answered.id) == (
        FeedbackEntry(FeedbackKind.OPINION, FeedbackState(Thumb.DOWN, ("wrong",), ""), "", before),
        FeedbackEntry(FeedbackKind.EDIT, nothing, "Eins", talk.clock.now()),
        FeedbackEntry(FeedbackKind.OPINION, nothing, "", talk.clock.now()),
    )


async def test_an_answer_that_is_being_written_cannot_be_edited(talk: Talk) -> None:
    turn = await talk.open("One?", Place(await talk.conversation(), None))
    with pytest.raises(Conflict):
        await talk.journal.record_edit(ANNA, turn.id, "2")


@pytest.mark.parametrize("text", ["half \ud83d", "nul \0"])
async def test_words_that_cannot_be_stored_are_refused(talk: Talk, answered: Turn, text: str) -> None:
    with pytest.raises(Invalid):
        await talk.journal.record_feedback(ANNA, answered.id, thumb=None, words=text)
    with pytest.raises(Invalid):
        await talk.journal.record_feedback(ANNA, answered.id, thumb=None, reasons=[text])
    with pytest.raises(Invalid):
        await talk.journal.record_edit(ANNA, answered.id, text)
    assert await talk.journal.feedback(ANNA, answered.id) == ()
