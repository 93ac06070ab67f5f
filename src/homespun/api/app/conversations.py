"""Conversations: list, search, open, rename, select a branch, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from . import following, shown
from .guard import GuardedRoute, Parts, Person
from .wire.chats import Conversation, ConversationChange, ConversationPage, ConversationSummary, NewConversation

router = APIRouter(route_class=GuardedRoute)


@router.get("/api/conversations")
async def conversations(
    parts: Parts,
    person: Person,
    query: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ConversationPage:
    """The caller's conversations, newest first; with a query, those that hold its words."""
    page = await parts.journal.conversations(person.id, query=query, cursor=cursor, limit=limit)
    return ConversationPage(conversations=[shown.summary(c) for c in page.conversations], next_cursor=page.next_cursor)


@router.post("/api/conversations", status_code=201)
async def new_conversation(new: NewConversation, parts: Parts, person: Person) -> Conversation:
    """Starts an empty conversation."""
    started = await parts.journal.start_conversation(person.id, title=new.title)
    return Conversation(**shown.summary(started).model_dump(), selected_turn_id=None, turns=[])


@router.get("/api/conversations/{conversation_id}")
async def conversation(conversation_id: str, parts: Parts, person: Person) -> Conversation:
    """A conversation with all its turns; running answers with what they have said so far."""
    tree = await parts.journal.conversation(person.id, conversation_id)
    return Conversation(
        **shown.summary(tree.conversation).model_dump(),
        selected_turn_id=tree.conversation.selected_turn_id,
        turns=[shown.turn(turn, so_far=following.so_far(parts, turn)) for turn in tree.turns],
    )


@router.patch("/api/conversations/{conversation_id}")
async def change_conversation(
    conversation_id: str, change: ConversationChange, parts: Parts, person: Person
) -> ConversationSummary:
    """Renames it, or shows another branch."""
    if change.title is not None:
        await parts.journal.rename(person.id, conversation_id, change.title)
    if change.selected_turn_id is not None:
        await parts.journal.select(person.id, conversation_id, change.selected_turn_id)
    tree = await parts.journal.conversation(person.id, conversation_id)
    return shown.summary(tree.conversation)


@router.delete("/api/conversations/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: str, parts: Parts, person: Person) -> None:
    """Takes it out of sight; what is being answered in it stops."""
    await parts.journal.delete(person.id, conversation_id)
    parts.live.cut_about(conversation_id)
    await parts.accounts.end(conversation_id)
