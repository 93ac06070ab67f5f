"""The dialogue that leads to a turn, as messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import NotFound
from homespun.core.messages import Message, Role

from .sharing import Reader
from .tables import AnswerRow, ConversationRow, FeedbackRow, TurnRow
from .values import FeedbackKind


async def dialogue(session: AsyncSession, reader: Reader, turn_id: str) -> tuple[Message, ...]:
    """Questions and answers from the root to the turn, by three queries; see `Journal.history`."""
    path = await reader.first_seen(lambda is_seen: _path(session, is_seen, turn_id))
    if not path:
        raise NotFound(param="parent_id")
    answers = await _shown_answers(session, reader, [turn_id for turn_id, _ in path])
    return tuple(_messages(path, answers))


async def _path(session: AsyncSession, is_seen: ColumnElement[bool], turn_id: str) -> Sequence[tuple[str, str]]:
    """(id, question) of each turn from the root down; parents are always asked before their children."""
    leaf = (
        select(TurnRow.id, TurnRow.parent_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.id == turn_id, is_seen)
        .cte("path", recursive=True)
    )
    path = leaf.union_all(select(TurnRow.id, TurnRow.parent_id).join(leaf, leaf.c.parent_id == TurnRow.id))
    rows = await session.execute(
        select(TurnRow.id, TurnRow.question).join(path, path.c.id == TurnRow.id).order_by(TurnRow.number)
    )
    return [(row.id, row.question or "") for row in rows]


async def _shown_answers(session: AsyncSession, reader: Reader, turn_ids: list[str]) -> dict[str, str]:
    """The text that stands under each question: the reader's latest edit, else the first choice."""
    given = await session.execute(
        select(AnswerRow.turn_id, AnswerRow.text).where(AnswerRow.turn_id.in_(turn_ids), AnswerRow.choice == 0)
    )
    edited = await session.execute(
        select(FeedbackRow.turn_id, FeedbackRow.text)
        .where(
            FeedbackRow.turn_id.in_(turn_ids),
            FeedbackRow.person_id == reader.person_id,
            FeedbackRow.kind == FeedbackKind.EDIT,
        )
        .order_by(FeedbackRow.number)
    )
    return dict((*given, *edited))


def _messages(path: Sequence[tuple[str, str]], answers: dict[str, str]) -> Iterator[Message]:
    for turn_id, question in path:
        if answer := answers.get(turn_id):
            yield Message(Role.USER, question)
            yield Message(Role.ASSISTANT, answer)
