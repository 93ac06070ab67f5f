"""What owners see of improvements, and how they begin one, stop it and go on with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Route, expect

from homespun.learning.curation import Settings
from homespun.learning.recipes import Recipe
from homespun.learning.runs import Run, Runs
from tests.api.test_improvements_console import corrected
from tests.learning.pretended import pretended_means
from tests.ring.houses import Home, home

from .conftest import Visit
from .visitor import Visitor

REJECTED = {
    "passed": False,
    "suites": [
        {"name": "knowledge", "question": "?", "verdict": "failed", "words": "It has lost the capital of France."},
        {"name": "format", "question": "?", "verdict": "passed", "words": "Nothing is lost."},
    ],
}


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    folder = tmp_path / "data" / "learning" / "runs"
    folder.mkdir(parents=True)
    return Runs(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(tmp_path: Path, migrated: Path, chromium: str, runs: Runs) -> AsyncIterator[Home]:
    """One correction is enough, and an improvement is only pretended."""
    means = pretended_means(runs.folder)
    async with home(tmp_path / "data", migrated, means=means, curation=Settings(min_demonstrations=1)) as opened:
        yield opened


def rejected(runs: Runs) -> Run:
    """An improvement that has lost something."""
    run = runs.begin("base", Recipe())
    run.keep("snapshot", {"digest": "s"})
    run.model.mkdir(parents=True)
    run.keep("card", {"champion": "1", "card": REJECTED})
    return run


def step(owner: Visitor, name: str) -> Locator:
    return owner.page.get_by_role("list", name="Its steps").get_by_role("listitem", name=name)


async def test_with_too_little_said_the_page_says_what_is_missing(visit: Visit) -> None:
    owner = await visit("/console/improvements")
    await expect(owner.page.get_by_text("There is too little yet.")).to_be_visible()
    await expect(owner.button("Begin an improvement")).to_be_disabled()
    await expect(owner.page.get_by_text("No improvement yet")).to_be_visible()


async def test_while_a_large_journal_is_counted_the_page_says_so_and_looks_again(at_home: Home, visit: Visit) -> None:
    await corrected(at_home)
    is_over = asyncio.Event()

    async def counts(route: Route) -> None:
        told = await (await route.fetch()).json()
        await route.fulfill(json=told | {"is_counted": is_over.is_set(), "is_enough": is_over.is_set()})

    owner = await visit("/console/health")
    await owner.page.route("**/api/console/improvements/material", counts)
    await owner.page.get_by_role("region", name="Console").get_by_role("link", name="Improvements").click()
    await expect(owner.page.get_by_text("Still counting.")).to_be_visible()
    await expect(owner.button("Begin an improvement")).to_be_disabled()
    is_over.set()
    await expect(owner.page.get_by_text("There is enough to train.")).to_be_visible()
    await expect(owner.button("Begin an improvement")).to_be_enabled()


async def test_an_improvement_is_begun_watched_stopped_and_gone_on_with(
    at_home: Home, runs: Runs, visit: Visit
) -> None:
    hold = runs.folder / "hold"
    hold.touch()
    await corrected(at_home)
    owner = await visit("/console/improvements")
    await expect(owner.page.get_by_text("There is enough to train.")).to_be_visible()
    await owner.button("Begin an improvement").click()
    panel = owner.page.get_by_role("dialog")
    await expect(panel.get_by_label("How to train")).to_have_value("sft")
    await owner.button("Begin", panel).click()
    await expect(step(owner, "Training").get_by_role("progressbar")).to_have_attribute("aria-valuenow", "30")
    await expect(step(owner, "Training")).to_contain_text("about 60 sec left")
    await expect(step(owner, "Snapshot")).to_contain_text("done")
    await owner.button("Stop").click()
    await owner.button("Stop", owner.page.get_by_role("alertdialog")).click()
    await expect(owner.button("Go on")).to_be_visible()
    hold.unlink()
    await owner.button("Go on").click()
    await expect(owner.page.get_by_text("It has not passed its examination. The champion stays.")).to_be_visible()
    await owner.page.get_by_role("link", name="All improvements").click()
    await expect(owner.page.get_by_role("table", name="Improvements")).to_contain_text("not passed")


async def test_why_one_was_rejected_is_said_and_its_report_opens(visit: Visit, runs: Runs) -> None:
    run = rejected(runs)
    owner = await visit(f"/console/improvements/{run.id}")
    await expect(owner.page.get_by_role("alert")).to_contain_text("It has not passed: Knowledge.")
    await expect(owner.page.get_by_text("It has lost the capital of France.")).to_be_visible()
    await expect(step(owner, "Examination")).to_contain_text("ended here")
    await expect(step(owner, "Release")).to_contain_text("not done")
    async with owner.context.expect_page() as opening:
        await owner.page.get_by_role("link", name="Report").click()
    report = await opening.value
    await expect(report.get_by_role("heading", name="An improvement")).to_be_visible()


async def test_what_ended_early_says_why_in_chinese_with_the_servers_own_words(visit: Visit, runs: Runs) -> None:
    run = runs.begin("base", Recipe())
    run.keep("failure", {"step": "train", "code": "training_failed", "words": "The training diverged."})
    owner = await visit(f"/console/improvements/{run.id}", locale="zh-CN")
    await expect(owner.page.get_by_role("alert")).to_contain_text("训练没有产生模型")
    await expect(owner.page.get_by_role("alert")).to_contain_text("The training diverged.")
    await expect(owner.button("继续")).to_be_visible()


async def test_improvements_that_cannot_be_loaded_say_so(visit: Visit) -> None:
    owner = await visit("/console/health")
    await owner.page.route("**/api/console/improvements", lambda route: route.fulfill(status=503, body="{}"))
    await owner.page.get_by_role("region", name="Console").get_by_role("link", name="Improvements").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
