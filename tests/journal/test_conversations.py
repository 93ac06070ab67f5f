"""The list of conversations, their titles, and which branch is shown."""

from __future__ import annotations

import pytest

from homespun.core.errors import Invalid, NotFound
from homespun.core.incoming import Place
from homespun.journal import FeedbackKind, Turn

from .talk import ANNA, BORIS, Talk


async def titles(talk: Talk, query: str = "", *, owner: str = ANNA) -> list[str]:
    return [line.title for line in (await talk.journal.conversations(owner, query=query)).conversations]


async def kept(talk: Talk, turn: Turn) -> int:
    return sum(entry.kind is FeedbackKind.KEPT for entry in await talk.journal.feedback(ANNA, turn.id))


async def test_a_stranger_finds_nothing_and_changes_nothing(talk: Talk) -> None:
    conversation = await talk.conversation(title="Mine")
    turn = await talk.say("Secret?", "Secret!", conversation)
    journal = talk.journal
    assert await titles(talk, owner=BORIS) == []
    assert await titles(talk, "Secret", owner=BORIS) == []
    for attempt in (
        lambda: journal.conversation(BORIS, conversation),
        lambda: journal.rename(BORIS, conversation, "Stolen"),
        lambda: journal.select(BORIS, conversation, turn.id),
        lambda: journal.delete(BORIS, conversation),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await titles(talk) == ["Mine"]


async def test_a_conversation_without_title_gets_one_from_its_first_question(talk: Talk) -> None:
    conversation = await talk.conversation()
    assert await titles(talk) == [""]
    first = await talk.say("  What is\n\ta \x1b[1mstar?  ", "A sun.", conversation)
    assert await titles(talk) == ["What is a [1mstar?"]
    await talk.say("And a planet?", "An earth.", conversation, first)
    assert await titles(talk) == ["What is a [1mstar?"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("word " * 30, "word " * 11 + "word…"),
        ("天" * 61, "天" * 60 + "…"),
        ("天" * 60, "天" * 60),
        ("a " + "b" * 100, "a " + "b" * 58 + "…"),
    ],
)
async def test_a_long_question_gives_a_short_title(talk: Talk, question: str, title: str) -> None:
    await talk.say(question, "Yes.", await talk.conversation())
    assert await titles(talk) == [title]


async def test_a_title_that_was_given_stays(talk: Talk) -> None:
    await talk.say("What is a star?", "A sun.", await talk.conversation(title=" My \n stars "))
    assert await titles(talk) == ["My stars"]


async def test_renaming_changes_the_title_but_not_the_order(talk: Talk) -> None:
    older = await talk.conversation(title="Older")
    await talk.conversation(title="Newer")
    talk.clock.advance(60)
    renamed = await talk.journal.rename(ANNA, older, "Oldest")
    assert renamed.title == "Oldest"
    assert await titles(talk) == ["Newer", "Oldest"]


@pytest.mark.parametrize("title", ["", " \n\t", "\x00", "\ud83d", "x" * 201])
async def test_a_title_that_is_none_is_refused(talk: Talk, title: str) -> None:
    conversation = await talk.conversation(title="Mine")
    with pytest.raises(Invalid) as caught:
        await talk.journal.rename(ANNA, conversation, title)
    assert caught.value.param == "title"
    assert await titles(talk) == ["Mine"]


async def test_the_conversation_that_was_asked_last_comes_first(talk: Talk) -> None:
    older = await talk.conversation(title="Older")
    await talk.conversation(title="Newer")
    assert await titles(talk) == ["Newer", "Older"]
    await talk.say("Still there?", "Yes.", older)
    assert await titles(talk) == ["Older", "Newer"]


async def test_pages_follow_each_other_without_gap_or_repetition(talk: Talk) -> None:
    for number in range(7):
        await talk.journal.start_conversation(ANNA, title=f"{number}")  # all at the same moment
        if number % 3 == 0:
            talk.clock.advance(1)
    pages = [await talk.journal.conversations(ANNA, limit=3)]
    while cursor := pages[-1].next_cursor:
        pages.append(await talk.journal.conversations(ANNA, cursor=cursor, limit=3))
    seen = [line.title for page in pages for line in page.conversations]
    assert [len(page.conversations) for page in pages] == [3, 3, 1]
    assert sorted(seen) == list("0123456")
    assert seen[-1] == "0"


