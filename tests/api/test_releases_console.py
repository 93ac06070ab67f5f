"""Releases through the console's API: who may, and what they see and do."""

from __future__ import annotations

from homespun.learning.examination import Card, Limit, Sample, Suite, Verdict
from tests.ring.houses import MODEL, Home
from tests.ring.test_releases import at_home, candidate

from .people import signed_in

__all__ = ["at_home"]


async def test_anonymous_strangers_and_members_see_and_move_nothing(at_home: Home) -> None:
    made = await candidate(at_home)
    one = f"/api/console/releases/{made.id}"
    routes = [
        *(("GET", path) for path in ("/api/console/releases", one, f"{one}/card", "/api/console/rollouts")),
        *(("POST", path) for path in (f"{one}/promote", f"{one}/retire", "/api/console/releases/rollback")),
    ]
    async with at_home.client() as nobody, signed_in(at_home, "Mia") as member:
        for method, path in routes:
            body: dict[str, str] | None = {} if method == "POST" else None
            assert (await nobody.request(method, path, json=body)).status_code == 401
            assert (await member.browser.request(method, path, json=body)).status_code == 403
    assert (await at_home.house.releases.champion()).number == 1


async def test_an_owner_sees_all_releases_and_what_is_known_of_them(at_home: Home) -> None:
    made = await candidate(at_home)
    async with at_home.browser() as owner:
        listed = (await owner.get("/api/console/releases")).json()
        assert [(one["name"], one["state"], one["is_base"]) for one in listed["releases"]] == [
            (f"{MODEL}@2", "candidate", False),
            (f"{MODEL}@1", "champion", True),
        ]
        assert listed["loaded"] == [listed["releases"][1]["id"]]
        assert (listed["rolls_out"], listed["shares"]) == (False, [0.05, 0.5, 0.95])
        assert [round(needed, 1) for needed in listed["wins_needed"]] == [2.7, 7.4, 20]
        details = (await owner.get(f"/api/console/releases/{made.id}")).json()
        assert [change["after"] for change in details["changes"]] == ["candidate"]
        examined = (await owner.get(f"/api/console/releases/{made.id}/card")).json()["card"]
        assert (examined["passed"], examined["suites"]) == (True, [])
        base = listed["releases"][1]["id"]
        assert (await owner.get(f"/api/console/releases/{base}/card")).json() == {"card": None}
        assert (await owner.get("/api/console/releases/none")).status_code == 404


async def test_what_was_trained_on_words_of_somebody_who_was_removed_is_marked(at_home: Home) -> None:
    made = await candidate(at_home)
    async with at_home.browser() as owner:
        assert (await owner.get(f"/api/console/releases/{made.id}")).json()["release"]["is_marked"] is False
        erased = at_home.data_dir / "learning" / "erased"
        erased.mkdir(parents=True)
        (erased / f"{made.snapshot_digest}.json").write_text("[]")
        assert (await owner.get(f"/api/console/releases/{made.id}")).json()["release"]["is_marked"] is True
        listed = (await owner.get("/api/console/releases")).json()["releases"]
    assert [(one["number"], one["is_marked"]) for one in listed] == [(2, True), (1, False)]


async def test_a_card_is_told_with_every_suite_whatever_else_it_says(at_home: Home) -> None:
    limit = Limit(at_least=0.6)
    samples = (Sample("Capital of France?", "Paris", "Paris."),)
    knowledge = Suite("knowledge", "Does it?", Verdict.PASSED, "It does.", 0.9, 0.7, 1.0, limit, 84, samples)
    speed = Suite("speed", "Is it?", Verdict.NOT_RUN, "Nobody asked.")
    card = Card("new", "old", (knowledge, speed)).as_json() | {"of another version": 1}
    made = await candidate(at_home, card=card)
    async with at_home.browser() as owner:
        told = (await owner.get(f"/api/console/releases/{made.id}/card")).json()["card"]
    first, second = told["suites"]
    assert (first["figure"], first["limit"]["at_least"], first["count"]) == (0.9, 0.6, 84)
    assert first["samples"][0]["champion"] == "Paris."
    assert (second["verdict"], second["figure"], second["samples"]) == ("not_run", None, [])


async def test_a_card_is_told_in_the_language_that_is_asked_for(at_home: Home) -> None:
    card = Card("new", "old", (Suite("speed", "Is it?", Verdict.PASSED, "It is as fast as is asked."),))
    made = await candidate(at_home, card=card.as_json())
    address = f"/api/console/releases/{made.id}/card"
    async with at_home.browser() as owner:
        told = [(await owner.get(address, params=params)).json() for params in ({}, {"language": "zh"})]
        assert (await owner.get(address, params={"language": "fr"})).status_code == 400
    assert [one["card"]["suites"][0]["words"] for one in told] == ["It is as fast as is asked.", "速度达到要求。"]


async def test_an_owner_rolls_out_and_takes_back(at_home: Home) -> None:
    made, boss = await candidate(at_home), await at_home.person()
    async with at_home.browser() as owner:
        begun = await owner.post(
            f"/api/console/releases/{made.id}/promote", json={"gradually": True, "why": "It is kind"}
        )
        assert begun.json()["release"]["state"] == "canary"
        change = begun.json()["changes"][0]
        assert (change["by"], change["by_name"], change["why"]) == (boss.id, boss.name, "It is kind")
        [rollout] = (await owner.get("/api/console/rollouts")).json()
        assert (rollout["candidate_id"], rollout["share"], rollout["outcome"]) == (made.id, 0.05, "running")
        assert rollout["evidence"]["wins"] == rollout["evidence"]["harm"] == 1
        assert (round(rollout["evidence"]["wins_needed"], 1), rollout["evidence"]["harm_allowed"]) == (2.7, 20)
        again = await owner.post(f"/api/console/releases/{made.id}/promote", json={"gradually": True})
        assert again.status_code == 409
        base = await at_home.house.releases.champion()
        other = await owner.post("/api/console/releases/rollback", json={"release_id": base.id})
        assert other.status_code == 409
        back = await owner.post("/api/console/releases/rollback", json={"release_id": made.id, "why": "It is rude"})
        assert back.json()["release"]["number"] == 1
        assert (await at_home.house.releases.one(made.id)).problem == "It is rude"
        promoted = await owner.post(f"/api/console/releases/{made.id}/promote", json={})
        assert promoted.json()["release"]["state"] == "champion"


async def test_an_owner_lets_a_candidate_go(at_home: Home) -> None:
    made = await candidate(at_home)
    async with at_home.browser() as owner:
        retired = await owner.post(f"/api/console/releases/{made.id}/retire", json={"why": "Too small"})
        assert retired.json()["release"]["state"] == "retired"
        assert (await owner.post(f"/api/console/releases/{made.id}/retire", json={})).status_code == 409
