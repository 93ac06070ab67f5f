"""Improvements through the console's API: who may, and what they see, begin, stop and read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from homespun.core.errors import TrainingNotInstalled
from homespun.learning.curation import Settings
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Runs
from tests.learning.pretended import pretended_means
from tests.patience import PATIENCE_S
from tests.ring.houses import Home, home

from .people import signed_in

URL = "/api/console/improvements"
SFT = {"methods": ["sft"]}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    folder = tmp_path / "data" / "learning" / "runs"
    folder.mkdir(parents=True)
    return Runs(folder)


@pytest.fixture
async def at_home(tmp_path: Path, migrated: Path, runs: Runs) -> AsyncIterator[Home]:
    """One correction is enough, and an improvement is only pretended."""
    means = pretended_means(runs.folder)
    async with home(tmp_path / "data", migrated, means=means, curation=Settings(min_demonstrations=1)) as opened:
        yield opened


async def corrected(at_home: Home) -> None:
    """The owner, who consents, writes a better answer."""
    owner = await at_home.person()
    await at_home.house.accounts.consents.set(owner.id, True)
    async with at_home.browser() as browser:
        talk = (await browser.post("/api/conversations", json={})).json()["id"]
        await browser.post(f"/api/conversations/{talk}/turns", json={"question": "When?"})
        await at_home.settled()
        turn = await at_home.last_turn()
        assert (await browser.put(f"/api/turns/{turn.id}/answer", json={"text": "At nine."})).status_code == 200


def counts(told: Any) -> bool:
    return bool((told["improvement"]["standing"] or {}).get("total"))


async def until(owner: httpx.AsyncClient, url: str, is_so: Callable[[Any], bool]) -> Any:
    """What is told there, once it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so(told := (await owner.get(url)).json()):
            await asyncio.sleep(0.05)
    return told


async def test_anonymous_strangers_and_members_see_and_begin_nothing(at_home: Home, runs: Runs) -> None:
    await corrected(at_home)
    one = f"{URL}/{runs.begin('base', Recipe()).id}"
    routes = [
        *(("GET", path) for path in (URL, f"{URL}/material", one, f"{one}/report")),
        *(("POST", path) for path in (URL, f"{one}/go-on", f"{one}/stop")),
    ]
    async with at_home.client() as nobody, signed_in(at_home, "Mia") as member:
        for method, path in routes:
            assert (await nobody.request(method, path, json=SFT)).status_code == 401
            assert (await member.browser.request(method, path, json=SFT)).status_code == 403
    assert len(runs.all()) == 1


async def test_an_owner_sees_what_there_is_to_learn_from(at_home: Home) -> None:
    await corrected(at_home)
    async with at_home.browser() as owner:
        told = (await owner.get(f"{URL}/material")).json()
    assert (told["demonstrations"], told["people"], told["consenting"]) == (1, 1, 1)
    assert (told["is_enough"], told["suggested"], told["min_pairs"]) == (True, ["sft"], 20)


async def test_an_owner_begins_one_watches_and_stops_it_and_goes_on(at_home: Home, runs: Runs) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    await corrected(at_home)
    async with at_home.browser() as owner:
        assert (await owner.get(URL)).json() == {"improvements": [], "obstacle": None}
        begun = (await owner.post(URL, json={"methods": ["sft", "dpo"]})).json()
        assert (begun["methods"], begun["state"], begun["goes_on"]) == (["sft", "dpo"], "unfinished", True)
        again = await owner.post(URL, json=SFT)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
        one = f"{URL}/{begun['id']}"
        told = await until(owner, one, counts)
        standing = told["improvement"]["standing"]
        assert (standing["step"], standing["total"], standing["remaining_s"]) == ("train", 30, 60)
        assert told["improvement"]["done"] == ["snapshot"]
        assert (await owner.post(f"{one}/stop")).status_code == 200
        told = await until(owner, one, lambda found: not found["improvement"]["goes_on"])
        assert (told["improvement"]["state"], told["improvement"]["can_go_on"]) == ("unfinished", True)
        assert (await owner.post(f"{one}/stop")).status_code == 409
        hold.unlink()
        assert (await owner.post(f"{one}/go-on")).json()["goes_on"]
        told = await until(owner, one, lambda found: found["improvement"]["state"] == "rejected")
        assert (told["card"]["passed"], told["snapshot"]) == (False, None)


async def test_its_report_is_a_page_that_can_do_nothing(at_home: Home, runs: Runs) -> None:
    run = runs.begin("base", Recipe())
    async with at_home.browser() as owner:
        page = await owner.get(f"{URL}/{run.id}/report", params={"language": "zh"})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "sandbox" in page.headers["content-security-policy"]
        assert "一次改进" in page.text
        assert (await owner.get(f"{URL}/{run.id}/report", params={"language": "fr"})).status_code == 400
        assert (await owner.get(f"{URL}/run_none/report")).status_code == 404


async def test_too_little_and_a_recipe_that_makes_no_model_are_refused(at_home: Home, runs: Runs) -> None:
    async with at_home.browser() as owner:
        little = await owner.post(URL, json=SFT)
        assert (little.status_code, little.json()["error"]["code"]) == (409, "too_little_to_learn")
        await corrected(at_home)
        for methods in (["reward"], ["grpo"], ["sft", "sft"], ["magic"], []):
            assert (await owner.post(URL, json={"methods": methods})).status_code == 400, methods
    assert runs.all() == ()


async def test_where_training_is_not_installed_it_says_so_beforehand(
    tmp_path: Path, migrated: Path, runs: Runs
) -> None:
    def missing() -> None:
        raise TrainingNotInstalled

    means = pretended_means(runs.folder, require=missing)
    async with home(tmp_path / "data", migrated, means=means) as at_home, at_home.browser() as owner:
        obstacle = (await owner.get(URL)).json()["obstacle"]
        assert (obstacle["code"], "make learn" in obstacle["message"]) == ("training_not_installed", True)
        refused = await owner.post(URL, json=SFT)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "training_not_installed")
