"""A turn is opened, closed once, and seen by its owner alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homespun.core.errors import Invalid, NotFound, StorageFull
from homespun.core.events import FinishReason
from homespun.core.ids import new_id
from homespun.core.incoming import Door, Place
from homespun.core.messages import ChatPrompt, Message, Prompt, Role, TextPrompt, TokenPrompt
from homespun.journal import Answer, Closing, Draft, FeedbackState, NewTurn, TurnState
from homespun.store import Store

from .talk import ANNA, BORIS, Talk, complete, failed, opened


def user(text: str) -> Message:
    return Message(Role.USER, text)


async def test_a_stranger_finds_no_turn(talk: Talk) -> None:
    turn = await talk.open("Hello?")
    with pytest.raises(NotFound):
        await talk.journal.turn(BORIS, turn.id)


async def test_an_open_turn_has_its_question_and_no_answer(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = await talk.open("Hello?", Place(conversation, None))
    assert turn == await talk.journal.turn(ANNA, turn.id)
    assert (turn.state, turn.question, turn.answers, turn.answer) == (TurnState.OPEN, "Hello?", (), "")
    assert (turn.conversation_id, turn.parent_id, turn.question_id) == (conversation, None, turn.id)
    assert (turn.door, turn.model, turn.parameters) == (Door.WEB, "smol", {"temperature": 0.5})
    assert (turn.created_at, turn.closed_at) == (talk.clock.now(), None)
    assert (turn.feedback, turn.edited_answer, turn.finish_reason) == (FeedbackState(), None, None)


async def test_a_closed_turn_has_all_that_is_known_of_its_answers(talk: Talk) -> None:
    opened = await talk.open("Hello?")
    talk.clock.advance(2)
    closed = await talk.close(opened.id, complete("Hello to you", "Hi"))
    assert closed == await talk.journal.turn(ANNA, opened.id)
    assert closed.state is TurnState.COMPLETE
    assert closed.answers == (
        Answer(0, "Hello to you", FinishReason.STOP, 3),
        Answer(1, "Hi", FinishReason.STOP, 1),
    )
    assert (closed.answer, closed.finish_reason, closed.completion_tokens) == ("Hello to you", FinishReason.STOP, 4)
    assert (closed.prompt_tokens, closed.cached_tokens, closed.prompt_digest, closed.total_ms) == (7, 3, "d" * 64, 50)
    assert closed.closed_at == talk.clock.now()


async def test_a_failed_turn_keeps_what_was_said_and_what_went_wrong(talk: Talk) -> None:
    opened = await talk.open("Hello?")
    closed = await talk.close(opened.id, failed("Hel"))
    assert (closed.state, closed.answer) == (TurnState.FAILED, "Hel")
    assert (closed.error_code, closed.error_message) == ("engine_failed", "It broke.")


async def test_a_turn_is_closed_once_and_stays_so(talk: Talk) -> None:
    opened = await talk.open("Hello?")
    first = await talk.close(opened.id, complete("First"))
    talk.clock.advance(1)
    assert await talk.close(opened.id, failed("Second")) == first


async def test_only_what_was_open_is_said_to_have_been_closed(talk: Talk) -> None:
    first, second = [await talk.open("Hello?") for _ in range(2)]
    await talk.close(first.id, complete("Hello"))
    async with talk.store.write() as session:
        closings = dict.fromkeys((first.id, second.id, "turn_none"), complete("?"))
        assert await talk.journal.close_turns(session, closings) == {second.id: True}


async def test_many_are_opened_and_closed_together_each_with_its_own(talk: Talk) -> None:
    news = [NewTurn(new_id("turn"), ANNA, Door.API, "smol", TextPrompt(f"Question {i}"), {}) for i in range(20)]
    async with talk.store.write() as session:
        drafts = await talk.journal.draft_turns(session, [*news, replace(news[0], prompt=TextPrompt("half \ud83d"))])
        assert isinstance(drafts.pop(), Invalid)
        await talk.journal.open_turns(session, [draft for draft in drafts if isinstance(draft, Draft)])
    async with talk.store.write() as session:
        await talk.journal.close_turns(session, {new.id: complete(f"Answer {i}") for i, new in enumerate(news)})
    for i, new in enumerate(news):
        turn = await talk.journal.turn(ANNA, new.id)
        assert (turn.question, turn.answer) == (f"Question {i}", f"Answer {i}")
    assert list(talk.spool_dir.glob("*.jsonl")) == []


async def test_closing_removes_the_spool(talk: Talk) -> None:
    opened = await talk.open("Hello?")
    assert len(list(talk.spool_dir.glob("*.jsonl"))) == 1
    await talk.close(opened.id, complete("Hello"))
    assert list(talk.spool_dir.glob("*.jsonl")) == []
    with pytest.raises(KeyError):
        talk.journal.spool(opened.id)


async def test_the_spool_stays_when_closing_fails(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = await talk.open("Hello?")

    def full(_: Store) -> None:
        raise StorageFull

    with monkeypatch.context() as disk:
        disk.setattr(Store, "write", full)
        with pytest.raises(StorageFull):
            await talk.close(opened.id, complete("Hello"))
    assert len(list(talk.spool_dir.glob("*.jsonl"))) == 1
    assert (await talk.close(opened.id, complete("Hello"))).answer == "Hello"


async def test_nothing_is_left_of_an_opening_that_was_undone(talk: Talk) -> None:
    new = NewTurn(new_id("turn"), ANNA, Door.API, "smol", TextPrompt("Once"), {})

    async def open_and_fail() -> None:
        async with talk.store.write() as session:
            await opened(talk.journal, session, new)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await open_and_fail()
    assert list(talk.spool_dir.glob("*.jsonl")) == []
    with pytest.raises(KeyError):
        talk.journal.spool(new.id)
    with pytest.raises(NotFound):
        await talk.journal.turn(ANNA, new.id)


@pytest.mark.parametrize(
    ("prompt", "question", "system"),
    [
        (ChatPrompt((user("One"), Message(Role.ASSISTANT, "Two"), user("Three"))), "Three", ""),
        (
            ChatPrompt((Message(Role.SYSTEM, "Be"), Message(Role.SYSTEM, "brief"), user("What?"))),
            "What?",
            "Be\n\nbrief",
        ),
        (ChatPrompt((user("control \0 \x1b 天气"),)), "control \0 \x1b 天气", ""),
        (ChatPrompt(()), "", ""),
        (TextPrompt("Once upon"), "Once upon", ""),
        (TokenPrompt((1, 2, 3)), "", ""),
    ],
)
async def test_any_prompt_of_a_program_is_kept_outside_conversations(
    talk: Talk, prompt: Prompt, question: str, system: str
) -> None:
    turn = await talk.open(prompt)
    assert (turn.conversation_id, turn.question, turn.system) == (None, question, system)
    assert turn == await talk.journal.turn(ANNA, turn.id)
    assert (await talk.journal.conversations(ANNA)).conversations == ()


async def test_instructions_of_a_conversation_are_kept_apart_from_the_question(talk: Talk) -> None:
    prompt = ChatPrompt((Message(Role.SYSTEM, "Be brief."), user("Why?")))
    turn = await talk.open(prompt, Place(await talk.conversation(), None))
    assert (turn.system, turn.question) == ("Be brief.", "Why?")


@pytest.mark.parametrize(
    "prompt",
    [TextPrompt("Once"), TokenPrompt((1,)), ChatPrompt(()), ChatPrompt((user("One"), user("Two")))],
)
async def test_a_turn_of_a_conversation_is_one_question(talk: Talk, prompt: Prompt) -> None:
    place = Place(await talk.conversation(), None)
    with pytest.raises(Invalid):
        await talk.open(prompt, place)


@pytest.mark.parametrize("text", ["half \ud83d", "nul \0"])
async def test_a_question_that_cannot_be_stored_is_refused(talk: Talk, text: str) -> None:
    place = Place(await talk.conversation(), None)
    with pytest.raises(Invalid) as caught:
        await talk.open(text, place)
    assert caught.value.param == "question"


async def test_a_programs_prompt_with_half_a_character_is_refused(talk: Talk) -> None:
    with pytest.raises(Invalid) as caught:
        await talk.open("half \ud83d")
    assert caught.value.param == "messages"


async def test_an_answer_that_cannot_be_stored_is_mended(talk: Talk) -> None:
    opened = await talk.open("Hello?")
    closing = Closing(TurnState.FAILED, complete("half \ud83d nul \0").answers, error_message="\ud83d")
    closed = await talk.close(opened.id, closing)
    assert (closed.answer, closed.error_message) == ("half \ufffd nul \ufffd", "\ufffd")


async def test_a_turn_follows_its_parent(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    second = await talk.say("Two", "2", conversation, first)
    assert second.parent_id == first.id


async def test_an_answer_of_an_answer_again_belongs_to_the_first_question(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    second = await talk.again(first, "I")
    third = await talk.again(second, "i")
    assert [turn.question_id for turn in (first, second, third)] == [first.id] * 3
    assert [turn.parent_id for turn in (first, second, third)] == [None] * 3


async def test_a_question_is_only_asked_again_in_the_same_words_and_place(talk: Talk) -> None:
    conversation = await talk.conversation()
    first = await talk.say("One", "1", conversation)
    with pytest.raises(Invalid):
        await talk.open("Other words", Place(conversation, None, first.id))
    with pytest.raises(Invalid):
        await talk.open("One", Place(conversation, first.id, first.id))


async def test_a_place_in_a_strangers_conversation_is_not_found(talk: Talk) -> None:
    conversation = await talk.conversation()
    with pytest.raises(NotFound):
        await talk.open("Hello?", Place(conversation, None), owner=BORIS)


async def test_a_parent_or_question_of_another_conversation_is_not_found(talk: Talk) -> None:
    elsewhere = await talk.say("One", "1", await talk.conversation())
    theirs = await talk.say("One", "1", await talk.conversation(owner=BORIS), owner=BORIS)
    here = await talk.conversation()
    for stranger in (elsewhere.id, theirs.id, "turn_none"):
        with pytest.raises(NotFound):
            await talk.open("One", Place(here, stranger))
        with pytest.raises(NotFound):
            await talk.open("One", Place(here, None, stranger))


async def test_a_place_in_a_deleted_conversation_is_not_found(talk: Talk) -> None:
    conversation = await talk.conversation()
    await talk.journal.delete(ANNA, conversation)
    with pytest.raises(NotFound):
        await talk.open("Hello?", Place(conversation, None))


async def test_a_turn_of_a_deleted_conversation_is_closed_but_not_seen(talk: Talk) -> None:
    conversation = await talk.conversation()
    turn = await talk.open("Hello?", Place(conversation, None))
    await talk.journal.delete(ANNA, conversation)
    assert (await talk.close(turn.id, complete("Hello"))).state is TurnState.COMPLETE
    with pytest.raises(NotFound):
        await talk.journal.turn(ANNA, turn.id)
