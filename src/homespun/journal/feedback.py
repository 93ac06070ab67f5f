"""What people say of answers: rows that are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict
from homespun.store import storable_text

from . import records
from .sharing import Reader
from .tables import FeedbackRow
from .turns import seen_turn
from .values import FeedbackEntry, FeedbackKind, FeedbackState, TurnState


async def add_opinion(
    session: AsyncSession, reader: Reader, turn_id: str, opinion: FeedbackState, now: datetime
) -> None:
    """Adds an opinion; with nothing in it, it takes the one before back."""
    await seen_turn(session, reader, turn_id)
    session.add(
        FeedbackRow(
            turn_id=turn_id,
            person_id=reader.person_id,
            kind=FeedbackKind.OPINION,
            thumb=opinion.thumb,
            reasons=[storable_text(reason, "reasons") for reason in opinion.reasons],
            words=storable_text(opinion.words, "words"),
            text="",
            created_at=now,
        )
    )


async def add_edit(session: AsyncSession, reader: Reader, turn_id: str, text: str, now: datetime) -> None:
    """Adds a better version of the answer. Raises `Conflict` while there is no answer yet."""
    turn = await seen_turn(session, reader, turn_id)
    if turn.state is TurnState.OPEN:
        raise Conflict("The answer is still being written. Edit it when it is complete.")
    session.add(
        FeedbackRow(
            turn_id=turn_id,
            person_id=reader.person_id,
            kind=FeedbackKind.EDIT,
            reasons=[],
            words="",
            text=storable_text(text, "text"),
            created_at=now,
        )
    )


async def entries(session: AsyncSession, reader: Reader, turn_id: str) -> tuple[FeedbackEntry, ...]:
    """All that the reader said, oldest first."""
    await seen_turn(session, reader, turn_id)
    theirs = select(FeedbackRow).where(FeedbackRow.turn_id == turn_id, FeedbackRow.person_id == reader.person_id)
    rows = await session.scalars(theirs.order_by(FeedbackRow.number))
    return tuple(records.feedback_entry(row) for row in rows)
