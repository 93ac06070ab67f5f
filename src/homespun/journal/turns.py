"""Opening, closing and reading turns, within a unit of work that somebody else has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Invalid, NotFound
from homespun.core.incoming import Place
from homespun.store import scrubbed_text, storable_text

from . import conversations, prompts, records
from .sharing import Reader, Sharing
from .tables import AnswerRow, ConversationRow, FeedbackRow, TurnRow
from .values import Answer, Closing, NewTurn, Turn, TurnState

_TURNS = cast("Table", TurnRow.__table__)
_ANSWERS = cast("Table", AnswerRow.__table__)
_LONGEST = timedelta(days=1)
"""No answer takes so long: the machine that was writing it is gone for good."""
_WRITTEN_AT_FIRST = (
    *("id", "owner_id", "conversation_id", "parent_id", "question_id", "door", "question", "system", "prompt"),
    *("model", "release_id", "arm_probability", "parameters", "state", "spool_host", "is_streamed"),
    *("prompt_tokens", "cached_tokens", "created_at"),
)
_ENDING = (
    *("state", "prompt_tokens", "cached_tokens", "prompt_digest", "first_token_ms", "total_ms"),
    *("error_code", "error_message", "closed_at"),
)
_OPEN = insert(_TURNS)
_LOCK_OPEN = (
    select(_TURNS.c.id, _TURNS.c.is_streamed)
    .where(_TURNS.c.id.in_(bindparam("among", expanding=True)), _TURNS.c.state == TurnState.OPEN)
    .order_by(_TURNS.c.id)
    .with_for_update(key_share=True)  # keys stay as they are: a follow-up to a turn that is being closed need not wait
)
_ADD_ANSWERS = insert(_ANSWERS)
_CLOSE = update(_TURNS).where(_TURNS.c.id == bindparam("turn")).values({name: bindparam(name) for name in _ENDING})


@dataclass(frozen=True, slots=True)
class Draft:
    """A turn that may be opened: its owner may ask here, and its texts can be stored. Nothing is written yet."""

    row: TurnRow
    conversation: ConversationRow | None
    known_tokens: int
    """Tokens of the prompt that are known already: those of the turn before it."""

    @property
    def project_id(self) -> str | None:
        """The project whose conversation it is asked in."""
        return self.conversation.project_id if self.conversation else None


async def draft(session: AsyncSession, sharing: Sharing, new: NewTurn, now: datetime, spool_host: str) -> Draft:
    """Checks and prepares; see `Journal.draft_turns`."""
    row = TurnRow(
        id=new.id,
        owner_id=new.owner_id,
        question_id=new.id,
        door=new.door,
        system="",
        model=storable_text(new.model, "model"),
        release_id=new.release_id,
        arm_probability=new.arm_probability,
        parameters=dict(new.parameters),
        state=TurnState.OPEN,
        spool_host=spool_host,
        is_streamed=new.is_streamed,
        prompt_tokens=0,
        cached_tokens=0,
        created_at=now,
    )
    if new.place is None:
        row.prompt = prompts.write(new.prompt)
        return Draft(row, None, 0)
    row.system, row.question = prompts.question_in_place(new.prompt)
    return await _in_place(session, Reader(new.owner_id, sharing), row, new.place)


async def open_drafts(session: AsyncSession, drafts: Sequence[Draft], now: datetime) -> tuple[Turn, ...]:
    """Writes the questions down, all by one statement; see `Journal.open_turns`."""
    rows = [draft.row for draft in drafts]
    await session.execute(_OPEN, [{name: getattr(row, name) for name in _WRITTEN_AT_FIRST} for row in rows])
    for one in drafts:
        if one.conversation is not None:
            conversations.ask(one.conversation, one.row, now)
    return records.turns(rows, [], [])


async def close_turns(session: AsyncSession, closings: Mapping[str, Closing], now: datetime) -> dict[str, bool]:
    """Writes down how turns ended, unless that is known already; see `Journal.close_turns`."""
    ids = {row.id: row.is_streamed for row in await session.execute(_LOCK_OPEN, {"among": list(closings)})}
    if not ids:
        return {}
    await session.execute(_CLOSE, [_ending(turn_id, closings[turn_id], now) for turn_id in ids])
    answers = [_answer(turn_id, answer) for turn_id in ids for answer in closings[turn_id].answers]
    if answers:
        await session.execute(_ADD_ANSWERS, answers)
    return ids


async def seen_turn(session: AsyncSession, reader: Reader, turn_id: str) -> Turn:
    """One turn of a conversation that the reader sees, or of their own outside all. Raises `NotFound`."""
    outside = and_(TurnRow.conversation_id.is_(None), TurnRow.owner_id == reader.person_id)
    row = await session.scalar(
        select(TurnRow)
        .outerjoin(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.id == turn_id, or_(outside, reader.sees()))
    )
    if row is None:
        raise NotFound
    answers = await session.scalars(select(AnswerRow).where(AnswerRow.turn_id == row.id))
    feedback = await session.scalars(_feedback_of(reader.person_id).where(FeedbackRow.turn_id == row.id))
    return records.turns([row], answers, feedback)[0]


async def by_ids(session: AsyncSession, turn_ids: Sequence[str]) -> tuple[Turn, ...]:
    """Turns by their ids, with what those said of them who asked; by three queries."""
    rows = await session.scalars(select(TurnRow).where(TurnRow.id.in_(turn_ids)))
    answers = await session.scalars(select(AnswerRow).where(AnswerRow.turn_id.in_(turn_ids)))
    feedback = await session.scalars(
        select(FeedbackRow)
        .join(TurnRow, and_(TurnRow.id == FeedbackRow.turn_id, TurnRow.owner_id == FeedbackRow.person_id))
        .where(FeedbackRow.turn_id.in_(turn_ids))
    )
    return records.turns(rows, answers, feedback)


async def turns_of(session: AsyncSession, reader_id: str, conversation_id: str) -> tuple[Turn, ...]:
    """All turns of a conversation, in the order they were asked, with what the reader said of them; by three queries.

    Whether they may read it has been asked.
    """
    within = TurnRow.conversation_id == conversation_id
    ids = select(TurnRow.id).where(within)
    rows = await session.scalars(select(TurnRow).where(within).order_by(TurnRow.number))
    answers = await session.scalars(select(AnswerRow).where(AnswerRow.turn_id.in_(ids)))
    feedback = await session.scalars(_feedback_of(reader_id).where(FeedbackRow.turn_id.in_(ids)))
    return records.turns(rows, answers, feedback)


async def open_turn_ids(session: AsyncSession, spool_host: str, now: datetime) -> Sequence[str]:
    """The ids of all turns that nobody has closed and whose spools lie here, or nowhere that anybody looks."""
    is_ours = TurnRow.spool_host.in_((spool_host, ""))  # before there were hosts, there was one
    is_given_up = TurnRow.created_at < now - _LONGEST
    still_open = select(TurnRow.id).where(TurnRow.state == TurnState.OPEN, or_(is_ours, is_given_up))
    return (await session.scalars(still_open)).all()


async def closed_turn_ids(session: AsyncSession, among: Sequence[str]) -> Sequence[str]:
    """Those of some ids that name closed turns."""
    closed = select(TurnRow.id).where(TurnRow.id.in_(among), TurnRow.state != TurnState.OPEN)
    return (await session.scalars(closed)).all()


async def _in_place(session: AsyncSession, reader: Reader, row: TurnRow, place: Place) -> Draft:
    """Makes the turn part of its conversation."""
    conversation = await conversations.seen_row(session, reader, place.conversation_id)
    neighbours = await _neighbours(session, place)
    if place.parent_id is not None and place.parent_id not in neighbours:
        raise NotFound(param="parent_id")
    row.conversation_id, row.parent_id = conversation.id, place.parent_id
    if place.question_id is not None:
        row.question_id = _question_asked_again(row, neighbours.get(place.question_id))
    parent = neighbours.get(place.parent_id or "")
    return Draft(row, conversation, parent.prompt_tokens if parent else 0)


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


def _feedback_of(person_id: str) -> Select[FeedbackRow]:
    return select(FeedbackRow).where(FeedbackRow.person_id == person_id)


def _ending(turn_id: str, closing: Closing, now: datetime) -> dict[str, Any]:
    """The parameters of `_CLOSE`."""
    return {
        "turn": turn_id,
        "state": closing.state,
        "prompt_tokens": closing.prompt_tokens,
        "cached_tokens": closing.cached_tokens,
        "prompt_digest": closing.prompt_digest,
        "first_token_ms": closing.first_token_ms,
        "total_ms": closing.total_ms,
        "error_code": closing.error_code,
        "error_message": scrubbed_text(closing.error_message) if closing.error_message else None,
        "closed_at": now,
    }


def _answer(turn_id: str, answer: Answer) -> dict[str, Any]:
    """A row of answers."""
    return {
        "turn_id": turn_id,
        "choice": answer.choice,
        "text": scrubbed_text(answer.text),
        "finish_reason": answer.finish_reason,
        "completion_tokens": answer.completion_tokens,
    }
