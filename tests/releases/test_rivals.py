"""Which release is compared with which: those of a rollout, and only once both can answer."""

from __future__ import annotations

from homespun.core.incoming import Placement
from homespun.releases import LiveReleases, Releases

from .conftest import MODEL, Make
from .test_fleet import engines, live, loaded

__all__ = ["engines", "live"]


async def test_where_one_release_answers_it_is_compared_with_itself(live: LiveReleases) -> None:
    await live.start()
    await loaded(live)
    own = live.place(MODEL, "anna")
    assert live.rival(MODEL, own) == own
    assert live.rival("other", Placement()) == Placement()
    await live.stop()


async def test_in_a_rollout_each_is_the_other_s_rival_once_both_are_loaded(
    live: LiveReleases, releases: Releases, make: Make
) -> None:
    candidate, champion = await make(), (await releases.one("1")).id
    await live.start()
    await releases.begin_rollout(candidate.id)
    await live.keep_up()
    by_chance = Placement(champion, 0.95)
    assert live.rival(MODEL, by_chance) == by_chance
    await loaded(live)
    assert live.rival(MODEL, by_chance) == Placement(candidate.id, 1.0)
    assert live.rival(MODEL, Placement(candidate.id, 0.05)) == Placement(champion, 1.0)
    asked_for = Placement(champion)
    assert live.rival(MODEL, asked_for) == asked_for
    await live.stop()
