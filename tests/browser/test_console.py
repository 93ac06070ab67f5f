"""The pages of those who look after the installation."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from homespun.accounts import Registration, Settings
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

SECTIONS = (
    ("People", "people"),
    ("Teams", "teams"),
    ("Keys", "keys"),
    ("Availability", "availability"),
    ("Plans and prices", "plans"),
    ("Vouchers", "vouchers"),
    ("Balances", "balances"),
    ("Usage", "usage"),
    ("Income", "income"),
    ("Health", "health"),
    ("Settings", "settings"),
)


@pytest.fixture
def accounts_settings() -> Settings:
    """People may be invited."""
    return Settings(registration=Registration.INVITATION)


async def test_somebody_is_invited_and_banned(visit: Visit) -> None:
    owner = await visit("/console")
    invited = await _join(owner, visit, "Dmitri")
    await owner.page.reload()
    await owner.page.get_by_label("Search by name or e-mail").fill("Dmi")
    await owner.page.get_by_role("link", name="Dmitri").click()
    await owner.button("Ban").click()
    await owner.page.get_by_role("alertdialog").get_by_role("button", name="Ban").click()
    await expect(owner.page.get_by_text("banned", exact=True)).to_be_visible()
    await invited.page.reload()
    await expect(invited.box).to_have_count(0)


async def test_the_console_is_not_for_members(visit: Visit) -> None:
    owner = await visit("/console")
    member = await _join(owner, visit, "Ada")
    await member.account.click()
    await expect(member.page.get_by_role("menuitem", name="Your account")).to_be_visible()
    await expect(member.page.get_by_role("menuitem", name="Console")).to_have_count(0)
    await member.go("/console/settings")
    await expect(member.page.get_by_text("This page is for those who look after")).to_be_visible()


async def test_every_page_opens_while_there_is_nothing_in_it(visit: Visit) -> None:
    owner = await visit("/console")
    pages = owner.page.get_by_role("region", name="Console")
    for title, section in SECTIONS:
        await pages.get_by_role("link", name=title).click()
        await expect(owner.page.get_by_role("heading", name=title, level=1)).to_be_visible()
        await expect(owner.page.get_by_text("Loading…")).to_have_count(0)
        await expect(owner.page.get_by_role("alert")).to_have_count(0)
        assert owner.path == f"/console/{section}"


async def test_a_plan_is_made_and_taken(visit: Visit) -> None:
    owner = await visit("/console/plans")
    await owner.button("New plan").click()
    await owner.page.get_by_label("Name").fill("Weaver")
    day = owner.page.get_by_role("group", name="Each day")
    await day.get_by_label("Prompts").fill("many")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("Write a whole number.")
    await day.get_by_label("Prompts").fill("200")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("row", name="Weaver")).to_contain_text("200 prompts a day")

    await owner.go("/account/balance")
    await owner.button("Choose: Weaver").click()
    await owner.page.get_by_role("dialog").get_by_role("button", name="Choose").click()
    await expect(owner.page.get_by_role("meter", name="Today: Prompts")).to_have_attribute("aria-valuetext", "0 of 200")


async def test_a_wallet_is_adjusted_with_a_reason(at_home: Home, visit: Visit) -> None:
    person = await at_home.person()
    owner = await visit(f"/console/balances/{person.id}")
    await owner.page.get_by_label("Amount").fill("12.50")
    await owner.page.get_by_label("Reason").fill("Bank transfer")
    await owner.button("Book it").click()
    await expect(owner.page.get_by_role("row", name="Bank transfer")).to_contain_text("$12.50")
    assert (await at_home.house.billing.balance(person.id)).available.micros == 12_500_000


async def test_a_team_is_made_and_its_owner_finds_it_among_theirs(visit: Visit) -> None:
    owner = await visit("/console/teams")
    await owner.button("New team").click()
    await owner.page.get_by_label("Name").fill("Support desk")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("heading", name="Support desk", level=1)).to_be_visible()
    await owner.button("New project").click()
    await owner.page.get_by_role("dialog").get_by_label("Name").fill("Website")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("heading", name="Website")).to_be_visible()
    await owner.page.get_by_role("link", name="Your teams").click()
    await owner.page.get_by_role("link", name="Support desk").click()
    await expect(owner.page.get_by_role("heading", name="Redeem a voucher")).to_be_visible()


async def test_settings_say_what_they_are_and_where_they_come_from(visit: Visit) -> None:
    owner = await visit("/console/settings")
    await owner.page.get_by_label("Search settings").fill("currency")
    await expect(owner.page.get_by_text("billing.currency", exact=True)).to_be_visible()
    await expect(owner.page.get_by_text("max_choices")).to_have_count(0)
    await owner.page.get_by_text("How to change it").first.click()
    await expect(owner.page.get_by_text("HOMESPUN_BILLING_CURRENCY=USD")).to_be_visible()


async def test_settings_are_explained_and_found_in_chinese(visit: Visit) -> None:
    owner = await visit("/console/settings", locale="zh-CN")
    await owner.page.get_by_label("搜索设置").fill("货币")
    await expect(owner.page.get_by_text("billing.currency", exact=True)).to_be_visible()
    await expect(owner.page.get_by_text("新的价格、套餐、兑换码和充值所用的货币")).to_be_visible()
    await expect(owner.page.get_by_text("max_choices")).to_have_count(0)


async def test_a_page_that_cannot_be_loaded_says_so_and_tries_again(visit: Visit) -> None:
    owner = await visit("/console/teams")
    await expect(owner.page.get_by_role("heading", name="Teams", level=1)).to_be_visible()
    broken = "**/api/console/keys*"
    await owner.page.route(broken, lambda route: route.fulfill(status=503, body="{}"))
    await owner.page.get_by_role("region", name="Console").get_by_role("link", name="Keys").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
    await owner.page.unroute(broken)
    await owner.button("Try again").click()
    await expect(owner.page.get_by_role("row", name="test")).to_be_visible()


async def _join(owner: Visitor, visit: Visit, name: str) -> Visitor:
    """Invites somebody by a link, who comes in with it."""
    await owner.button("Invite").click()
    await owner.page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    shown = owner.page.get_by_role("dialog", name="The invitation's link")
    link = await shown.locator("code").inner_text()
    await owner.button("I have copied it").click()
    invited = await visit(link.removeprefix(owner.home.url), signed_in=False)
    await invited.page.get_by_label("Your name").fill(name)
    await invited.button("Accept the invitation").click()
    await expect(invited.account).to_contain_text(name)
    return invited
