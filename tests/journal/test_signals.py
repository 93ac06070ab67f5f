"""What one can learn from is read in order, whole, and from nobody but those who were handed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest
from sqlalchemy import Select, literal, select

from homespun.core.incoming import Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.journal import Choice, Comparison, Journal, Signalled, Thumb, Turn, TurnState, signals

from .talk import ANNA, BORIS, Talk, complete

TRAINER = "person_trainer"


async def read(talk: Talk, *people: str, up_to: int | None = None) -> list[Signalled]:
    return [one async for one in talk.journal.signals(set(people), up_to=up_to)]


async def side_by_side(talk: Talk, choice: Choice, *, left: str = "L", right: str = "R") -> tuple[Turn, Turn]:
    """A question answered twice, the first opened on the right."""
    first = await talk.say("Which?", right, await talk.conversation())
    second = await talk.again(first, left)
    comparisons = talk.journal.comparisons
    await comparisons.begin(first.id, left_id=second.id, right_id=first.id, propensity=0.05)
    await comparisons.decide(ANNA, first.id, choice)
    return second, first


async def test_nobody_is_read_who_is_not_handed_in(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    assert await read(talk) == []
    assert await read(talk, BORIS) == []
    assert [one.turn.id for one in await read(talk, ANNA, BORIS)] == [turn.id]


async def test_turns_of_which_nothing_was_said_are_left_out(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    await talk.journal.record_feedback(ANNA, turn.id, thumb=None)
    await talk.say("Two?", "2", await talk.conversation())
    assert await read(talk, ANNA) == []


async def test_messages_are_what_the_model_read_then(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One?", "1", conversation)
    await talk.journal.record_edit(ANNA, first.id, "Eins")
    asked = ChatPrompt((Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Two?")))
    second = await talk.open(asked, Place(conversation, first.id))
    await talk.close(second.id, complete("2"))
    talk.clock.advance(1)
    await talk.journal.record_edit(ANNA, first.id, "Un")
    await talk.journal.record_feedback(ANNA, second.id, thumb=Thumb.DOWN, words="No.")
    edited, judged = await read(talk, ANNA)
    assert (edited.edits, edited.turn.edited_answer, edited.thumb) == (("Eins", "Un"), "Un", None)
    assert edited.messages == (Message(Role.USER, "One?"),)
    assert judged.messages == (
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.USER, "One?"),
        Message(Role.ASSISTANT, "Eins"),
        Message(Role.USER, "Two?"),
    )
    assert (judged.thumb, judged.turn.feedback.words, judged.turn.answer) == (Thumb.DOWN, "No.", "2")


async def test_they_come_in_the_order_of_asking_across_pages_and_end_where_they_should(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "_PAGE", 3)
    ids = []
    for number in range(8):
        owner = (ANNA, BORIS)[number % 2]
        turn = await talk.say(f"{number}?", "!", await talk.conversation(owner=owner), owner=owner)
        await talk.journal.record_feedback(turn.owner_id, turn.id, thumb=Thumb.UP)
        ids.append(turn.id)
    everything = await read(talk, ANNA, BORIS)
    assert [one.turn.id for one in everything] == ids
    assert [one.turn.id for one in await read(talk, BORIS)] == ids[1::2]
    assert [one.turn.id for one in await read(talk, ANNA, BORIS, up_to=everything[4].number)] == ids[:5]


async def test_an_answer_that_was_asked_for_again_and_gone_on_with_was_kept_over_the_one_before(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One?", "1", conversation)
    second = await talk.again(first, "I")
    assert await read(talk, ANNA) == []
    await talk.say("And?", "So.", conversation, second)
    (kept,) = await read(talk, ANNA)
    assert (kept.turn.id, kept.kept_over) == (second.id, "1")


async def test_whoever_went_on_with_both_answers_has_kept_neither(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One?", "1", conversation)
    second = await talk.again(first, "I")
    for answer in (first, second):
        await talk.say("And?", "So.", conversation, answer)
    assert await read(talk, ANNA) == []


async def test_the_last_answer_that_somebody_went_back_to_was_kept(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One?", "1", conversation)
    second = await talk.again(first, "I")
    await talk.journal.select(ANNA, conversation, first.id)
    (kept,) = await read(talk, ANNA)
    assert (kept.turn.id, kept.kept_over) == (first.id, "I")
    await talk.journal.select(ANNA, conversation, second.id)
    (kept,) = await read(talk, ANNA)
    assert (kept.turn.id, kept.kept_over) == (second.id, "1")


async def test_answers_that_are_alike_or_broke_off_are_no_pair(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One?", "1", conversation)
    second = await talk.again(first, "1")
    await talk.say("And?", "So.", conversation, second)
    broken = await talk.open("Two?", Place(conversation, None))
    await talk.close(broken.id, replace(complete("2"), state=TurnState.STOPPED))
    again = await talk.again(broken, "II")
    await talk.say("And?", "So.", conversation, again)
    assert await read(talk, ANNA) == []


async def test_a_comparison_is_told_once_with_the_answer_that_was_picked(talk: Talk) -> None:
    left, right = await side_by_side(talk, Choice.LEFT)
    await talk.say("And?", "So.", left.conversation_id or "", left)
    (picked,) = await read(talk, ANNA)
    assert picked.turn.id == left.id
    assert picked.compared == Comparison("L", "R", 0.05)
    assert picked.kept_over is None
    assert right.id == left.question_id


async def test_the_first_answer_may_be_the_one_that_was_picked(talk: Talk) -> None:
    _, right = await side_by_side(talk, Choice.RIGHT)
    (picked,) = await read(talk, ANNA)
    assert (picked.turn.id, picked.compared) == (right.id, Comparison("R", "L", 0.05))


async def test_both_bad_is_said_of_both_and_skipped_of_none(talk: Talk) -> None:
    await side_by_side(talk, Choice.SKIPPED)
    assert await read(talk, ANNA) == []
    left, right = await side_by_side(talk, Choice.NEITHER)
    found = await read(talk, ANNA)
    assert [(one.turn.id, one.are_both_bad, one.compared) for one in found] == [
        (right.id, True, None),
        (left.id, True, None),
    ]


async def test_two_answers_that_turned_out_alike_are_no_comparison(talk: Talk) -> None:
    await side_by_side(talk, Choice.LEFT, left="Same", right="Same")
    assert await read(talk, ANNA) == []


async def test_what_was_deleted_is_not_read(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = await talk.say("One?", "1", conversation)
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.UP)
    await talk.journal.delete(ANNA, conversation)
    assert await read(talk, ANNA) == []


class Shared:
    """One project, which everybody shares."""

    def shared_with(self, person_id: str) -> Select[str]:
        return select(literal("project_one"))

    managed_by = shared_with


async def test_others_words_in_a_shared_conversation_are_read_with_their_consent_alone(talk: Talk) -> None:
    talk.journal = Journal(talk.store, talk.spool_dir, talk.clock, Shared())
    started = await talk.journal.start_conversation(ANNA, project_id="project_one")
    first = await talk.say("Anna's?", "1", started.id)
    second = await talk.say("Boris's?", "2", started.id, first, owner=BORIS)
    await talk.journal.record_feedback(BORIS, second.id, thumb=Thumb.UP)
    await talk.journal.record_feedback(BORIS, first.id, thumb=Thumb.DOWN)
    assert await read(talk, BORIS) == []
    assert await read(talk, ANNA) == [], "what Boris says of Anna's answer is not Anna's word"
    (told,) = await read(talk, ANNA, BORIS)
    assert (told.turn.id, told.thumb) == (second.id, Thumb.UP)
    assert told.asked_before == {ANNA}


async def test_the_latest_demonstration_is_told_with_who_wrote_it(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    people: Collection[str] = {ANNA}
    await talk.journal.demonstrations.add(TRAINER, turn.id, "Won", people)
    await talk.journal.demonstrations.add(BORIS, turn.id, "One.", people)
    (shown,) = await read(talk, ANNA)
    assert (shown.demonstration, shown.demonstrated_by, shown.edits) == ("One.", BORIS, ())
