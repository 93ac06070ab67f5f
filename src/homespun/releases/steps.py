"""The steps of releases, within a unit of work that has taken the lock. Each leaves a line in the book of changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from homespun.core.errors import Conflict
from homespun.core.ids import new_id
from homespun.journal import outcomes

from . import rows
from .tables import ReleaseChangeRow, ReleaseRow, RolloutRow
from .values import ROLLED_OUT, STEPS, Outcome, ReleaseState


@dataclass(frozen=True, slots=True)
class Word:
    """On whose word something happens."""

    by: str
    why: str
    at: datetime

    def because(self, why: str) -> Word:
        """The same, for a reason of its own."""
        return Word(self.by, why, self.at)


def note(session: AsyncSession, row: ReleaseRow, before: ReleaseState | None, word: Word) -> None:
    """Writes a step down."""
    session.add(
        ReleaseChangeRow(release_id=row.id, before=before, after=row.state, by=word.by, why=word.why, at=word.at)
    )


async def begin(session: AsyncSession, row: ReleaseRow, share: float, word: Word) -> RolloutRow:
    """The release answers this share of the people, or with 0 in shadow. One that is in shadow may be shown.

    Raises `Conflict`.
    """
    _check_passed(row)
    champion = await rows.require_champion(session, row.model)
    if rollout := await rows.running(session, row.model):
        if not share or row.state != ReleaseState.SHADOW:
            raise Conflict("Another release is being rolled out. Promote it or take it back first.")
        await show(session, rollout, row, share, word)
        return rollout
    row.problem = ""
    rollout = RolloutRow(
        id=new_id("roll"),
        model=row.model,
        champion_id=champion.id,
        candidate_id=row.id,
        share=0.0,
        outcome=Outcome.RUNNING,
        turns_seen=0,
        feedback_seen=0,
        votes=0,
        begun_at=word.at,
    )
    if share:
        await show(session, rollout, row, share, word)
    else:
        _move(session, row, ReleaseState.SHADOW, word)
    session.add(rollout)
    await session.flush()
    return rollout


async def show(session: AsyncSession, rollout: RolloutRow, row: ReleaseRow, share: float, word: Word) -> None:
    """The release becomes the canary. What is said of answers counts from now on. Raises `Conflict`."""
    _move(session, row, ReleaseState.CANARY, word)
    seen = await outcomes.seen_before(session, word.at)
    rollout.share, rollout.shown_at = share, word.at
    rollout.turns_seen, rollout.feedback_seen = seen.turns, seen.feedback


async def widen(session: AsyncSession, rollout: RolloutRow, canary: ReleaseRow, share: float, word: Word) -> None:
    """The release answers more people, or fewer, or the first."""
    word = word.because(f"It answers {share:.0%} of the people. {word.why}".strip())
    if rollout.shown_at is None:
        await show(session, rollout, canary, share, word)
    else:
        rollout.share = share
        note(session, canary, ReleaseState.CANARY, word)


async def promote(session: AsyncSession, row: ReleaseRow, word: Word) -> None:
    """The release becomes the champion; the one before retires, and a rollout is over. Raises `Conflict`."""
    _check_passed(row)
    champion = await rows.require_champion(session, row.model)
    if rollout := await rows.running(session, row.model):
        if rollout.candidate_id == row.id:
            _end(rollout, Outcome.PROMOTED, word)
        else:
            await _end_canary(session, rollout, word.because(f"{row.number} was promoted."))
    _move(session, row, ReleaseState.CHAMPION, word)
    row.problem = ""
    _move(session, champion, ReleaseState.RETIRED, word.because(f"{row.number} was promoted."))


async def take_back(session: AsyncSession, row: ReleaseRow, word: Word) -> ReleaseRow:
    """The canary retires, or the champion, and its predecessor returns; who is the champion then. Raises `Conflict`."""
    champion = await rows.require_champion(session, row.model)
    if row.id != champion.id:
        rollout = await rows.running(session, row.model)
        assert rollout is not None, "a canary without a rollout"
        await _end_canary(session, rollout, word)
        return champion
    before = await rows.champion_before(session, champion)
    if before is None:
        raise Conflict(f"There is no champion before {champion.model}@{champion.number} to go back to.")
    if rollout := await rows.running(session, row.model):
        await _end_canary(session, rollout, word.because("It was compared with one that was taken back."))
    _move(session, champion, ReleaseState.RETIRED, word)
    champion.problem = word.why
    _move(session, before, ReleaseState.CHAMPION, word.because(f"{champion.number} was taken back."))
    return before


def retire(session: AsyncSession, row: ReleaseRow, word: Word) -> None:
    """A candidate won't be rolled out. Raises `Conflict`."""
    if row.state in (ReleaseState.CHAMPION, *ROLLED_OUT):
        raise Conflict(f"{row.model}@{row.number} is {_described(ReleaseState(row.state))}. Roll it back instead.")
    _move(session, row, ReleaseState.RETIRED, word)


async def _end_canary(session: AsyncSession, rollout: RolloutRow, word: Word) -> None:
    canary = await rows.by_name(session, rollout.candidate_id)
    _move(session, canary, ReleaseState.RETIRED, word)
    canary.problem = word.why
    _end(rollout, Outcome.ROLLED_BACK, word)


def _end(rollout: RolloutRow, outcome: Outcome, word: Word) -> None:
    rollout.outcome, rollout.ended_at = outcome, word.at


def _move(session: AsyncSession, row: ReleaseRow, after: ReleaseState, word: Word) -> None:
    before = ReleaseState(row.state)
    if after not in STEPS[before]:
        raise Conflict(f"{row.model}@{row.number} is {_described(before)} and can't become {_described(after)}.")
    row.state = after
    note(session, row, before, word)


def _check_passed(row: ReleaseRow) -> None:
    if not row.has_passed:
        raise Conflict(f"{row.model}@{row.number} has not passed its examination, so it answers nobody. See its card.")


def _described(state: ReleaseState) -> str:
    match state:
        case ReleaseState.RETIRED:
            return "retired"
        case ReleaseState.SHADOW:
            return "a release in shadow"
        case ReleaseState.CHAMPION:
            return "the champion"
    return f"a {state}"
