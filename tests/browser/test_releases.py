"""What owners see of releases, and how they bring one among the people and take it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import text

from homespun.learning.examination import Card, Limit, Sample, Suite, Verdict
from homespun.releases import Outcome, Rollout, Settings
from tests.ring.houses import MODEL, Home, home
from tests.ring.test_releases import candidate, saying

from .conftest import Visit
from .visitor import Visitor

CARD = Card(
    f"{MODEL}@2",
    f"{MODEL}@1",
    (
        Suite("win rate", "Are they preferred?", Verdict.NOT_RUN, "Nobody judged."),
        Suite(
            "knowledge",
            "Does it know?",
            Verdict.PASSED,
            "65 of 84 right, the champion 64; 2 lost, 3 gained (p = 1).",
            0.97,
            0.81,
            1.12,
            Limit(at_least=0.6),
            84,
            (Sample("What is the capital of France?", "Paris it is.", "Paris.", "Right as before."),),
        ),
        Suite("length", "How long?", Verdict.PASSED, "61 tokens on average.", 1.1, 0.9, 1.3, Limit(0.5, 2.0), 30),
    ),
)


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(tmp_path: Path, migrated: Path, chromium: str) -> AsyncIterator[Home]:
    """The base says `old`, a release `new`, without any shadow."""
    async with home(
        tmp_path / "data",
        migrated,
        releases=Settings(shadow_answers=0),
        engine=saying("old"),
        release_engine=lambda _: saying("new"),
    ) as opened:
        yield opened


def row(owner: Visitor, name: str) -> Locator:
    return owner.page.get_by_role("table", name="All releases").get_by_role("row").filter(has_text=name)


def dialog(owner: Visitor) -> Locator:
    return owner.page.get_by_role("dialog")


async def voted(home: Home, rollout: Rollout, *, won: int, lost: int) -> None:
    """So many comparisons, as they are counted."""
    votes = [
        {"rollout": rollout.id, "subject": f"q{number}", "number": number, "won": number <= won}
        for number in range(1, won + lost + 1)
    ]
    insert = (
        "INSERT INTO rollout_votes (rollout_id, kind, subject_id, number, person_id, is_candidate, is_good, counted_at)"
        " VALUES (:rollout, 'comparison', :subject, :number, :subject, :won, 1, '2026-01-01 00:00:00.000000')"
    )
    async with home.house.store.write() as session:
        await session.execute(text(insert), votes)
        update = text("UPDATE rollouts SET votes = :votes WHERE id = :id")
        await session.execute(update, {"votes": len(votes), "id": rollout.id})


async def test_where_nothing_was_learned_the_installed_model_stands_alone(visit: Visit) -> None:
    owner = await visit("/console/releases")
    await expect(row(owner, f"{MODEL}@1")).to_contain_text("champion")
    await expect(row(owner, f"{MODEL}@1")).to_contain_text("as installed")
    await expect(row(owner, f"{MODEL}@1")).to_contain_text("everybody")
    await expect(owner.page.get_by_text("Nothing has been learned yet")).to_be_visible()


async def test_a_card_is_read_suite_by_suite_with_its_answers_side_by_side(at_home: Home, visit: Visit) -> None:
    await candidate(at_home, card=CARD.as_json())
    owner = await visit("/console/releases")
    await row(owner, f"{MODEL}@2").get_by_role("link").click()
    await expect(owner.page.get_by_role("heading", name=f"{MODEL}@2")).to_be_visible()
    knowledge = owner.page.get_by_role("listitem", name="Knowledge")
    await expect(knowledge).to_contain_text("between 0.81 and 1.12, at least 0.60")
    await expect(knowledge).to_contain_text("out of 84")
    await knowledge.get_by_text("Side by side (1)").click()
    await expect(knowledge.get_by_text("Paris it is.")).to_be_visible()
    await expect(owner.page.get_by_role("listitem", name="Win rate")).to_contain_text("not run")
    await owner.go(f"{owner.path}")
    await expect(owner.page.get_by_role("table", name="Its steps")).to_contain_text("candidate")


async def test_in_chinese_the_signed_reasons_are_chinese_too(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home, card=CARD.as_json())
    owner = await visit(f"/console/releases/{made.id}", locale="zh-CN")
    knowledge = owner.page.get_by_role("listitem", name="知识")
    await expect(knowledge).to_contain_text("在 0.81 与 1.12 之间, 不低于 0.60")
    await expect(knowledge).to_contain_text("共 84 题，答对 65 题，现任 64 题；失去 2 题，新增 3 题（p = 1）。")
    await knowledge.get_by_text("并排对照 (1)").click()
    await expect(knowledge.get_by_text("与之前一样答对。")).to_be_visible()
    await expect(owner.button("逐步上线")).to_be_visible()


async def test_one_that_learned_from_somebody_who_was_removed_says_what_to_do(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home)
    erased = at_home.data_dir / "learning" / "erased"
    erased.mkdir(parents=True)
    (erased / f"{made.snapshot_digest}.json").write_text("[]")
    owner = await visit("/console/releases")
    await expect(row(owner, f"{MODEL}@2")).to_contain_text("learned from somebody removed")
    await expect(row(owner, f"{MODEL}@1")).not_to_contain_text("removed")
    await row(owner, f"{MODEL}@2").get_by_role("link").click()
    await expect(owner.page.get_by_text("Train anew: an improvement that begins now")).to_be_visible()
    await owner.page.get_by_role("link", name="To improvements").click()
    assert owner.path == "/console/improvements"
    owner = await visit(f"/console/releases/{made.id}", locale="zh-CN")
    await expect(owner.page.get_by_text("它的训练用到了一位已被移除的人所说的话。")).to_be_visible()
    await expect(owner.page.get_by_role("link", name="前往改进")).to_be_visible()


async def test_a_release_comes_gradually_shows_its_evidence_and_is_taken_back(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home)
    owner = await visit(f"/console/releases/{made.id}")
    await owner.button("Promote gradually").click()
    await expect(dialog(owner)).to_contain_text("It answers 5% of the people at first")
    await dialog(owner).get_by_label("Why").fill("It is kind")
    await owner.button("Promote gradually", dialog(owner)).click()
    await expect(dialog(owner)).to_have_count(0)
    await expect(owner.page.get_by_text("It answers 5% of the people.")).to_be_visible()
    await expect(owner.page.get_by_role("table", name="Its steps")).to_contain_text("It is kind")
    [rollout] = await at_home.house.releases.rollouts()
    await voted(at_home, rollout, won=4, lost=2)
    wins = owner.page.get_by_role("figure", name="Evidence that people prefer it")
    await expect(wins).to_contain_text("At 2.71 it answers 50% of the people.")
    await expect(owner.page.get_by_text("4 of 6")).to_be_visible()
    await owner.page.get_by_role("link", name="All releases").click()
    await expect(row(owner, f"{MODEL}@1")).to_contain_text("everybody else")
    await row(owner, f"{MODEL}@2").get_by_role("link").click()
    await owner.button("Take back").click()
    await owner.button("Take back", dialog(owner)).click()
    await expect(owner.page.get_by_text("Taken back because")).to_be_visible()
    [rollout] = await at_home.house.releases.rollouts()
    assert rollout.outcome is Outcome.ROLLED_BACK
    await owner.page.get_by_role("link", name="All releases").click()
    await expect(owner.page.get_by_role("table", name="Earlier trials")).to_contain_text("taken back")


async def test_a_release_becomes_the_champion_and_is_rolled_back(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home)
    owner = await visit(f"/console/releases/{made.id}")
    await owner.button("Promote").click()
    await owner.button("Promote", dialog(owner)).click()
    await expect(owner.button("Roll back")).to_be_visible()
    assert (await at_home.house.releases.champion()).id == made.id
    await owner.button("Roll back").click()
    await owner.button("Roll back", dialog(owner)).click()
    await expect(owner.button("Promote gradually")).to_be_visible()
    assert (await at_home.house.releases.champion()).number == 1


async def test_what_has_changed_meanwhile_is_refused_in_the_dialog(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home)
    owner = await visit(f"/console/releases/{made.id}")
    await owner.button("Retire").click()
    await at_home.house.releases.promote(made.id, by="command")
    await owner.button("Retire", dialog(owner)).click()
    await expect(dialog(owner).get_by_role("alert")).to_contain_text("Roll it back instead.")
    await owner.button("Cancel", dialog(owner)).click()
    await expect(dialog(owner)).to_have_count(0)


async def test_one_that_has_not_passed_can_only_be_retired(at_home: Home, visit: Visit) -> None:
    made = await candidate(at_home, card={"passed": False, "why": "Nobody has examined it."})
    owner = await visit(f"/console/releases/{made.id}")
    await expect(owner.page.get_by_text("Nobody has examined it.")).to_be_visible()
    await expect(owner.button("Retire")).to_be_visible()
    await expect(owner.button("Promote")).to_have_count(0)


async def test_releases_that_cannot_be_loaded_say_so_and_are_tried_again(visit: Visit) -> None:
    owner = await visit("/console/health")
    broken = "**/api/console/releases"
    await owner.page.route(broken, lambda route: route.fulfill(status=503, body="{}"))
    await owner.page.get_by_role("region", name="Console").get_by_role("link", name="Releases").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
    await owner.page.unroute(broken)
    await owner.button("Try again").click()
    await expect(row(owner, f"{MODEL}@1")).to_be_visible()


class TestInShadow:
    @pytest_asyncio.fixture(loop_scope="session")
    async def at_home(self, tmp_path: Path, migrated: Path, chromium: str) -> AsyncIterator[Home]:
        """A release answers in shadow first."""
        async with home(
            tmp_path / "data",
            migrated,
            releases=Settings(shadow_answers=30),
            engine=saying("old"),
            release_engine=lambda _: saying("new"),
        ) as opened:
            yield opened

    async def test_one_in_shadow_tells_how_it_fares_and_is_shown_to_people_on_a_word(
        self, at_home: Home, visit: Visit
    ) -> None:
        made = await candidate(at_home)
        owner = await visit(f"/console/releases/{made.id}")
        await owner.button("Promote gradually").click()
        await expect(dialog(owner)).to_contain_text("First it answers 30 questions again")
        await owner.button("Promote gradually", dialog(owner)).click()
        await expect(owner.page.get_by_text("It answers nobody yet.")).to_be_visible()
        await expect(owner.page.get_by_role("progressbar", name="Answers in shadow")).to_be_visible()
        await owner.page.get_by_role("link", name="All releases").click()
        await expect(row(owner, f"{MODEL}@1").get_by_text("everybody", exact=True)).to_be_visible()
        await row(owner, f"{MODEL}@2").get_by_role("link").click()
        await owner.button("Show to people").click()
        await owner.button("Show to people", dialog(owner)).click()
        await expect(owner.page.get_by_text("It answers 5% of the people.")).to_be_visible()
