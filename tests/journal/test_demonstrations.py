"""Trainers see what was not good, of the people who are handed in, and write what would have been."""

from __future__ import annotations

import pytest

from homespun.core.errors import Invalid, NotFound
from homespun.core.incoming import Place
from homespun.journal import Choice, Thumb, signals

from .talk import ANNA, BORIS, Talk, failed

TRAINER = "person_trainer"


async def wanting(talk: Talk, *people: str) -> list[str]:
    """The questions, as they are listed."""
    page = await talk.journal.demonstrations.wanting(set(people))
    assert page.next_cursor is None
    return [one.turn.question for one in page.questions]


async def test_nobody_is_listed_who_is_not_handed_in(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.DOWN)
    assert await wanting(talk) == await wanting(talk, BORIS) == []
    assert await wanting(talk, ANNA) == ["One?"]


async def test_nobody_is_answered_for_who_is_not_handed_in(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    for people in (set[str](), {BORIS, TRAINER}):
        with pytest.raises(NotFound):
            await talk.journal.demonstrations.add(TRAINER, turn.id, "One.", people)
    with pytest.raises(NotFound):
        await talk.journal.demonstrations.add(TRAINER, "turn_of_nobody", "One.", {ANNA})


async def test_thumbs_down_broken_answers_and_two_bad_ones_are_listed_newest_first(talk: Talk) -> None:
    conversation = await talk.conversation()
    good, bad, changed = [await talk.say(question, "!", conversation) for question in ("Good?", "Bad?", "Changed?")]
    await talk.journal.record_feedback(ANNA, good.id, thumb=Thumb.UP)
    await talk.journal.record_feedback(ANNA, bad.id, thumb=Thumb.DOWN)
    await talk.journal.record_feedback(ANNA, changed.id, thumb=Thumb.DOWN)
    await talk.journal.record_feedback(ANNA, changed.id, thumb=Thumb.UP)
    first = await talk.say("Both bad?", "L", conversation)
    second = await talk.again(first, "R")
    await talk.journal.comparisons.begin(first.id, left_id=first.id, right_id=second.id, propensity=0.5)
    await talk.journal.comparisons.decide(ANNA, first.id, Choice.NEITHER)
    broken = await talk.open("Broken?", Place(conversation, None))
    await talk.close(broken.id, failed(""))
    assert await wanting(talk, ANNA) == ["Broken?", "Both bad?", "Bad?"]


async def test_the_list_comes_page_by_page(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "_PAGE", 2)
    for number in range(9):
        owner = (ANNA, BORIS)[number % 2]
        turn = await talk.say(f"{number}", "!", await talk.conversation(owner=owner), owner=owner)
        await talk.journal.record_feedback(turn.owner_id, turn.id, thumb=Thumb.DOWN)
    seen, cursor = [], ""
    while True:
        page = await talk.journal.demonstrations.wanting({ANNA}, cursor=cursor, limit=2)
        seen.append([one.turn.question for one in page.questions])
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == [["8", "6"], ["4", "2"], ["0"]]


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "٣", "9" * 40])
async def test_a_cursor_of_another_list_is_refused(talk: Talk, cursor: str) -> None:
    with pytest.raises(Invalid):
        await talk.journal.demonstrations.wanting({ANNA}, cursor=cursor)


async def test_a_demonstration_is_the_trainers_and_stays_in_the_list(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    await talk.journal.record_feedback(ANNA, turn.id, thumb=Thumb.DOWN)
    written = await talk.journal.demonstrations.add(TRAINER, turn.id, "One.", {ANNA})
    assert (written.demonstration, written.demonstrated_by) == ("One.", TRAINER)
    (listed,) = (await talk.journal.demonstrations.wanting({ANNA})).questions
    assert listed == written
    assert (await talk.journal.turn(ANNA, turn.id)).edited_answer is None, "who asked sees their own answer"
    assert [entry.text for entry in await talk.journal.feedback(ANNA, turn.id)] == [""]


@pytest.mark.parametrize("text", ["", " \n", "nul \0", "half \ud83d"])
async def test_a_demonstration_with_nothing_in_it_is_refused(talk: Talk, text: str) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    with pytest.raises(Invalid):
        await talk.journal.demonstrations.add(TRAINER, turn.id, text, {ANNA})


async def test_an_answer_that_is_being_written_has_no_demonstration(talk: Talk) -> None:
    turn = await talk.open("One?", Place(await talk.conversation(), None))
    with pytest.raises(NotFound):
        await talk.journal.demonstrations.add(TRAINER, turn.id, "One.", {ANNA})
