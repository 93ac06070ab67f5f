"""Two answers to one question, side by side: which two, and which one the person picked."""

from __future__ import annotations

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.core.errors import Conflict, NotFound
from homespun.store import Store

from .tables import ComparisonRow, ConversationRow, TurnRow
from .values import Choice, SideBySide, TurnState


class Comparisons:
    """Writes down comparisons and their outcomes. Only who asked sees one; to all others it isn't there."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, question_id: str, *, left_id: str, right_id: str, propensity: float) -> SideBySide:
        """Notes that two turns with this question are shown side by side. The first is the selected one meanwhile."""
        assert question_id in (left_id, right_id)
        row = ComparisonRow(
            question_id=question_id,
            left_id=left_id,
            right_id=right_id,
            propensity=propensity,
            created_at=self._clock.now(),
        )
        its_own = (
            ConversationRow.id == select(TurnRow.conversation_id).where(TurnRow.id == question_id).scalar_subquery()
        )
        select_first = update(ConversationRow).where(its_own, ConversationRow.selected_turn_id.in_((left_id, right_id)))
        async with self._store.write() as session:
            session.add(row)
            await session.execute(select_first.values(selected_turn_id=question_id))
        return _side_by_side(row)

    async def of_question(self, reader_id: str, question_id: str) -> SideBySide | None:
        """The comparison of a question that the reader has asked; None: it was answered once, or isn't theirs."""
        async with self._store.read() as session:
            row = await session.scalar(_of(reader_id).where(ComparisonRow.question_id == question_id))
        return _side_by_side(row) if row else None

    async def decide(self, reader_id: str, question_id: str, choice: Choice) -> SideBySide:
        """Notes the outcome, and has the conversation go on with the answer that is kept.

        To say the same again changes nothing. Raises `NotFound` for who hasn't asked it, and `Conflict` for another
        outcome than before and while an answer is being written; to skip is always possible.
        """
        async with self._store.write() as session:
            row = await session.scalar(
                _of(reader_id).where(ComparisonRow.question_id == question_id).with_for_update(of=ComparisonRow)
            )
            if row is None:
                raise NotFound(param="question_id")
            if row.choice is None:
                await self._decide(session, row, choice)
            elif row.choice != choice:
                raise Conflict("You have already said which of these answers is better.")
        return _side_by_side(row)

    async def _decide(self, session: AsyncSession, row: ComparisonRow, choice: Choice) -> None:
        both = (row.left_id, row.right_id)
        turns = (await session.scalars(select(TurnRow).where(TurnRow.id.in_(both)))).all()
        if choice is not Choice.SKIPPED and any(turn.state == TurnState.OPEN for turn in turns):
            raise Conflict("One of the answers is still being written. Pick one when both are complete.")
        row.choice, row.decided_at = choice, self._clock.now()
        conversation = await session.get(ConversationRow, turns[0].conversation_id)
        if conversation and conversation.selected_turn_id in both:
            conversation.selected_turn_id = _side_by_side(row).kept_id


async def in_conversation(session: AsyncSession, reader_id: str, conversation_id: str) -> tuple[SideBySide, ...]:
    """All of a conversation that the reader sees, as far as they asked."""
    rows = await session.scalars(_of(reader_id).where(TurnRow.conversation_id == conversation_id))
    return tuple(_side_by_side(row) for row in rows)


async def by_questions(session: AsyncSession, question_ids: Select[str]) -> dict[str, ComparisonRow]:
    """Rows by the question that they are about, whosever it is."""
    rows = await session.scalars(select(ComparisonRow).where(ComparisonRow.question_id.in_(question_ids)))
    return {row.question_id: row for row in rows}


def _of(person_id: str) -> Select[ComparisonRow]:
    """Comparisons of questions that this person asked, in conversations that are still there."""
    return (
        select(ComparisonRow)
        .join(TurnRow, TurnRow.id == ComparisonRow.question_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.owner_id == person_id, ConversationRow.deleted_at.is_(None))
    )


def _side_by_side(row: ComparisonRow) -> SideBySide:
    return SideBySide(row.question_id, row.left_id, row.right_id, Choice(row.choice) if row.choice else None)