async def test_a_full_last_page_has_no_next(talk: Talk) -> None:
    for _ in range(3):
        await talk.conversation()
    assert (await talk.journal.conversations(ANNA, limit=3)).next_cursor is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "rubbish",
        "2026-13-01~conv_1",
        "0001-01-01T00:00:00+23:00~conv_1",
        "~",
        "\ud83d~",
        "2026-01-01T00:00:00+00:00~\ud83d",
    ],
)
async def test_a_cursor_that_is_none_is_refused(talk: Talk, cursor: str) -> None:
    with pytest.raises(Invalid):
        await talk.journal.conversations(ANNA, cursor=cursor)


async def test_an_id_that_is_no_text_is_refused(talk: Talk) -> None:
    for attempt in (
        lambda: talk.journal.conversation(ANNA, "\ud83d"),
        lambda: talk.journal.delete(ANNA, "\ud83d"),
        lambda: talk.journal.select(ANNA, "\ud83d", "\ud83d"),
    ):
        with pytest.raises(Invalid):
            await attempt()


async def test_a_conversation_opens_with_all_its_turns_in_the_order_of_asking(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    second = await talk.say("Two", "2", conversation, first)
    again = await talk.again(first, "I")
    await talk.say("Elsewhere", "!", await talk.conversation())
    tree = await talk.journal.conversation(ANNA, conversation)
    assert tree.turns == (first, second, again)
    assert (tree.conversation.id, tree.conversation.title) == (conversation, "One")


async def test_a_deleted_conversation_is_out_of_sight(talk: Talk) -> None:
    conversation = await talk.conversation(title="Mine")
    turn = await talk.say("One", "1", conversation)
    await talk.journal.delete(ANNA, conversation)
    assert await titles(talk) == []
    assert await titles(talk, "One") == []
    for attempt in (
        lambda: talk.journal.conversation(ANNA, conversation),
        lambda: talk.journal.history(ANNA, turn.id),
        lambda: talk.journal.delete(ANNA, conversation),
        lambda: talk.journal.record_edit(ANNA, turn.id, "2"),
    ):
        with pytest.raises(NotFound):
            await attempt()


async def test_a_new_turn_is_the_selected_one(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = await talk.open("One", Place(conversation, None))
    tree = await talk.journal.conversation(ANNA, conversation)
    assert tree.conversation.selected_turn_id == turn.id


async def test_a_turn_of_another_conversation_cannot_be_selected(talk: Talk) -> None:
    elsewhere = await talk.say("One", "1", await talk.conversation())
    with pytest.raises(NotFound):
        await talk.journal.select(ANNA, await talk.conversation(), elsewhere.id)


async def test_going_back_to_another_answer_is_noted_as_keeping_it(talk: Talk) -> None:
    conversation = await talk.conversation()
    root = await talk.say("Hello", "Hi", conversation)
    first = await talk.say("One", "1", conversation, root)
    leaf = await talk.say("Two", "2", conversation, first)
    again = await talk.again(first, "I")
    shown = await talk.journal.select(ANNA, conversation, leaf.id)
    assert shown.selected_turn_id == leaf.id
    assert [await kept(talk, turn) for turn in (root, first, leaf, again)] == [0, 1, 0, 0]
    await talk.journal.select(ANNA, conversation, again.id)
    assert [await kept(talk, turn) for turn in (root, first, leaf, again)] == [0, 1, 0, 1]


async def test_switching_between_different_questions_keeps_no_answer(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    edited = await talk.say("Une", "1", conversation)
    await talk.journal.select(ANNA, conversation, first.id)
    await talk.journal.select(ANNA, conversation, first.id)
    assert [await kept(talk, turn) for turn in (first, edited)] == [0, 0]


async def test_moving_along_one_branch_keeps_no_answer(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    second = await talk.say("Two", "2", conversation, first)
    await talk.journal.select(ANNA, conversation, first.id)
    await talk.journal.select(ANNA, conversation, second.id)
    assert [await kept(talk, turn) for turn in (first, second)] == [0, 0]
