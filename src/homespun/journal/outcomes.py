"""How answers of some releases fared: whether they came well, and what was said of them. For whoever compares releases.

What is new is found by the numbers of rows, which on PostgreSQL may be committed in another order than they were given
out in; therefore the last ones are told again. Whoever counts them knows them by their ids.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from .tables import ComparisonRow, FeedbackRow, TurnRow
from .values import Choice, FeedbackKind, Thumb, TurnState

_AGAIN = 200
"""So many of the last numbers are looked at again."""
_AT_A_TIME = 2000
_LOOKED_AT = (
    *(TurnRow.number, TurnRow.id, TurnRow.owner_id, TurnRow.state, TurnRow.created_at),
    *(TurnRow.release_id, TurnRow.arm_probability),
)
SETTLED_AFTER = timedelta(minutes=1)
"""So long after it was asked, an answer is looked at, good or bad: by then it was asked for again, or wasn't."""
_GIVEN_UP_AFTER = timedelta(minutes=15)
"""What is still open then isn't waited for."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How one answer fared."""

    turn_id: str
    person_id: str
    release_id: str
    is_good: bool
    """Of answers: it neither failed nor was asked for again. Of thumbs: it is up."""


@dataclass(frozen=True, slots=True)
class Preferred:
    """Which of two answers was picked."""

    question_id: str
    person_id: str
    release_id: str | None
    """Of the answer that was picked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far somebody has read."""

    turns: int
    feedback: int


async def seen_before(session: AsyncSession, at: datetime) -> Seen:
    """What lies before this moment."""
    return Seen(
        await _last_number(session, select(TurnRow.number).where(TurnRow.created_at < at)),
        await _last_number(session, select(FeedbackRow.number).where(FeedbackRow.created_at < at)),
    )


async def answers(
    session: AsyncSession, release_ids: Collection[str], after: int, since: datetime, now: datetime
) -> tuple[tuple[Fared, ...], int]:
    """How answers fared that people got by chance since then, and up to which number all are known."""
    asked_again = aliased(TurnRow)
    is_asked_again = (
        select(asked_again.id)
        .where(
            asked_again.conversation_id == TurnRow.conversation_id,
            asked_again.question_id == TurnRow.question_id,
            asked_again.number > TurnRow.number,
            ~_side_by_side(TurnRow.id, asked_again.id),
        )
        .exists()
    )
    found = await session.execute(
        select(*_LOOKED_AT, is_asked_again.label("again"))
        .where(
            TurnRow.number > after - _AGAIN,
            TurnRow.created_at >= since,
            TurnRow.created_at <= now - SETTLED_AFTER,
        )
        .order_by(TurnRow.number)
        .limit(_AT_A_TIME)
    )
    fared: list[Fared] = []
    for turn in found:
        if turn.state == TurnState.OPEN and turn.created_at > now - _GIVEN_UP_AFTER:
            break
        after = max(after, turn.number)
        if turn.release_id in release_ids and turn.arm_probability is not None and turn.state != TurnState.OPEN:
            is_good = turn.state != TurnState.FAILED and not turn.again
            fared.append(Fared(turn.id, turn.owner_id, turn.release_id, is_good))
    return tuple(fared), after


async def preferences(session: AsyncSession, release_ids: Collection[str], since: datetime) -> tuple[Preferred, ...]:
    """Which answers were picked, since then, of two by different releases."""
    left, right = aliased(TurnRow), aliased(TurnRow)
    found = await session.execute(
        select(ComparisonRow, left.owner_id, left.release_id, right.release_id)
        .join(left, left.id == ComparisonRow.left_id)
        .join(right, right.id == ComparisonRow.right_id)
        .where(
            ComparisonRow.created_at >= since,
            ComparisonRow.choice.in_((Choice.LEFT, Choice.RIGHT)),
            left.release_id.in_(release_ids),
            right.release_id.in_(release_ids),
            left.release_id != right.release_id,
        )
        .order_by(ComparisonRow.decided_at)
    )
    return tuple(
        Preferred(row.question_id, person_id, left_id if row.choice == Choice.LEFT else right_id)
        for row, person_id, left_id, right_id in found
    )


async def thumbs(
    session: AsyncSession, release_ids: Collection[str], after: int, since: datetime
) -> tuple[tuple[Fared, ...], int]:
    """Thumbs for answers that were asked for since then, and up to which number all are known."""
    found = await session.execute(
        select(FeedbackRow.number, FeedbackRow.turn_id, FeedbackRow.person_id, FeedbackRow.thumb, TurnRow.release_id)
        .join(TurnRow, TurnRow.id == FeedbackRow.turn_id)
        .where(
            FeedbackRow.number > after - _AGAIN,
            FeedbackRow.kind == FeedbackKind.OPINION,
            FeedbackRow.thumb.is_not(None),
            TurnRow.release_id.in_(release_ids),
            TurnRow.arm_probability.is_not(None),
            TurnRow.created_at >= since,
        )
        .order_by(FeedbackRow.number)
        .limit(_AT_A_TIME)
    )
    fared: list[Fared] = []
    for said in found:
        after = max(after, said.number)
        fared.append(Fared(said.turn_id, said.person_id, said.release_id, said.thumb == Thumb.UP))
    return tuple(fared), after


async def _last_number(session: AsyncSession, numbers: Select[int]) -> int:
    """The largest; 0 if there is none. It is near the end, so it is looked for from there."""
    column = numbers.selected_columns[0]
    return await session.scalar(numbers.order_by(column.desc()).limit(1)) or 0


def _side_by_side(turn_id: InstrumentedAttribute[str], other_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Both were shown together: neither was asked for again because of the other."""
    return select(ComparisonRow.question_id).where(ComparisonRow.question_id.in_((turn_id, other_id))).exists()
