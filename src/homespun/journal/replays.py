"""Questions that may be put to another model, to see how it fares: of people who consent, as they were asked."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from . import turns
from .tables import ConversationRow, TurnRow
from .values import Turn, TurnState

_LOOKED_AT = 5_000
"""So many of the last turns, whosever they are: to look for a question costs the same in every journal."""


async def replay(
    session: AsyncSession, people: Collection[str], *, release_id: str, besides: Collection[str]
) -> Turn | None:
    """See `Journal.replay`."""
    last = select(func.max(TurnRow.number)).scalar_subquery()
    newest = await session.execute(
        select(TurnRow.id, TurnRow.owner_id, TurnRow.conversation_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            TurnRow.number > last - _LOOKED_AT,
            TurnRow.release_id == release_id,
            TurnRow.state == TurnState.COMPLETE,
            TurnRow.question_id == TurnRow.id,
            ConversationRow.deleted_at.is_(None),
        )
        .order_by(TurnRow.number.desc())
    )
    wanted = [found for found in newest if found.owner_id in people and found.id not in besides]
    for found in wanted:
        if await _is_theirs(session, found.conversation_id, people):
            (turn,) = await turns.by_ids(session, [found.id])
            return turn
    return None


async def _is_theirs(session: AsyncSession, conversation_id: str | None, people: Collection[str]) -> bool:
    """Whether all who have asked in the conversation are among them: their words may be in the prompt, too."""
    asked = select(TurnRow.owner_id).where(TurnRow.conversation_id == conversation_id).distinct()
    return all(person_id in people for person_id in await session.scalars(asked))
