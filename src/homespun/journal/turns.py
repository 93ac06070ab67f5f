"""Opening, closing and reading turns, within a unit of work that somebody else has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid, NotFound
from homespun.core.incoming import Place
from homespun.store import scrubbed_text, storable_text

from . import conversations, prompts, records
from .tables import AnswerRow, ConversationRow, FeedbackRow, TurnRow
from .values import Answer, Closing, NewTurn, Turn, TurnState


async def open_turn(session: AsyncSession, new: NewTurn, now: datetime) -> Turn:
    """Writes the question down; see `Journal.open_turn`."""
    row = TurnRow(
        id=new.id,
        owner_id=new.owner_id,
        question_id=new.id,
        door=new.door,
        system="",
        model=storable_text(new.model, "model"),
        parameters=dict(new.parameters),
        state=TurnState.OPEN,
        prompt_tokens=0,
        cached_tokens=0,
        created_at=now,
    )
    if new.place is None:
        row.prompt = prompts.write(new.prompt)
    else:
        row.system, row.question = prompts.question_in_place(new.prompt)
        await _put_in_place(session, row, new.place, now)
    session.add(row)
    await session.flush()
    return records.turns([row], [], [])[0]


async def close_turn(session: AsyncSession, turn_id: str, closing: Closing, now: datetime) -> Turn:
    """Writes down how a turn ended, unless that is known already; see `Journal.close_turn`."""
    row = await session.scalar(
        update(TurnRow)
        .where(TurnRow.id == turn_id, TurnRow.state == TurnState.OPEN)
        .values(
            state=closing.state,
            prompt_tokens=closing.prompt_tokens,
            cached_tokens=closing.cached_tokens,
            prompt_digest=closing.prompt_digest,
            first_token_ms=closing.first_token_ms,
            total_ms=closing.total_ms,
            error_code=closing.error_code,
            error_message=scrubbed_text(closing.error_message) if closing.error_message else None,
            closed_at=now,
        )
        .returning(TurnRow)
    )
    if row is None:
        return await _one(session, TurnRow.id == turn_id)
    answers = [_answer_row(turn_id, answer) for answer in closing.answers]
    session.add_all(answers)
    feedback = await session.scalars(select(FeedbackRow).where(FeedbackRow.turn_id == turn_id))
    return records.turns([row], answers, feedback)[0]


async def owned_turn(session: AsyncSession, owner_id: str, turn_id: str) -> Turn:
    """One turn of the owner's that isn't in a deleted conversation. Raises `NotFound`."""
    return await _one(
        session, TurnRow.id == turn_id, TurnRow.owner_id == owner_id, ConversationRow.deleted_at.is_(None)
    )


async def turns_of(session: AsyncSession, conversation_id: str) -> tuple[Turn, ...]:
    """All turns of a conversation, in the order they were asked, by three queries."""
    within = TurnRow.conversation_id == conversation_id
    ids = select(TurnRow.id).where(within)
    rows = await session.scalars(select(TurnRow).where(within).order_by(TurnRow.number))
    answers = await session.scalars(select(AnswerRow).where(AnswerRow.turn_id.in_(ids)))
    feedback = await session.scalars(select(FeedbackRow).where(FeedbackRow.turn_id.in_(ids)))
    return records.turns(rows, answers, feedback)


async def open_turn_ids(session: AsyncSession) -> Sequence[str]:
    """The ids of all turns that nobody has closed."""
    return (await session.scalars(select(TurnRow.id).where(TurnRow.state == TurnState.OPEN))).all()


async def closed_turn_ids(session: AsyncSession, among: Sequence[str]) -> Sequence[str]:
    """Those of some ids that name closed turns."""
    closed = select(TurnRow.id).where(TurnRow.id.in_(among), TurnRow.state != TurnState.OPEN)
    return (await session.scalars(closed)).all()


async def _put_in_place(session: AsyncSession, row: TurnRow, place: Place, now: datetime) -> None:
    """Makes the turn part of its conversation and selects it there."""
    conversation = await conversations.owned_row(session, row.owner_id, place.conversation_id)
    neighbours = await _neighbours(session, place)
    if place.parent_id is not None and place.parent_id not in neighbours:
        raise NotFound(param="parent_id")
    row.conversation_id, row.parent_id = conversation.id, place.parent_id
    if place.question_id is not None:
        row.question_id = _question_asked_again(row, neighbours.get(place.question_id))
    conversations.ask(conversation, row, now)


async def _neighbours(session: AsyncSession, place: Place) -> dict[str, TurnRow]:
    """The turns that the place names, by id, as far as they belong to its conversation."""
    named = [turn_id for turn_id in (place.parent_id, place.question_id) if turn_id is not None]
    if not named:
        return {}
    rows = await session.scalars(
        select(TurnRow).where(TurnRow.conversation_id == place.conversation_id, TurnRow.id.in_(named))
    )
    return {row.id: row for row in rows}


def _question_asked_again(row: TurnRow, original: TurnRow | None) -> str:
    if original is None:
        raise NotFound(param="question_id")
    if (original.parent_id, original.question) != (row.parent_id, row.question):
        raise Invalid("A question is asked again in the same words and the same place.", param="question_id")
    return original.question_id


async def _one(session: AsyncSession, *conditions: ColumnElement[bool]) -> Turn:
    row = await session.scalar(
        select(TurnRow).outerjoin(ConversationRow, ConversationRow.id == TurnRow.conversation_id).where(*conditions)
    )
    if row is None:
        raise NotFound
    answers = await session.scalars(select(AnswerRow).where(AnswerRow.turn_id == row.id))
    feedback = await session.scalars(select(FeedbackRow).where(FeedbackRow.turn_id == row.id))
    return records.turns([row], answers, feedback)[0]


def _answer_row(turn_id: str, answer: Answer) -> AnswerRow:
    return AnswerRow(
        turn_id=turn_id,
        choice=answer.choice,
        text=scrubbed_text(answer.text),
        finish_reason=answer.finish_reason,
        completion_tokens=answer.completion_tokens,
    )
