"""Projects in the web app: two members of a team see the same chat; whoever is removed doesn't any more."""

from __future__ import annotations

import re

from playwright.async_api import Locator, expect

from homespun.accounts import Person, TeamRole
from homespun.api.app.cookie import SESSION_COOKIE
from tests.api.people import arrived
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def studio(home: Home, *people: Person) -> tuple[str, str]:
    """A team of these people with a project; the ids of both."""
    accounts, boss = home.house.accounts, await home.person()
    team = await accounts.teams.create(boss, "Weavers")
    for person in people:
        await accounts.teams.add_member(boss, team.id, person.id, TeamRole.MEMBER)
    return team.id, (await accounts.projects.create(boss, team.id, "Loom")).id


async def entered(visit: Visit, home: Home, token: str, path: str, **context: object) -> Visitor:
    """Somebody's own browser."""
    visitor = await visit("/sign-in", signed_in=False, **context)
    await visitor.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": home.url}])
    await visitor.go(path)
    return visitor


def projects(visitor: Visitor) -> Locator:
    """Those at the side."""
    return visitor.page.get_by_role("region", name="Projects")


async def test_two_members_share_a_chat_until_one_is_removed(at_home: Home, visit: Visit) -> None:
    (anna, anna_s), (ben, ben_s) = await arrived(at_home, "Anna"), await arrived(at_home, "Ben")
    team_id, project_id = await studio(at_home, anna, ben)

    first = await entered(visit, at_home, anna_s, "/")
    await projects(first).get_by_role("link", name="Loom", exact=True).click()
    await expect(first.page.get_by_role("heading", name="Loom")).to_be_visible()
    await expect(first.page.get_by_text("No chats in this project yet")).to_be_visible()
    await first.page.get_by_role("main").get_by_role("link", name="New chat").click()
    await expect(first.page.get_by_role("link", name="In Loom, shared with Weavers")).to_be_visible()
    await first.ask("How many threads?")
    await expect(first.answers).to_have_count(1)
    await expect(projects(first).get_by_role("link", name="How many threads?")).to_be_visible()

    second = await entered(visit, at_home, ben_s, f"/projects/{project_id}")
    row = second.page.get_by_role("main").get_by_role("listitem").filter(has_text="How many threads?")
    await expect(row).to_contain_text("Anna")
    await expect(row.get_by_role("button")).to_have_count(0)
    await row.get_by_role("link").click()
    await expect(second.page.get_by_role("article", name="Anna said")).to_contain_text("How many threads?")
    await second.ask("And the weft?")
    await expect(first.page.get_by_role("article", name="Ben said")).to_contain_text("And the weft?")

    await at_home.house.accounts.teams.remove_member(await at_home.person(), team_id, ben.id)
    await expect(second.page.get_by_role("heading", name="This conversation is not here")).to_be_visible(timeout=15_000)
    await second.page.reload()
    await expect(second.page.get_by_role("heading", name="This conversation is not here")).to_be_visible()
    await expect(projects(second)).to_have_count(0)
    await expect(first.answers).to_have_count(2)


async def test_a_chat_is_moved_into_a_project_and_out_by_the_keyboard(at_home: Home, visit: Visit) -> None:
    anna, token = await arrived(at_home, "Anna")
    await studio(at_home, anna)
    page = await entered(visit, at_home, token, "/")
    await page.ask("How many threads?")
    await expect(page.answers).to_have_count(1)
    tag = page.page.get_by_role("link", name="In Loom, shared with Weavers")
    for here, item, place in (
        (page.list.get_by_role("region", name="Today"), "Move to a project…", "Loom Weavers"),
        (projects(page), "Move…", "No project Only you see it"),
    ):
        await here.get_by_role("button", name="Options for “How many threads?”").focus()
        await page.page.keyboard.press("Enter")
        await page.page.get_by_role("menuitem", name=item).press("Enter")
        choice = page.page.get_by_role("dialog", name="Move this chat").get_by_role("button", name=place)
        await choice.press("Enter")
        await expect(tag).to_have_count(1 if place.startswith("Loom") else 0)
    await expect(page.list.get_by_role("region", name="Today")).to_contain_text("How many threads?")


async def test_teams_and_projects_fold_and_stay_folded(at_home: Home, visit: Visit) -> None:
    anna, token = await arrived(at_home, "Anna")
    await studio(at_home, anna)
    page = await entered(visit, at_home, token, "/")
    project = projects(page).get_by_role("link", name="Loom", exact=True)
    await page.button("Show the chats of Loom").click()
    await expect(projects(page)).to_contain_text("No chats yet")
    await page.button("Hide the chats of Loom").click()
    await page.button("Weavers", projects(page)).click()
    await expect(project).to_have_count(0)
    await page.page.reload()
    await expect(page.button("Weavers", projects(page))).to_have_attribute("aria-expanded", "false")
    await expect(project).to_have_count(0)


async def test_on_a_phone_in_chinese(at_home: Home, visit: Visit) -> None:
    anna, token = await arrived(at_home, "Anna")
    _, project_id = await studio(at_home, anna)
    page = await entered(visit, at_home, token, f"/projects/{project_id}", locale="zh-CN", **PHONE)
    await expect(page.page.get_by_text("此项目还没有对话")).to_be_visible()
    await page.page.get_by_role("main").get_by_role("link", name="新对话").click()
    await expect(page.page.get_by_role("link", name=re.compile("位于 Loom"))).to_be_visible()
    width = await page.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
