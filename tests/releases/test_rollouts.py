"""Votes are counted once each, and move the canary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid
from homespun.core.events import FinishReason
from homespun.core.ids import new_id
from homespun.core.incoming import Door, Place
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.journal import Answer, Choice, Closing, Journal, NewTurn, Thumb, Turn, TurnState
from homespun.releases import (
    Decision,
    Evidence,
    Release,
    Releases,
    ReleaseState,
    Rollout,
    Rollouts,
    Settings,
    decided,
)
from homespun.store import Store

from .conftest import Make

COMPLETE = Closing(TurnState.COMPLETE, (Answer(0, "yes", FinishReason.STOP, 1),))
FAILED = Closing(TurnState.FAILED, ())


class House:
    """Answers of two releases, and what people say of them."""

    def __init__(self, store: Store, clock: FakeClock, journal: Journal, releases: Releases) -> None:
        self.store = store
        self.clock = clock
        self.journal = journal
        self.releases = releases
        self.rollouts = Rollouts(store, clock, releases)
        self.people = 0

    async def begin(self, candidate: Release) -> Rollout:
        self.clock.advance(1)
        return await self.releases.begin_rollout(candidate.id)

    async def answer(
        self,
        release: Release,
        closing: Closing = COMPLETE,
        *,
        place: Place | None = None,
        person: str = "",
        probability: float | None = 0.5,
    ) -> Turn:
        """One, given to somebody new."""
        self.people += 1
        self.clock.advance(0.01)
        question = ChatPrompt((Message(Role.USER, "?"),))
        person = person or f"person_{self.people}"
        new = NewTurn(
            new_id("turn"), person, Door.WEB, "smol", question, {}, place,
            release_id=release.id, arm_probability=probability,
        )  # fmt: skip
        async with self.store.write() as session:
            [draft] = await self.journal.draft_turns(session, [new])
            assert not isinstance(draft, Exception)
            [turn] = await self.journal.open_turns(session, [draft])
        if closing.state is not TurnState.OPEN:
            async with self.store.write() as session:
                await self.journal.close_turns(session, {turn.id: closing})
        return turn

    async def thumb(self, release: Release, thumb: Thumb, *, person: str = "") -> Turn:
        turn = await self.answer(release, person=person)
        await self.journal.record_feedback(turn.owner_id, turn.id, thumb=thumb)
        return turn

    async def compare(self, one: Release, other: Release, choice: Choice) -> None:
        person = f"person_{self.people + 1}"
        conversation = await self.journal.start_conversation(person)
        left = await self.answer(one, place=Place(conversation.id, None), person=person)
        right = await self.answer(other, place=Place(conversation.id, None, left.id), person=person, probability=1.0)
        await self.journal.comparisons.begin(left.id, left_id=left.id, right_id=right.id, propensity=0.5)
        await self.journal.comparisons.decide(person, left.id, choice)

    async def look(self) -> tuple[Decision | None, Evidence]:
        decision = await self.rollouts.decide()
        return decision, await self.rollouts.evidence((await self.releases.rollouts())[0].id)


@pytest.fixture
async def house(store: Store, clock: FakeClock, tmp_path: Path, releases: Releases) -> AsyncIterator[House]:
    journal = Journal(store, tmp_path / "spools", clock)
    yield House(store, clock, journal, releases)
    journal.close()


async def test_without_a_rollout_there_is_nothing_to_decide(house: House, base: Release) -> None:
    assert await house.rollouts.decide() is None


async def test_a_thumb_is_counted_once_however_often_and_by_how_many_it_is_looked_at(
    house: House, base: Release, make: Make
) -> None:
    candidate = await make()
    await house.begin(candidate)
    turn = await house.thumb(candidate, Thumb.UP)
    await house.thumb(base, Thumb.DOWN)
    await asyncio.gather(*(house.rollouts.decide() for _ in range(4)))
    await house.journal.record_feedback(turn.owner_id, turn.id, thumb=Thumb.DOWN)
    decision, evidence = await house.look()
    assert decision is Decision.WAIT
    assert (evidence.candidate_thumbs, evidence.candidate_thumbs_up) == (1, 1)
    assert (evidence.champion_thumbs, evidence.champion_thumbs_up) == (1, 0)
    assert (await house.releases.rollouts())[0].votes == 2


async def test_only_what_was_asked_in_the_rollout_by_people_who_were_placed_counts(
    house: House, base: Release, make: Make
) -> None:
    candidate, another = await make("a"), await make("b")
    before = await house.thumb(candidate, Thumb.DOWN)
    house.clock.advance(1)
    await house.begin(candidate)
    await house.journal.record_feedback(before.owner_id, before.id, thumb=Thumb.DOWN)
    await house.thumb(another, Thumb.DOWN)
    asked_for = await house.answer(candidate, probability=None)
    await house.journal.record_feedback(asked_for.owner_id, asked_for.id, thumb=Thumb.DOWN)
    house.clock.advance(120)
    _, evidence = await house.look()
    assert (evidence.candidate_thumbs, evidence.candidate_answers) == (0, 0)


async def test_comparisons_of_both_releases_count_for_whom_was_picked(house: House, base: Release, make: Make) -> None:
    candidate = await make()
    await house.begin(candidate)
    await house.compare(candidate, base, Choice.LEFT)
    await house.compare(base, candidate, Choice.RIGHT)
    await house.compare(base, candidate, Choice.LEFT)
    await house.compare(base, candidate, Choice.NEITHER)
    await house.compare(candidate, candidate, Choice.LEFT)
    house.clock.advance(120)
    _, evidence = await house.look()
    assert (evidence.comparisons, evidence.comparisons_won) == (3, 2)
    assert evidence.candidate_answers == evidence.candidate_answers_good  # a second answer beside isn't asked again


async def test_an_answer_that_fails_or_is_asked_for_again_is_a_bad_one_a_minute_later(
    house: House, base: Release, make: Make
) -> None:
    candidate = await make()
    await house.begin(candidate)
    conversation = await house.journal.start_conversation("anna")
    asked = await house.answer(candidate, place=Place(conversation.id, None), person="anna")
    await house.answer(candidate, place=Place(conversation.id, None, asked.id), person="anna")
    await house.answer(candidate, FAILED)
    await house.answer(base)
    assert (await house.look())[1].candidate_answers == 0
    house.clock.advance(61)
    _, evidence = await house.look()
    assert (evidence.candidate_answers, evidence.candidate_answers_good) == (3, 1)
    assert (evidence.champion_answers, evidence.champion_answers_good) == (1, 1)


async def test_an_answer_that_is_being_written_is_waited_for_but_not_for_ever(
    house: House, base: Release, make: Make
) -> None:
    candidate = await make()
    await house.begin(candidate)
    await house.answer(candidate, Closing(TurnState.OPEN, ()))
    await house.answer(candidate)
    house.clock.advance(120)
    assert (await house.look())[1].candidate_answers == 0
    house.clock.advance(900)
    assert (await house.look())[1].candidate_answers == 1


async def test_of_the_champions_many_answers_few_are_counted(house: House, base: Release, make: Make) -> None:
    candidate = await make()
    await house.begin(candidate)
    await house.answer(candidate)
    for _ in range(20):
        await house.answer(base)
    house.clock.advance(120)
    _, evidence = await house.look()
    assert (evidence.candidate_answers, evidence.champion_answers) == (1, 4)


async def test_a_better_candidate_goes_step_by_step_and_becomes_the_champion(
    house: House, base: Release, make: Make
) -> None:
    candidate = await make()
    await house.begin(candidate)
    shares, decision = [0.05], None
    for _ in range(12):
        await house.compare(candidate, base, Choice.LEFT)
        decision, _ = await house.look()
        shares.append((await house.releases.rollouts())[0].share)
        if decision is Decision.PROMOTE:
            break
    assert decision is Decision.PROMOTE
    assert sorted(set(shares)) == [*shares[:1], 0.5, 0.95]
    assert (await house.releases.champion()).id == candidate.id
    changes = await house.releases.changes(candidate.id)
    assert changes[0].why.startswith("E-values: ")
    assert await house.rollouts.decide() is None


async def test_a_rude_canary_is_taken_back_by_itself(house: House, base: Release, make: Make) -> None:
    candidate = await make()
    await house.begin(candidate)
    harmful = 0
    for _ in range(40):
        await house.thumb(candidate, Thumb.DOWN)
        await house.thumb(base, Thumb.UP)
        harmful += 1
        if (await house.look())[0] is Decision.ROLL_BACK:
            break
    assert harmful < 20
    back = await house.releases.one(candidate.id)
    assert (back.state, "of harm" in back.problem) == (ReleaseState.RETIRED, True)
    assert await house.releases.champion() == base


async def test_what_an_owner_does_meanwhile_counts(house: House, base: Release, make: Make) -> None:
    """A look that comes after somebody has taken the canary back doesn't touch the champion."""
    candidate = await make()
    await house.begin(candidate)
    for _ in range(15):
        await house.thumb(candidate, Thumb.DOWN)
        await house.thumb(base, Thumb.UP)
    await asyncio.gather(house.releases.rollback(by="owner"), house.rollouts.decide(), return_exceptions=True)
    assert await house.releases.champion() == base


