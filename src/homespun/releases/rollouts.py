"""Rollouts that decide for themselves: votes are counted, each once, and what they prove moves the canary.

A look is one unit of work that is alone with all releases, so any number of processes may look at any time. What was
counted stays counted when one dies.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.clock import Clock
from homespun.journal import outcomes
from homespun.store import Store

from . import rows, steps
from .evidence import weighed
from .releases import HOMESPUN, Releases
from .settings import Settings
from .shadow_evidence import compared, decided_in_shadow, in_words
from .shadows import shadow_answers
from .steps import Word
from .tables import RolloutRow, VoteRow
from .values import Decision, Evidence, ShadowEvidence, Vote, VoteKind

LOOK_EVERY_S = 5.0
_FOR_EACH = 4
"""So many answers of the one release are counted for each of the other at most: more would tell next to nothing."""

logger = logging.getLogger(__name__)


class Rollouts:
    """Watches over the rollout that is going on."""

    def __init__(self, store: Store, clock: Clock, releases: Releases) -> None:
        self._store = store
        self._clock = clock
        self._releases = releases

    async def decide(self) -> Decision | None:
        """One look: takes in what was said, and does what that proves. None: nothing is being rolled out."""
        async with self._store.read() as session:  # most of the time there is nothing to be alone for
            if await rows.running(session, self._releases.model) is None:
                return None
        async with self._releases.changing(HOMESPUN, "") as (session, word):
            rollout = await rows.running(session, self._releases.model)
            if rollout is None:
                return None
            if rollout.shown_at is None:
                return await self._decide_in_shadow(session, rollout, word)
            await self._count(session, rollout)
            evidence = await self._weighed(session, rollout.id)
            canary = await rows.by_name(session, rollout.candidate_id)
            decision = decided(evidence, rollout.share, self._releases.settings)
            word = word.because(f"E-values: {evidence.wins:.3g} that it is preferred, {evidence.harm:.3g} of harm.")
            match decision:
                case Decision.ROLL_BACK:
                    await steps.take_back(session, canary, word)
                case Decision.PROMOTE:
                    await steps.promote(session, canary, word)
                case Decision.WIDEN:
                    share = next(share for share in self._releases.settings.shares if share > rollout.share)
                    await steps.widen(session, rollout, canary, share, word)
            return decision

    async def evidence(self, rollout_id: str) -> Evidence:
        """What the votes prove that have been counted."""
        async with self._store.read() as session:
            return await self._weighed(session, rollout_id)

    async def shadow(self, rollout_id: str) -> ShadowEvidence:
        """What its answers in shadow tell."""
        async with self._store.read() as session:
            return await self._compared(session, rollout_id)

    async def watch(self) -> None:
        """Looks again and again."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.decide()
            except Exception:  # a database that is away for a while comes back
                logger.warning("The rollout can't be looked after at present", exc_info=True)

    async def _decide_in_shadow(self, session: AsyncSession, rollout: RolloutRow, word: Word) -> Decision:
        """As long as nobody sees the candidate's answers: takes it back, shows it to the first, or waits."""
        settings, evidence = self._releases.settings, await self._compared(session, rollout.id)
        canary = await rows.by_name(session, rollout.candidate_id)
        decision = decided_in_shadow(evidence, settings, word.at - rollout.begun_at)
        match decision:
            case Decision.ROLL_BACK:
                await steps.take_back(
                    session, canary, word.because(f"{in_words(evidence)} Nobody has seen any of them.")
                )
            case Decision.WIDEN:
                await steps.widen(session, rollout, canary, settings.shares[0], word.because(in_words(evidence)))
        return decision

    async def _compared(self, session: AsyncSession, rollout_id: str) -> ShadowEvidence:
        answers = await shadow_answers(session, rollout_id)
        return compared(answers, wanted=self._releases.settings.shadow_answers)

    async def _weighed(self, session: AsyncSession, rollout_id: str) -> Evidence:
        found = await session.scalars(select(VoteRow).where(VoteRow.rollout_id == rollout_id).order_by(VoteRow.number))
        votes = [
            Vote(VoteKind(row.kind), row.subject_id, row.person_id, row.is_candidate, row.is_good) for row in found
        ]
        return weighed(votes, votes_per_person=self._releases.settings.votes_per_person)

    async def _count(self, session: AsyncSession, rollout: RolloutRow) -> None:
        """Writes down what is new, and how far it was read."""
        both, since = (rollout.candidate_id, rollout.champion_id), rollout.shown_at or rollout.begun_at
        thumbs, rollout.feedback_seen = await outcomes.thumbs(session, both, rollout.feedback_seen, since)
        answers, rollout.turns_seen = await outcomes.answers(
            session, both, rollout.turns_seen, since, self._clock.now()
        )
        preferences = await outcomes.preferences(session, both, since)
        candidate_id = rollout.candidate_id
        votes = [
            *(_compared(one, candidate_id) for one in preferences),
            *(_fared(VoteKind.THUMB, one, candidate_id) for one in thumbs),
            *_thinned([_fared(VoteKind.ANSWER, one, candidate_id) for one in answers]),
        ]
        await _write_down(session, rollout, await _new(session, rollout.id, votes), self._clock.now())


