"""A release in shadow, as owners and admins see it in the console."""

from __future__ import annotations

from pathlib import Path

from homespun.core.clock import SystemClock
from homespun.releases import Ending, Settings, ShadowAnswer, Shadows
from tests.ring.houses import home
from tests.ring.test_releases import candidate, saying


async def test_an_owner_sees_how_its_answers_fare_and_may_do_without_more(tmp_path: Path, migrated: Path) -> None:
    at_home = home(
        tmp_path / "data", migrated, release_engine=lambda _: saying("new"), releases=Settings(shadow_answers=20)
    )
    async with at_home as opened, opened.browser() as owner:
        made = await candidate(opened)
        promote = f"/api/console/releases/{made.id}/promote"
        begun = await owner.post(promote, json={"gradually": True})
        assert begun.json()["release"]["state"] == "shadow"
        assert (await owner.get("/api/console/releases")).json()["shadow_answers"] == 20
        [rollout] = (await owner.get("/api/console/rollouts")).json()
        answer = ShadowAnswer("turn_1", Ending.EMPTY, Ending.WELL, 0, 10, 20, 1000)
        await Shadows(opened.house.store, SystemClock()).let_go(rollout["id"], answer)
        [rollout] = (await owner.get("/api/console/rollouts")).json()
        assert rollout["share"] == 0
        assert rollout["shadow"] == {
            "is_going_on": True,
            "answers": 1,
            "wanted": 20,
            "worse": 1,
            "better": 0,
            "harm": 1.5,
            "harm_allowed": 20,
            "endings": {"empty": 1},
            "champion_endings": {"well": 1},
            "length_ratio": 0,
            "tokens_per_s": 0,
            "champion_tokens_per_s": 10,
        }
        assert (await owner.post(promote, json={"gradually": True})).status_code == 409
        shown = await owner.post(promote, json={"gradually": True, "without_shadow": True, "why": "I have tried it"})
        assert shown.json()["release"]["state"] == "canary"
        [rollout] = (await owner.get("/api/console/rollouts")).json()
        assert (rollout["share"], rollout["shadow"]["is_going_on"], rollout["shadow"]["answers"]) == (0.05, False, 1)