@pytest.mark.parametrize(
    "wrong", [{"shares": ()}, {"shares": (0.5, 0.05)}, {"shares": (0.5, 1.0)}, {"shares": (0.0,)},
              {"false_promotion": 0.0}, {"false_alarm": 1.0}],
)  # fmt: skip
def test_settings_that_no_rollout_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=f"releases.{next(iter(wrong))}"):
        Settings(**wrong)


NOTHING = Evidence(wins=1, harm=1)


@pytest.mark.parametrize(
    ("wins", "harm", "share", "expected"),
    [
        (1.0, 1.0, 0.05, Decision.WAIT),
        (2.7, 1.0, 0.05, Decision.WAIT),
        (2.8, 1.0, 0.05, Decision.WIDEN),
        (7.3, 1.0, 0.5, Decision.WAIT),
        (7.4, 1.0, 0.5, Decision.WIDEN),
        (19.9, 1.0, 0.95, Decision.WAIT),
        (20.1, 1.0, 0.95, Decision.PROMOTE),
        (1e9, 20.1, 0.95, Decision.ROLL_BACK),
        (1.0, 19.9, 0.05, Decision.WAIT),
    ],
)
def test_the_share_grows_as_the_evidence_does_and_harm_goes_first(
    wins: float, harm: float, share: float, expected: Decision
) -> None:
    assert decided(replace(NOTHING, wins=wins, harm=harm), share, Settings()) is expected
