"""Answers in shadow as the database keeps them: how each fared, and who has one given at present.

Any number of processes may want to have one given: one at a time does. This module must not know how that is done.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.store import Store

from .tables import RolloutRow, ShadowAnswerRow
from .values import Ending, ShadowAnswer


async def shadow_answers(session: AsyncSession, rollout_id: str) -> tuple[ShadowAnswer, ...]:
    """All of a rollout's, in any order."""
    found = await session.scalars(select(ShadowAnswerRow).where(ShadowAnswerRow.rollout_id == rollout_id))
    return tuple(
        ShadowAnswer(
            row.turn_id,
            Ending(row.ending),
            Ending(row.champion_ending),
            row.tokens,
            row.champion_tokens,
            row.total_ms,
            row.champion_total_ms,
        )
        for row in found
    )


class Shadows:
    """Keeps them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def answered(self, rollout_id: str) -> frozenset[str]:
        """The turns to which there are answers in shadow."""
        async with self._store.read() as session:
            return frozenset(one.turn_id for one in await shadow_answers(session, rollout_id))

    async def claim(self, rollout_id: str, *, for_s: float) -> bool:
        """Whether the caller, and nobody else, may have an answer given until `let_go`, or so long if it dies."""
        now = self._clock.now()
        is_free = or_(RolloutRow.shadowed_until.is_(None), RolloutRow.shadowed_until <= now)
        claimed = (
            update(RolloutRow)
            .where(RolloutRow.id == rollout_id, RolloutRow.shown_at.is_(None), RolloutRow.ended_at.is_(None), is_free)
            .values(shadowed_until=now + timedelta(seconds=for_s))
            .returning(RolloutRow.id)
        )
        async with self._store.write() as session:
            return await session.scalar(claimed) is not None

    async def let_go(self, rollout_id: str, answer: ShadowAnswer | None) -> None:
        """Keeps how the answer fared; None: it came to nothing through no fault of the candidate's."""
        async with self._store.write() as session:
            await session.execute(update(RolloutRow).where(RolloutRow.id == rollout_id).values(shadowed_until=None))
            if answer and await session.get(ShadowAnswerRow, (rollout_id, answer.turn_id)) is None:
                session.add(ShadowAnswerRow(rollout_id=rollout_id, answered_at=self._clock.now(), **asdict(answer)))
