"""What people said of answers, read for learning: page after page of turns, each with all that was said of it.

However long the journal is, a page takes five queries and the memory of its conversations. Only people who are handed
in are read: neither their turns nor what they said to others' conversations is, if they aren't.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, UnaryExpression, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.store import Store

from .comparisons import by_questions
from .tables import AnswerRow, ComparisonRow, ConversationRow, FeedbackRow, TurnRow
from .talks import Talks
from .values import Signalled, TurnState

_PAGE = 50
"""Turns that are looked at together. With more, whoever is being answered meanwhile would notice."""


async def stream(store: Store, people: Collection[str], *, up_to: int | None) -> AsyncIterator[Signalled]:
    """See `Journal.signals`. Each page is a unit of work of its own, so that nothing waits for a slow reader."""
    after = 0
    while True:
        within = [TurnRow.number > after] + ([TurnRow.number <= up_to] if up_to is not None else [])
        async with store.read() as session:
            page = await look(session, people, *within, may_be_signalled(), order=TurnRow.number.asc())
        for signalled in page.found:
            if signalled.says_something:
                yield signalled
        if page.last is None:
            return
        after = page.last


@dataclass(frozen=True, slots=True)
class Page:
    """What one look at the journal has found."""

    found: tuple[Signalled, ...]
    last: int | None
    """The number of the last turn that was looked at; None: there are no more."""


async def look(
    session: AsyncSession,
    people: Collection[str],
    *conditions: ColumnElement[bool],
    order: UnaryExpression[int],
    most: int = _PAGE,
) -> Page:
    """Looks at a page of closed turns that fulfil the conditions, and reads those that these people asked."""
    candidates = await _candidates(session, conditions, order, most)
    wanted = [row for row in candidates if row.owner_id in people]
    talks = await _talks(session, {row.conversation_id for row in wanted})
    read = [talks.signalled(row.id, people) for row in wanted]
    return Page(tuple(one for one in read if one), candidates[-1].number if len(candidates) == most else None)


def may_be_signalled() -> ColumnElement[bool]:
    """A condition on `TurnRow`: something may have been said of it, in words, by a pick, or by going on with it."""
    return or_(
        exists().where(FeedbackRow.turn_id == TurnRow.id),
        TurnRow.question_id != TurnRow.id,
        exists().where(ComparisonRow.question_id == TurnRow.question_id),
    )


async def _candidates(
    session: AsyncSession, conditions: Sequence[ColumnElement[bool]], order: UnaryExpression[int], most: int
) -> Sequence[Row[int, str, str, str]]:
    """Names alone: whoever isn't handed in is left out before any text is read."""
    rows = await session.execute(
        select(TurnRow.number, TurnRow.id, TurnRow.owner_id, ConversationRow.id.label("conversation_id"))
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(ConversationRow.deleted_at.is_(None), TurnRow.state != TurnState.OPEN, *conditions)
        .order_by(order)
        .limit(most)
    )
    return rows.all()


async def _talks(session: AsyncSession, conversation_ids: Collection[str]) -> Talks:
    """Those conversations whole, by four queries."""
    if not conversation_ids:
        return Talks((), (), (), {})
    within = TurnRow.conversation_id.in_(sorted(conversation_ids))
    ids = select(TurnRow.id).where(within)
    turns = (await session.scalars(select(TurnRow).where(within).order_by(TurnRow.number))).all()
    answers = (await session.scalars(select(AnswerRow).where(AnswerRow.turn_id.in_(ids)))).all()
    said = (await session.scalars(select(FeedbackRow).where(FeedbackRow.turn_id.in_(ids)))).all()
    compared = await by_questions(session, ids)
    return Talks(turns, answers, said, compared)
