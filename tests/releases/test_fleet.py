"""Engines are loaded before they are needed, and drained before they go."""

from __future__ import annotations

import asyncio

import pytest

from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid, ModelNotFound, Unavailable
from homespun.core.incoming import Placement
from homespun.engines import Engine
from homespun.releases import LiveReleases, Release, Releases, ReleaseState
from tests.ring.puppet import Puppet

from .conftest import MODEL, Make


class Engines:
    """Puppets for releases, by number."""

    def __init__(self) -> None:
        self.first = Puppet()
        self.made: dict[int, Puppet] = {}
        self.refused: set[int] = set()

    def build(self, release: Release) -> Engine:
        if release.number in self.refused:
            raise Invalid("It is of no use.")
        puppet = self.made[release.number] = Puppet()
        return puppet


@pytest.fixture
def engines() -> Engines:
    return Engines()


@pytest.fixture
def live(releases: Releases, engines: Engines, clock: FakeClock) -> LiveReleases:
    sizes = {"model": 3 * 2**30}
    return LiveReleases(
        releases, {MODEL: engines.first, "other": Puppet()}, "base-1", engines.build, lambda _: sizes["model"], clock
    )


async def loaded(live: LiveReleases) -> list[str]:
    """The numbers of the releases that have engines, once what loads has loaded."""
    await live.keep_up()
    await asyncio.gather(*(seat.loading for seat in live._fleet if seat.loading), return_exceptions=True)
    await live.keep_up()
    return [one.release for one in live.loaded() if one.model == MODEL]


async def test_at_first_the_installed_model_answers_everybody(live: LiveReleases, engines: Engines) -> None:
    assert live.place(MODEL, "anna") == Placement()
    assert live.engine(MODEL) is engines.first
    await live.start()
    assert await loaded(live) == ["1"]
    assert live.place(MODEL, "anna").probability == 1.0
    assert live.engine(MODEL, live.place(MODEL, "anna").release_id) is engines.first
    assert live.place("other", "anna") == Placement()
    assert live.names() == (MODEL, "other")
    with pytest.raises(ModelNotFound):
        live.engine("third")
    await live.stop()


async def test_a_canary_answers_its_share_once_it_is_loaded(
    live: LiveReleases, releases: Releases, engines: Engines, make: Make
) -> None:
    candidate = await make()
    await live.start()
    await releases.begin_rollout(candidate.id)
    await releases.widen(0.5)
    await live.keep_up()
    people = [f"person_{i}" for i in range(200)]
    assert {live.place(MODEL, person).release_id for person in people} == {(await releases.one("1")).id}
    await loaded(live)
    having = {live.place(MODEL, person).release_id for person in people}
    assert having == {(await releases.one("1")).id, candidate.id}
    assert live.engine(MODEL, candidate.id) is engines.made[2]
    assert {live.place(MODEL, person).probability for person in people} == {0.5}
    await live.stop()


async def test_the_old_champion_answers_until_the_new_one_is_ready_and_then_until_it_is_idle(
    live: LiveReleases, releases: Releases, engines: Engines, make: Make, clock: FakeClock
) -> None:
    candidate, base = await make(), await releases.one("1")
    await live.start()
    await releases.promote(candidate.id)
    await live.keep_up()
    assert live.place(MODEL, "anna").release_id == base.id
    engines.first.running.add("turn_1")
    assert await loaded(live) == ["2", "1"]
    assert live.place(MODEL, "anna").release_id == candidate.id
    assert live.engine(MODEL) is engines.made[2]
    clock.advance(100)
    assert await loaded(live) == ["2", "1"]
    assert live.engine(MODEL, base.id) is engines.first
    engines.first.running.clear()
    assert await loaded(live) == ["2"]
    with pytest.raises(Unavailable):
        live.engine(MODEL, base.id)
    await live.stop()


async def test_a_canary_that_comes_with_a_new_champion_waits_until_the_old_one_is_gone(
    live: LiveReleases, releases: Releases, make: Make, clock: FakeClock
) -> None:
    champion, canary = await make("a"), await make("b")
    await live.start()
    await live.summon(champion.name)
    assert await loaded(live) == ["1", "2"]
    await releases.promote(champion.id)
    await releases.begin_rollout(canary.id)
    assert await loaded(live) == ["2", "1"]
    assert (await releases.one(canary.id)).state is ReleaseState.CANARY
    clock.advance(60)
    await loaded(live)
    assert await loaded(live) == ["2", "3"]
    await live.stop()


async def test_a_base_that_comes_back_gets_a_new_engine(
    live: LiveReleases, releases: Releases, engines: Engines, make: Make, clock: FakeClock
) -> None:
    await live.start()
    await releases.promote((await make()).id)
    assert await loaded(live) == ["2", "1"]
    clock.advance(60)
    assert await loaded(live) == ["2"]
    await releases.rollback()
    assert await loaded(live) == ["1", "2"]
    assert live.engine(MODEL) is engines.made[1]
    await live.stop()


async def test_a_canary_with_a_changed_byte_is_never_loaded_and_taken_back(
    live: LiveReleases, releases: Releases, make: Make
) -> None:
    candidate = await make()
    (candidate.weights / "config.json").write_text("[]")
    await live.start()
    await releases.begin_rollout(candidate.id)
    await live.keep_up()
    assert await loaded(live) == ["1"]
    back = await releases.one(candidate.id)
    assert (back.state, "isn't what was signed" in back.problem) == (ReleaseState.RETIRED, True)
    await live.stop()


async def test_a_champion_whose_engine_can_not_be_made_gives_way(
    live: LiveReleases, releases: Releases, engines: Engines, make: Make
) -> None:
    candidate = await make()
    engines.refused.add(2)
    await live.start()
    await releases.promote(candidate.id)
    await live.keep_up()
    assert await loaded(live) == ["1"]
    assert (await releases.one(candidate.id)).problem == "It is of no use."
    await live.stop()


async def test_a_release_that_is_asked_for_by_its_number_is_loaded_and_goes_again(
    live: LiveReleases, releases: Releases, make: Make, clock: FakeClock
) -> None:
    candidate = await make()
    await live.start()
    assert await live.summon(f"{MODEL}@2") == (MODEL, Placement(candidate.id))
    assert await loaded(live) == ["1", "2"]
    clock.advance(599)
    assert await loaded(live) == ["1", "2"]
    clock.advance(2)
    assert await loaded(live) == ["1", "2"]
    clock.advance(31)
    assert await loaded(live) == ["1"]
    for name in (f"{MODEL}@7", "other@2", f"{MODEL}@", candidate.id, MODEL, f"{MODEL}@02"):
        with pytest.raises(ModelNotFound):
            await live.summon(name)
    await live.stop()


async def test_without_a_budget_there_are_two_engines_and_the_third_says_so(
    live: LiveReleases, releases: Releases, make: Make
) -> None:
    one, other = await make("a"), await make("b")
    await live.start()
    await live.summon(one.name)
    _, placed = await live.summon(other.name)
    with pytest.raises(Unavailable, match=r"releases\.memory_gb"):
        live.engine(MODEL, placed.release_id)
    assert await loaded(live) == ["1", "2"]
    assert (await releases.one(other.id)).problem == ""
    await live.stop()
