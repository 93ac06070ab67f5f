"""A rollout begins in shadow: it goes on by itself, or is taken back before anybody has seen an answer of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict
from homespun.core.ids import new_id
from homespun.core.incoming import Placement
from homespun.journal import Journal, Thumb
from homespun.releases import (
    Decision,
    Ending,
    LiveReleases,
    Outcome,
    Release,
    Releases,
    ReleaseState,
    Rollout,
    Rollouts,
    Settings,
    ShadowAnswer,
    Shadows,
)
from homespun.store import Store

from .conftest import MODEL, Make
from .test_fleet import engines, live, loaded
from .test_rollouts import House

__all__ = ["engines", "live"]


@pytest.fixture
def releases(store: Store, clock: FakeClock, tmp_path: Path) -> Releases:
    """With a shadow."""
    settings = Settings(rolls_out=True, shadow_answers=8, shadow_hours=24)
    return Releases(store, clock, tmp_path / "releases", tmp_path / "release.key", model=MODEL, settings=settings)


@pytest.fixture
async def house(store: Store, clock: FakeClock, tmp_path: Path, releases: Releases) -> AsyncIterator[House]:
    journal = Journal(store, tmp_path / "spools", clock)
    yield House(store, clock, journal, releases)
    journal.close()


@pytest.fixture
def rollouts(store: Store, clock: FakeClock, releases: Releases) -> Rollouts:
    return Rollouts(store, clock, releases)


@pytest.fixture
def shadows(store: Store, clock: FakeClock) -> Shadows:
    return Shadows(store, clock)


def answered(ending: Ending = Ending.WELL, champion: Ending = Ending.WELL) -> ShadowAnswer:
    return ShadowAnswer(new_id("turn"), ending, champion, 20, 10, 1000, 500)


async def give(shadows: Shadows, rollout: Rollout, *answers: ShadowAnswer) -> None:
    for answer in answers:
        assert await shadows.claim(rollout.id, for_s=60)
        await shadows.let_go(rollout.id, answer)


async def test_in_shadow_a_release_is_loaded_and_answers_nobody(
    live: LiveReleases, releases: Releases, make: Make
) -> None:
    candidate, champion = await make(), (await releases.one("1")).id
    await live.start()
    rollout = await releases.begin_rollout(candidate.id)
    assert (rollout.share, rollout.is_in_shadow) == (0, True)
    assert (await releases.one(candidate.id)).state is ReleaseState.SHADOW
    await live.keep_up()
    shadowed = [live.in_shadow]
    assert await loaded(live) == ["1", "2"]
    assert [*shadowed, live.in_shadow] == [None, rollout], "first it loads"
    placed = {live.place(MODEL, f"person_{i}") for i in range(500)}
    assert placed == {Placement(champion, 1.0)}
    own = Placement(champion, 1.0)
    assert live.rival(MODEL, own) == own, "nor is it shown beside the champion's answer"
    await live.stop()


async def test_after_enough_answers_that_fare_well_it_answers_its_first_people_by_itself(
    releases: Releases, rollouts: Rollouts, shadows: Shadows, make: Make
) -> None:
    candidate = await make()
    rollout = await releases.begin_rollout(candidate.id)
    await give(shadows, rollout, *(answered() for _ in range(7)))
    assert await rollouts.decide() is Decision.WAIT
    await give(shadows, rollout, answered(Ending.LENGTH))
    assert await rollouts.decide() is Decision.WIDEN
    assert (await releases.rollouts())[0].share == 0.05
    assert (await releases.one(candidate.id)).state is ReleaseState.CANARY
    why = (await releases.changes(candidate.id))[0].why
    assert why.startswith("It answers 5% of the people. In shadow it gave 8 answers of 8: 1 without an end; 1 of them")
    evidence = await rollouts.shadow(rollout.id)
    assert (evidence.length_ratio, evidence.tokens_per_s, evidence.champion_tokens_per_s) == (2, 20, 20)
    assert not await shadows.claim(rollout.id, for_s=60), "no more are asked for"


@pytest.mark.parametrize(
    ("ending", "words"),
    [(Ending.EMPTY, "empty"), (Ending.FAILED, "failed"), (Ending.LOOP, "caught in a loop")],
)
async def test_a_release_that_says_nothing_fails_or_loops_is_taken_back_before_anybody_sees_it(
    releases: Releases, rollouts: Rollouts, shadows: Shadows, base: Release, make: Make, ending: Ending, words: str
) -> None:
    candidate = await make()
    rollout = await releases.begin_rollout(candidate.id)
    await give(shadows, rollout, *(answered(ending) for _ in range(6)))
    assert await rollouts.decide() is Decision.WAIT
    await give(shadows, rollout, answered(ending))
    assert await rollouts.decide() is Decision.ROLL_BACK
    back = await releases.one(candidate.id)
    assert back.state is ReleaseState.RETIRED
    assert back.problem.startswith(f"In shadow it gave 7 answers of 8: 7 {words}; 7 of them ended worse")
    assert back.problem.endswith("Nobody has seen any of them.")
    [ended] = await releases.rollouts()
    assert (ended.outcome, ended.share, ended.is_in_shadow) == (Outcome.ROLLED_BACK, 0, False)
    assert await releases.champion() == base
    assert await rollouts.decide() is None


async def test_what_comes_to_nothing_is_worse_than_what_the_champion_did_not_bring_to_its_end(
    releases: Releases, rollouts: Rollouts, shadows: Shadows, make: Make
) -> None:
    rollout = await releases.begin_rollout((await make()).id)
    await give(shadows, rollout, *(answered(Ending.EMPTY, Ending.LENGTH) for _ in range(7)))
    assert await rollouts.decide() is Decision.ROLL_BACK


async def test_what_the_champion_does_as_badly_is_not_held_against_it(
    releases: Releases, rollouts: Rollouts, shadows: Shadows, make: Make
) -> None:
    rollout = await releases.begin_rollout((await make()).id)
    await give(shadows, rollout, *(answered(Ending.LENGTH, Ending.LENGTH) for _ in range(8)))
    assert await rollouts.decide() is Decision.WIDEN


async def test_with_nothing_to_answer_it_goes_on_after_the_longest_time(
    releases: Releases, rollouts: Rollouts, make: Make, clock: FakeClock
) -> None:
    candidate = await make()
    await releases.begin_rollout(candidate.id)
    clock.advance(24 * 3600 - 1)
    assert await rollouts.decide() is Decision.WAIT
    clock.advance(1)
    assert await rollouts.decide() is Decision.WIDEN
    assert "nothing that it could have answered" in (await releases.changes(candidate.id))[0].why


async def test_what_is_said_while_it_is_in_shadow_does_not_count_afterwards(
    house: House, base: Release, make: Make
) -> None:
    candidate = await make()
    await house.begin(candidate)
    before = await house.thumb(base, Thumb.UP)
    house.clock.advance(61)
    await house.releases.begin_rollout(candidate.id, without_shadow=True)
    house.clock.advance(1)
    await house.journal.record_feedback(before.owner_id, before.id, thumb=Thumb.DOWN)
    await house.thumb(base, Thumb.UP)
    house.clock.advance(61)
    _, evidence = await house.look()
    assert (evidence.champion_thumbs, evidence.champion_thumbs_up, evidence.champion_answers) == (1, 1, 1)


async def test_an_owner_may_do_without_it_from_the_beginning_or_later(releases: Releases, make: Make) -> None:
    one, other = await make("a"), await make("b")
    assert (await releases.begin_rollout(one.id, without_shadow=True)).share == 0.05
    await releases.rollback()
    begun = await releases.begin_rollout(other.id)
    with pytest.raises(Conflict, match="Another release is being rolled out"):
        await releases.begin_rollout(one.id, without_shadow=True)
    with pytest.raises(Conflict, match="Another release is being rolled out"):
        await releases.begin_rollout(other.id)
    shown = await releases.begin_rollout(other.id, by="person_1", why="I have tried it", without_shadow=True)
    assert (shown.id, shown.share) == (begun.id, 0.05)
    assert (await releases.changes(other.id))[0].why == "I have tried it"
    with pytest.raises(Conflict, match="Another release is being rolled out"):
        await releases.begin_rollout(other.id, without_shadow=True)


async def test_what_is_in_shadow_is_taken_back_promoted_and_widened_but_not_retired(
    releases: Releases, make: Make
) -> None:
    one, other, third = await make("a"), await make("b"), await make("c")
    await releases.begin_rollout(one.id)
    with pytest.raises(Conflict, match=r"is a release in shadow\. Roll it back instead"):
        await releases.retire(one.id)
    await releases.rollback(why="Enough.")
    assert (await releases.one(one.id)).state is ReleaseState.RETIRED
    await releases.begin_rollout(one.id)
    await releases.fail(one.id, "Its weights are damaged.")
    assert (await releases.one(one.id)).problem == "Its weights are damaged."
    await releases.begin_rollout(other.id)
    await releases.widen(0.5)
    assert (await releases.one(other.id)).state is ReleaseState.CANARY
    await releases.rollback()
    await releases.begin_rollout(third.id)
    assert (await releases.promote(third.id)).state is ReleaseState.CHAMPION
    with pytest.raises(Conflict, match="is the champion and can't become a release in shadow"):
        await releases.begin_rollout(third.id)


async def test_one_process_at_a_time_has_an_answer_given_and_a_dead_one_is_not_waited_for(
    releases: Releases, shadows: Shadows, make: Make, clock: FakeClock
) -> None:
    rollout = await releases.begin_rollout((await make()).id)
    assert sorted(await asyncio.gather(*(shadows.claim(rollout.id, for_s=60) for _ in range(4)))) == [
        *(False, False, False),
        True,
    ]
    clock.advance(60)
    assert await shadows.claim(rollout.id, for_s=60)
    await shadows.let_go(rollout.id, None)
    assert await shadows.claim(rollout.id, for_s=60)
    answer = answered()
    await shadows.let_go(rollout.id, answer)
    await shadows.let_go(rollout.id, answer)
    assert await shadows.answered(rollout.id) == {answer.turn_id}
