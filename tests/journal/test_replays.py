"""Which questions may be put to another model: those that people have consented for, in the newest order."""

from __future__ import annotations

from collections.abc import Collection

from homespun.core.ids import new_id
from homespun.core.incoming import Door, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.journal import Closing, NewTurn, Turn

from .talk import ANNA, BORIS, Talk, complete, failed, opened
from .test_sharing import LOOM, shared, team

__all__ = ["shared", "team"]

CHAMPION = "rel_champion"
YES = complete("Yes.")


async def ask(
    talk: Talk,
    place: Place | None,
    *,
    owner: str = ANNA,
    release_id: str = CHAMPION,
    closing: Closing | None = YES,
) -> Turn:
    """A turn that a release has answered, or with None is answering."""
    talk.clock.advance(1)
    prompt = ChatPrompt((Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Is it?")))
    new = NewTurn(new_id("turn"), owner, Door.WEB, "smol", prompt, {}, place, release_id=release_id)
    async with talk.store.write() as session:
        turn = await opened(talk.journal, session, new)
    return await talk.close(turn.id, closing) if closing else turn


async def found(talk: Talk, *people: str, besides: Collection[str] = ()) -> Turn | None:
    return await talk.journal.replay(frozenset(people), release_id=CHAMPION, besides=besides)


async def test_without_consent_there_is_nothing(talk: Talk) -> None:
    await ask(talk, Place(await talk.conversation(), None))
    assert await found(talk) is None
    assert await found(talk, BORIS) is None


async def test_the_newest_comes_first_and_each_once(talk: Talk) -> None:
    place = Place(await talk.conversation(), None)
    older, newer = await ask(talk, place), await ask(talk, place)
    first = await found(talk, ANNA, BORIS)
    assert first == newer
    assert (first.system, first.question, first.answer) == ("Be brief.", "Is it?", "Yes.")
    second = await found(talk, ANNA, besides={newer.id})
    assert second == older
    assert await found(talk, ANNA, besides={newer.id, older.id}) is None


async def test_what_was_asked_again_is_told_once(talk: Talk) -> None:
    conversation_id = await talk.conversation()
    first = await ask(talk, Place(conversation_id, None))
    await ask(talk, Place(conversation_id, None, first.id))
    assert await found(talk, ANNA) == first
    assert await found(talk, ANNA, besides={first.id}) is None


async def test_only_what_this_release_has_answered_to_its_end_in_a_conversation_that_is_there(talk: Talk) -> None:
    place, gone = Place(await talk.conversation(), None), await talk.conversation()
    await ask(talk, place, release_id="rel_other")
    await ask(talk, place, closing=failed("It b"))
    await ask(talk, place, closing=None)
    await ask(talk, None)
    await ask(talk, Place(gone, None))
    await talk.journal.delete(ANNA, gone)
    assert await found(talk, ANNA) is None


async def test_where_somebody_else_has_asked_too_both_have_to_consent(team: Talk) -> None:
    conversation = await team.journal.start_conversation(ANNA, project_id=LOOM)
    first = await ask(team, Place(conversation.id, None), owner=BORIS)
    second = await ask(team, Place(conversation.id, first.id))
    assert await found(team, ANNA) is None
    assert await found(team, ANNA, BORIS) == second