def decided(evidence: Evidence, share: float, settings: Settings) -> Decision:
    """What the evidence asks for at this share. No wins make up for harm."""
    if evidence.harm >= 1 / settings.false_alarm:
        return Decision.ROLL_BACK
    if evidence.wins < wins_needed(share, settings):
        return Decision.WAIT
    return Decision.WIDEN if any(step > share for step in settings.shares) else Decision.PROMOTE


def wins_needed(share: float, settings: Settings) -> float:
    """The e-value at which a canary with this share goes one step further.

    To become the champion takes 1/alpha; step k of n there takes (1/alpha)^(k/n).
    """
    taken = sum(step <= share for step in settings.shares)
    return float((1 / settings.false_promotion) ** (taken / len(settings.shares)))


def _compared(preferred: outcomes.Preferred, candidate_id: str) -> Vote:
    is_candidate = preferred.release_id == candidate_id
    return Vote(VoteKind.COMPARISON, preferred.question_id, preferred.person_id, is_candidate, is_good=True)


def _fared(kind: VoteKind, fared: outcomes.Fared, candidate_id: str) -> Vote:
    return Vote(kind, fared.turn_id, fared.person_id, fared.release_id == candidate_id, fared.is_good)


def _thinned(votes: Sequence[Vote]) -> list[Vote]:
    """Without most of those of the release that has far more. Which ones stay has nothing to do with how they fared."""
    candidates = sum(vote.is_candidate for vote in votes)
    most = _FOR_EACH * max(min(candidates, len(votes) - candidates), 1)
    left = {True: most, False: most}
    kept = []
    for vote in votes:
        if left[vote.is_candidate]:
            left[vote.is_candidate] -= 1
            kept.append(vote)
    return kept


async def _new(session: AsyncSession, rollout_id: str, votes: Sequence[Vote]) -> list[Vote]:
    """Those that have not been counted yet, each once."""
    subjects = {vote.subject_id for vote in votes}
    found = await session.execute(
        select(VoteRow.kind, VoteRow.subject_id).where(
            VoteRow.rollout_id == rollout_id, VoteRow.subject_id.in_(subjects)
        )
    )
    counted = {(kind, subject_id) for kind, subject_id in found}
    new: list[Vote] = []
    for vote in votes:
        if (vote.kind, vote.subject_id) not in counted:
            counted.add((vote.kind, vote.subject_id))
            new.append(vote)
    return new


async def _write_down(session: AsyncSession, rollout: RolloutRow, votes: Sequence[Vote], at: datetime) -> None:
    if not votes:
        return
    numbered = enumerate(votes, start=rollout.votes + 1)
    common = {"rollout_id": rollout.id, "counted_at": at}
    await session.execute(insert(VoteRow), [{**asdict(vote), **common, "number": number} for number, vote in numbered])
    rollout.votes += len(votes)
