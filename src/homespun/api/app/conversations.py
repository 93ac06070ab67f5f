"""Conversations: list, search, open, rename, select a branch, move into a project and out, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from homespun import accounts
from homespun.api.backend import Backend
from homespun.journal import ConversationTree, Shelves

from . import following, shown
from .guard import GuardedRoute, Parts, Person
from .turns import moved_subject
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
    """The caller's conversations outside all projects, newest first; with a query, those that hold its words, projects'
    too."""
    shelf = Shelves.ALL if query.strip() else Shelves.OWN
    page = await parts.journal.conversations(person.id, shelf=shelf, query=query, cursor=cursor, limit=limit)
    return ConversationPage(conversations=[shown.summary(c) for c in page.conversations], next_cursor=page.next_cursor)


@router.post("/api/conversations", status_code=201)
async def new_conversation(new: NewConversation, parts: Parts, person: Person) -> Conversation:
    """Starts an empty conversation; see /api/projects/{project_id}/conversations for one that a team shares."""
    return shown.new_conversation(await parts.journal.start_conversation(person.id, title=new.title))


@router.get("/api/conversations/{conversation_id}")
async def conversation(conversation_id: str, parts: Parts, person: Person) -> Conversation:
    """A conversation with all its turns; running answers with what they have said so far."""
    tree = await parts.journal.conversation(person.id, conversation_id)
    return Conversation(
        **shown.summary(tree.conversation).model_dump(),
        selected_turn_id=tree.conversation.selected_turn_id,
        turns=[shown.turn(turn, so_far=following.so_far(parts, turn)) for turn in tree.turns],
        side_by_side=[shown.side_by_side(two) for two in tree.side_by_side],
        people=await _others(parts, person, tree),
    )


@router.patch("/api/conversations/{conversation_id}")
async def change_conversation(
    conversation_id: str, change: ConversationChange, parts: Parts, person: Person
) -> ConversationSummary:
    """Renames it, shows another branch, or moves it into a project or out."""
    if change.title is not None:
        await parts.journal.rename(person.id, conversation_id, change.title)
    if change.selected_turn_id is not None:
        await parts.journal.select(person.id, conversation_id, change.selected_turn_id)
    if "project_id" in change.model_fields_set:
        await parts.journal.put(person.id, conversation_id, change.project_id)
        await parts.accounts.end(moved_subject(conversation_id))
    return shown.summary(await parts.journal.summary(person.id, conversation_id))


@router.delete("/api/conversations/{conversation_id}", status_code=204)
async def delete_conversation(conversation_id: str, parts: Parts, person: Person) -> None:
    """Takes it out of sight; what is being answered in it stops."""
    await parts.journal.delete(person.id, conversation_id)
    parts.live.cut_about(conversation_id)
    await parts.accounts.end(conversation_id)


async def _others(parts: Backend, person: accounts.Person, tree: ConversationTree) -> dict[str, str]:
    """The names of all who have a part in it, but for the one who reads."""
    ids = {tree.conversation.owner_id, *(turn.owner_id for turn in tree.turns)} - {person.id}
    return await parts.accounts.people.names(ids) if ids else {}
