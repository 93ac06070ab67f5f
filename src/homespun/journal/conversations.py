"""Conversations: their list, their titles, which branch is shown, which project owns them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, assert_never

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid, NotFound, Refused
from homespun.core.ids import new_id
from homespun.store import storable_text

from . import records, search
from .sharing import Reader
from .tables import ConversationRow, FeedbackRow, TurnRow
from .values import Conversation, ConversationPage, FeedbackKind, InProject, Shelf, Shelves

_LONGEST_TITLE = 200
_TITLE_FROM_QUESTION = 60
"""Characters."""


async def start(
    session: AsyncSession, reader: Reader, title: str, project_id: str | None, now: datetime
) -> Conversation:
    """A new conversation without turns. Raises `NotFound` for a project that isn't shared with them."""
    if project_id is not None:
        await reader.require_project(session, project_id)
    row = ConversationRow(
        id=new_id("conv"),
        owner_id=reader.person_id,
        project_id=project_id,
        title=_one_line(title),
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    return records.conversation(row)


async def page(
    session: AsyncSession, reader: Reader, shelf: Shelf, *, query: str, cursor: str | None, limit: int
) -> ConversationPage:
    """Some of the conversations on a shelf, newest first, by one query; for a project's shelf two.

    Raises `NotFound` for a project that isn't shared with them.
    """
    if isinstance(shelf, InProject):
        await reader.require_project(session, shelf.project_id)
    statement = (
        select(ConversationRow)
        .where(_on(shelf, reader), *search.mentions(query, reader.person_id))
        .order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(_after(cursor))
    found = [records.conversation(row) for row in await session.scalars(statement)]
    shown = tuple(found[:limit])
    return ConversationPage(shown, _cursor(shown[-1]) if len(found) > limit else None)


async def seen_row(session: AsyncSession, reader: Reader, conversation_id: str) -> ConversationRow:
    """The row of a conversation. Raises `NotFound` if it isn't theirs to see or was deleted."""
    wanted = select(ConversationRow).where(ConversationRow.id == conversation_id)
    row: ConversationRow | None = await reader.first_seen(lambda is_seen: session.scalar(wanted.where(is_seen)))
    if row is None:
        raise NotFound(param="conversation_id")
    return row


def ask(conversation: ConversationRow, turn: TurnRow, now: datetime) -> None:
    """What a new turn changes in its conversation."""
    conversation.selected_turn_id = turn.id
    conversation.updated_at = now
    conversation.title = conversation.title or _title_from(turn.question or "")


async def rename(session: AsyncSession, reader: Reader, conversation_id: str, title: str) -> Conversation:
    """Gives a conversation another title. Raises `Refused`, and `Invalid` for an empty or overlong one."""
    row = await _changeable_row(session, reader, conversation_id)
    row.title = _one_line(title)
    if not row.title:
        raise Invalid("A title has at least one character that can be seen.", param="title")
    return records.conversation(row)


async def put(session: AsyncSession, reader: Reader, conversation_id: str, project_id: str | None) -> Conversation:
    """Puts a conversation into a project, or out of all. Raises `Refused` to all but the one who started it."""
    row = await seen_row(session, reader, conversation_id)
    if row.owner_id != reader.person_id:
        raise Refused("Only the person who started a conversation moves it into a project or out.")
    if project_id is not None:
        await reader.require_project(session, project_id)
    row.project_id = project_id
    return records.conversation(row)


async def select_turn(
    session: AsyncSession, reader: Reader, conversation_id: str, turn_id: str, now: datetime
) -> Conversation:
    """Shows the branch that ends in a turn, and notes which answer was kept by that."""
    row = await seen_row(session, reader, conversation_id)
    places = await _places(session, row.id)
    if turn_id not in places:
        raise NotFound(param="selected_turn_id")
    kept = _kept(_path(places, row.selected_turn_id), _path(places, turn_id))
    if kept is not None:
        session.add(_kept_row(reader.person_id, kept, now))
    row.selected_turn_id = turn_id
    return records.conversation(row)


async def delete(session: AsyncSession, reader: Reader, conversation_id: str, now: datetime) -> None:
    """Takes a conversation out of sight. Raises `Refused`."""
    row = await _changeable_row(session, reader, conversation_id)
    row.deleted_at = now


async def delete_of(session: AsyncSession, project_ids: Sequence[str], now: datetime) -> None:
    """Takes all conversations of these projects out of sight."""
    theirs = update(ConversationRow).where(
        ConversationRow.project_id.in_(project_ids), ConversationRow.deleted_at.is_(None)
    )
    await session.execute(theirs.values(deleted_at=now))


async def move(session: AsyncSession, from_owner_id: str, to_owner_id: str) -> None:
    """Gives everything of one owner to another, what was deleted too."""
    for table in (ConversationRow, TurnRow):
        await session.execute(update(table).where(table.owner_id == from_owner_id).values(owner_id=to_owner_id))
    theirs = update(FeedbackRow).where(FeedbackRow.person_id == from_owner_id)
    await session.execute(theirs.values(person_id=to_owner_id))


async def _changeable_row(session: AsyncSession, reader: Reader, conversation_id: str) -> ConversationRow:
    row = await seen_row(session, reader, conversation_id)
    await reader.require_change(session, row)
    return row


def _on(shelf: Shelf, reader: Reader) -> ColumnElement[bool]:
    match shelf:
        case InProject(project_id):
            return and_(ConversationRow.project_id == project_id, reader.sees())
        case Shelves.OWN:
            return reader.sees_privately()
        case Shelves.ALL:
            return reader.sees()
    assert_never(shelf)


class _Place(NamedTuple):
    """Where a turn stands in its tree."""

    turn_id: str
    parent_id: str | None
    question_id: str


async def _places(session: AsyncSession, conversation_id: str) -> dict[str, _Place]:
    rows = await session.execute(
        select(TurnRow.id, TurnRow.parent_id, TurnRow.question_id).where(TurnRow.conversation_id == conversation_id)
    )
    return {row.id: _Place(row.id, row.parent_id, row.question_id) for row in rows}


def _path(places: Mapping[str, _Place], leaf_id: str | None) -> list[_Place]:
    """From the root to the leaf."""
    path = []
    while leaf_id is not None:
        path.append(places[leaf_id])
        leaf_id = places[leaf_id].parent_id
    return path[::-1]


class _Kept(NamedTuple):
    """The turn whose answer is shown from now on, and the one that was shown before."""

    turn_id: str
    over_turn_id: str


def _kept(left: list[_Place], chosen: list[_Place]) -> _Kept | None:
    """Where the chosen path leaves the other for another answer to the same question, if it does."""
    for other, place in zip(left, chosen, strict=False):
        if other.turn_id != place.turn_id:
            return _Kept(place.turn_id, other.turn_id) if other.question_id == place.question_id else None
    return None


def _kept_row(person_id: str, kept: _Kept, now: datetime) -> FeedbackRow:
    return FeedbackRow(
        turn_id=kept.turn_id,
        person_id=person_id,
        kind=FeedbackKind.KEPT,
        reasons=[],
        words="",
        text="",
        over_turn_id=kept.over_turn_id,
        created_at=now,
    )


def _title_from(question: str) -> str:
    """The beginning of a question, cut between words where there are any."""
    line = _one_line(question, longest=None)
    if len(line) <= _TITLE_FROM_QUESTION:
        return line
    cut = line[:_TITLE_FROM_QUESTION]
    words, space, _ = cut.rpartition(" ")
    return (words if space and len(words) > _TITLE_FROM_QUESTION // 2 else cut) + "…"


def _one_line(title: str, *, longest: int | None = _LONGEST_TITLE) -> str:
    line = re.sub(r"[\s\x00-\x1f\x7f]+", " ", storable_text(title, "title")).strip()
    if longest is not None and len(line) > longest:
        raise Invalid(f"A title has at most {longest} characters.", param="title")
    return line


def _cursor(last: Conversation) -> str:
    return f"{last.updated_at.isoformat()}~{last.id}"


def _after(cursor: str) -> ColumnElement[bool]:
    """What comes after the conversation that the cursor names."""
    moment, _, conversation_id = cursor.partition("~")
    try:
        updated_at = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("This isn't a cursor of this list. Begin again without one.", param="cursor") from error
    return or_(
        ConversationRow.updated_at < updated_at,
        and_(ConversationRow.updated_at == updated_at, ConversationRow.id < conversation_id),
    )
