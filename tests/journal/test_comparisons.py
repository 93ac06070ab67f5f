"""Two answers side by side: who asked picks one, once, and the conversation goes on with it."""

from __future__ import annotations

import pytest

from homespun.core.errors import Conflict, NotFound
from homespun.core.incoming import Place
from homespun.journal import Choice, SideBySide, Turn

from .talk import ANNA, BORIS, Talk, complete


@pytest.fixture
async def two(talk: Talk) -> tuple[Turn, Turn]:
    """Complete, the first on the left."""
    first = await talk.say("Which?", "L", await talk.conversation())
    second = await talk.again(first, "R")
    await talk.journal.comparisons.begin(first.id, left_id=first.id, right_id=second.id, propensity=0.5)
    return first, second


async def selected(talk: Talk, turn: Turn) -> str | None:
    return (await talk.journal.summary(ANNA, turn.conversation_id or "")).selected_turn_id


async def test_a_stranger_neither_sees_nor_decides_it(talk: Talk, two: tuple[Turn, Turn]) -> None:
    first, _ = two
    assert await talk.journal.comparisons.of_question(BORIS, first.id) is None
    with pytest.raises(NotFound):
        await talk.journal.comparisons.decide(BORIS, first.id, Choice.LEFT)
    assert await talk.journal.comparisons.of_question(ANNA, first.id) == SideBySide(first.id, first.id, two[1].id, None)


async def test_what_is_no_comparison_can_not_be_decided(talk: Talk) -> None:
    turn = await talk.say("One?", "1", await talk.conversation())
    with pytest.raises(NotFound):
        await talk.journal.comparisons.decide(ANNA, turn.id, Choice.LEFT)


@pytest.mark.parametrize(
    ("choice", "kept"), [(Choice.LEFT, 0), (Choice.RIGHT, 1), (Choice.NEITHER, 0), (Choice.SKIPPED, 0)]
)
async def test_the_conversation_goes_on_with_what_is_kept(
    talk: Talk, two: tuple[Turn, Turn], choice: Choice, kept: int
) -> None:
    decided = await talk.journal.comparisons.decide(ANNA, two[0].id, choice)
    assert decided.kept_id == two[kept].id
    assert await selected(talk, two[0]) == two[kept].id
    (told,) = (await talk.journal.conversation(ANNA, two[0].conversation_id or "")).side_by_side
    assert told == decided
    assert await talk.journal.feedback(ANNA, two[kept].id) == (), "it is no going back to another answer"


async def test_a_conversation_that_has_gone_on_stays_where_it_is(talk: Talk, two: tuple[Turn, Turn]) -> None:
    first, second = two
    later = await talk.say("And?", "So.", first.conversation_id or "", second)
    await talk.journal.comparisons.decide(ANNA, first.id, Choice.LEFT)
    assert await selected(talk, first) == later.id


async def test_the_first_word_stands_and_may_be_said_twice(talk: Talk, two: tuple[Turn, Turn]) -> None:
    comparisons, question_id = talk.journal.comparisons, two[0].id
    once = await comparisons.decide(ANNA, question_id, Choice.RIGHT)
    assert await comparisons.decide(ANNA, question_id, Choice.RIGHT) == once
    with pytest.raises(Conflict):
        await comparisons.decide(ANNA, question_id, Choice.LEFT)


async def test_nothing_but_to_skip_is_possible_while_an_answer_is_being_written(talk: Talk) -> None:
    first = await talk.say("Which?", "L", await talk.conversation())
    second = await talk.open("Which?", Place(first.conversation_id or "", None, first.id))
    comparisons = talk.journal.comparisons
    await comparisons.begin(first.id, left_id=second.id, right_id=first.id, propensity=0.5)
    for choice in (Choice.LEFT, Choice.RIGHT, Choice.NEITHER):
        with pytest.raises(Conflict):
            await comparisons.decide(ANNA, first.id, choice)
    await comparisons.decide(ANNA, first.id, Choice.SKIPPED)
    await talk.close(second.id, complete("R"))
    assert await selected(talk, first) == first.id
