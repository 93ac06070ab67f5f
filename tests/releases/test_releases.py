"""Releases are made, rolled out, promoted and taken back; every step is written down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Conflict, HomespunError, NotFound, Refused
from homespun.releases import Outcome, Release, Releases, ReleaseState
from homespun.store import Store

from .conftest import MODEL, Make

CANDIDATE, _, CANARY, CHAMPION, RETIRED = ReleaseState


async def states(releases: Releases) -> list[ReleaseState]:
    """By number."""
    return [release.state for release in reversed(await releases.all())]


async def test_the_installed_model_is_the_first_champion_and_stays_the_same_release(
    releases: Releases, base: Release
) -> None:
    assert (base.number, base.state, base.is_base, base.name) == (1, CHAMPION, True, f"{MODEL}@1")
    assert await releases.ensure_base("base-1") == base == await releases.champion()


async def test_processes_that_start_together_make_one_base(releases: Releases) -> None:
    made = await asyncio.gather(*(releases.ensure_base("base-1") for _ in range(4)))
    assert {release.id for release in made} == {(await releases.champion()).id}
    assert len(await releases.all()) == 1


async def test_another_installed_model_replaces_the_base_but_no_release_that_was_trained(
    releases: Releases, base: Release, make: Make
) -> None:
    assert (await releases.ensure_base("base-2")).state is CHAMPION
    assert (await releases.one(base.id)).state is RETIRED
    tuned = await releases.promote((await make()).id)
    assert (await releases.ensure_base("base-3")).state is CANDIDATE
    assert await releases.champion() == tuned


async def test_a_trained_model_becomes_a_candidate_and_the_same_one_made_again_is_the_same_release(
    releases: Releases, base: Release, make: Make
) -> None:
    one, again, other = await make("w"), await make("w"), await make("v")
    assert (one.state, one.number, one.parent_id, one.has_passed) == (CANDIDATE, 2, base.id, True)
    assert again == one
    assert (other.number, other.digest != one.digest) == (3, True)


async def test_a_release_goes_by_its_number_its_name_its_id_or_the_beginning_of_its_digest(
    releases: Releases, make: Make
) -> None:
    made = await make()
    for name in ("2", f"{MODEL}@2", made.id, made.digest, made.digest[:10]):
        assert await releases.one(name) == made
    for name in ("3", "other@2", "rel_2", made.digest[:3], "%" * 10, ""):
        with pytest.raises(NotFound):
            await releases.one(name)


async def test_a_rollout_begins_small_and_ends_with_a_new_champion(
    releases: Releases, base: Release, make: Make, clock: FakeClock
) -> None:
    made = await make()
    rollout = await releases.begin_rollout(made.id, why="its examination was good")
    assert (rollout.share, rollout.champion_id, rollout.candidate_id) == (0.05, base.id, made.id)
    assert await releases.live() == ((await releases.one("1"), await releases.one("2")), rollout)
    await releases.widen(0.5)
    clock.advance(60)
    champion = await releases.promote(made.id, by="person_1", why="it is better")
    assert await states(releases) == [RETIRED, CHAMPION]
    assert await releases.live() == ((champion,), None)
    [ended] = await releases.rollouts()
    assert (ended.outcome, ended.share, ended.ended_at) == (Outcome.PROMOTED, 0.5, clock.now())


async def test_every_step_is_written_down_with_who_and_why(releases: Releases, make: Make, clock: FakeClock) -> None:
    made = await make()
    await releases.begin_rollout(made.id, by="person_1", why="I like it")
    await releases.widen(0.5, why="So do others.")
    clock.advance(5)
    await releases.rollback(by="person_2", why="it is rude")
    changes = [(change.before, change.after, change.by, change.why) for change in await releases.changes(made.id)]
    assert changes == [
        (CANARY, RETIRED, "person_2", "it is rude"),
        (CANARY, CANARY, "homespun", "It answers 50% of the people. So do others."),
        (CANDIDATE, CANARY, "person_1", "I like it"),
        (None, CANDIDATE, "homespun", "It was made."),
    ]
    assert (await releases.changes(made.id))[0].at == clock.now()
    assert (await releases.one(made.id)).problem == "it is rude"


async def test_a_canary_is_taken_back_while_the_champion_stays(releases: Releases, base: Release, make: Make) -> None:
    await releases.begin_rollout((await make()).id)
    assert await releases.rollback() == base
    assert await states(releases) == [CHAMPION, RETIRED]
    assert (await releases.rollouts())[0].outcome is Outcome.ROLLED_BACK


async def test_no_other_is_taken_back_than_the_one_that_was_looked_at(releases: Releases, make: Make) -> None:
    one, other = await make("a"), await make("b")
    await releases.promote(one.id)
    await releases.begin_rollout(other.id)
    with pytest.raises(Conflict, match="by now it would be"):
        await releases.rollback(one.id)
    assert (await releases.rollback(other.id)).id == one.id
    with pytest.raises(Conflict, match="by now it would be"):
        await releases.rollback(other.id)
    with pytest.raises(NotFound):
        await releases.rollback("rel_none")
    assert (await releases.champion()).id == one.id
    assert (await releases.rollback(one.id)).number == 1


async def test_a_champion_that_is_taken_back_gives_way_to_the_one_before_it(releases: Releases, make: Make) -> None:
    one, other = await make("a"), await make("b")
    await releases.promote(one.id)
    await releases.promote(other.id)
    assert (await releases.rollback(why="worse")).id == one.id
    assert (await releases.rollback(why="worse, too")).number == 1
    with pytest.raises(Conflict, match="no champion before"):
        await releases.rollback()
    assert await states(releases) == [CHAMPION, RETIRED, RETIRED]


async def test_what_was_taken_back_may_be_promoted_again(releases: Releases, make: Make) -> None:
    made = await make()
    await releases.begin_rollout(made.id)
    await releases.rollback(why="rude")
    assert (await releases.promote(made.id)).state is CHAMPION
    assert (await releases.one(made.id)).problem == ""


async def test_one_canary_at_a_time(releases: Releases, make: Make) -> None:
    one, other = await make("a"), await make("b")
    await releases.begin_rollout(one.id)
    with pytest.raises(Conflict, match="Another release is being rolled out"):
        await releases.begin_rollout(other.id)
    await releases.promote(other.id)
    assert await states(releases) == [RETIRED, RETIRED, CHAMPION]
    assert (await releases.rollouts())[0].outcome is Outcome.ROLLED_BACK


async def test_steps_that_there_are_not_are_refused_and_change_nothing(releases: Releases, make: Make) -> None:
    made = await make()
    with pytest.raises(Conflict, match="is the champion and can't become the champion"):
        await releases.promote("1")
    with pytest.raises(Conflict, match="is the champion and can't become a canary"):
        await releases.begin_rollout("1")
    with pytest.raises(Conflict, match="Roll it back instead"):
        await releases.retire("1")
    await releases.retire(made.id)
    with pytest.raises(Conflict, match="is retired and can't become retired"):
        await releases.retire(made.id)
    assert await states(releases) == [CHAMPION, RETIRED]
    assert len(await releases.changes(made.id)) == 2


@pytest.mark.parametrize("card", [{"passed": False}, {}, {"passed": "yes"}])
async def test_a_release_that_has_not_passed_its_examination_answers_nobody_whoever_says_so(
    releases: Releases, make: Make, card: dict[str, object]
) -> None:
    made = await make(card=card)
    for step in (releases.begin_rollout, releases.promote):
        with pytest.raises(Conflict, match="has not passed its examination"):
            await step(made.id, by="person_1")
    assert await states(releases) == [CHAMPION, CANDIDATE]


async def test_nothing_is_rolled_out_by_itself_unless_it_is_set(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    releases = Releases(store, clock, tmp_path / "releases", tmp_path / "key", model=MODEL)
    base = await releases.ensure_base("base-1")
    (tmp_path / "w").write_text("w")
    folder = tmp_path / "trained"
    folder.mkdir()
    (folder / "model.safetensors").write_text("w")
    made = await releases.register(
        folder, base_digest="base-1", snapshot_digest="s", recipe={}, card={"passed": True}, parent=base.id
    )
    with pytest.raises(Refused, match=r"releases\.rolls_out"):
        await releases.begin_rollout(made.id)
    assert (await releases.begin_rollout(made.id, by="person_1")).candidate_id == made.id


async def test_a_canary_that_can_not_be_loaded_is_taken_back_and_says_why(
    releases: Releases, base: Release, make: Make
) -> None:
    made = await make()
    await releases.begin_rollout(made.id)
    await asyncio.gather(*(releases.fail(made.id, "its weights are damaged") for _ in range(3)))
    failed = await releases.one(made.id)
    assert (failed.state, failed.problem) == (RETIRED, "its weights are damaged")
    assert await releases.champion() == base


async def test_a_champion_that_can_not_be_loaded_gives_way_once_however_many_processes_notice(
    releases: Releases, make: Make
) -> None:
    one, other = await make("a"), await make("b")
    await releases.promote(one.id)
    await releases.promote(other.id)
    await asyncio.gather(*(releases.fail(other.id, "its weights are damaged") for _ in range(3)))
    assert (await releases.champion()).id == one.id


async def test_a_base_that_can_not_be_loaded_stays_the_champion(releases: Releases, base: Release) -> None:
    await releases.fail(base.id, "the disk is slow today")
    assert await releases.champion() == base


async def test_two_who_decide_at_a_time_are_one_after_the_other(releases: Releases, make: Make) -> None:
    made = await make()
    said = await asyncio.gather(
        *(releases.promote(made.id, by=f"person_{i}") for i in range(4)), return_exceptions=True
    )
    assert sum(isinstance(one, Release) for one in said) == 1
    assert sum(isinstance(one, HomespunError) for one in said) == 3
    assert await states(releases) == [RETIRED, CHAMPION]


async def test_a_release_that_is_asked_for_stays_wanted_for_a_while(
    releases: Releases, make: Make, clock: FakeClock
) -> None:
    made = await make()
    await releases.want(made.id)
    assert [release.id for release in (await releases.live())[0]][1:] == [made.id]
    clock.advance(601)
    assert len((await releases.live())[0]) == 1
