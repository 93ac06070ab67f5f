"""A person's own pages: keys, balance, sessions."""

from __future__ import annotations

import httpx
from playwright.async_api import expect

from homespun.billing import Money
from tests.patience import PATIENCE_S
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def test_the_account_menu_leads_to_the_account_and_back(visitor: Visitor) -> None:
    await visitor.account.click()
    await visitor.page.get_by_role("menuitem", name="Your account").click()
    await expect(visitor.page.get_by_role("heading", name="Profile")).to_be_visible()
    await visitor.page.get_by_role("link", name="API keys").click()
    assert visitor.path == "/account/keys"
    await visitor.page.get_by_role("link", name="Back to chats").click()
    await expect(visitor.box).to_be_visible()


async def test_a_key_is_made_seen_once_used_and_revoked(at_home: Home, visit: Visit) -> None:
    owner = await visit("/account/keys")
    await owner.button("New key").click()
    await owner.page.get_by_label("Name").fill("Invoice reader")
    await owner.page.get_by_label("Budget").fill("ten")
    await owner.button("Create").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("Write an amount such as 12.50")
    await owner.page.get_by_label("Budget").fill("12.50")
    await owner.button("Create").click()
    shown = owner.page.get_by_role("dialog", name="Your new key")
    secret = await shown.locator("code").inner_text()
    assert await _status(at_home, secret) == 200

    await owner.press("Escape")
    await expect(shown).to_be_visible()
    await owner.button("I have copied it").click()
    row = owner.page.get_by_role("row", name="Invoice reader")
    await expect(row).to_contain_text("$12.50 a month")
    await owner.page.reload()
    await expect(row).to_be_visible()
    assert secret not in await owner.page.content()

    await owner.button("Revoke: Invoice reader").click()
    await owner.page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    await expect(row).to_have_count(0)
    assert await _status(at_home, secret) == 401
    await owner.page.get_by_label("Show revoked and ended keys").check()
    await expect(row).to_contain_text("revoked")


async def test_a_voucher_is_redeemed_once(at_home: Home, visit: Visit) -> None:
    _, code = await at_home.house.billing.vouchers.create(Money(5_000_000, "USD"))
    owner = await visit("/account/balance")
    await owner.page.get_by_label("Code").fill(code.lower())
    await owner.button("Redeem").click()
    await expect(owner.page.get_by_text("Redeemed: $5.00 are in the wallet.")).to_be_visible()
    await expect(owner.page.get_by_role("row", name="Voucher")).to_contain_text("$5.00")
    await owner.page.get_by_label("Code").fill(code)
    await owner.button("Redeem").click()
    await expect(owner.page.get_by_role("alert")).to_be_visible()
    assert (await at_home.house.billing.balance((await at_home.person()).id)).available.micros == 5_000_000


async def test_another_session_is_ended(visit: Visit) -> None:
    other = await visit()
    await expect(other.box).to_be_visible()
    owner = await visit("/account/sessions")
    sessions = owner.page.get_by_role("main").get_by_role("listitem")
    await expect(sessions).to_have_count(2)
    await expect(sessions.filter(has_text="This browser")).to_have_count(1)
    await owner.button("Sign out there: Unknown browser").click()
    await expect(sessions).to_have_count(1)
    await expect(owner.page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    await other.page.reload()
    await expect(other.page.get_by_role("heading", name="An assistant of your own")).to_be_visible()


async def test_usage_is_there_as_a_picture_and_as_a_table(at_home: Home, visit: Visit) -> None:
    owner = await visit()
    await owner.ask_and_wait("What is homespun?")
    await owner.go("/account/usage")
    await owner.page.get_by_role("radio", name="Prompts").click()
    chart = owner.page.get_by_role("figure", name="Prompts")
    await chart.get_by_text("Show as a table").click()
    await expect(chart.get_by_role("row").nth(1).get_by_role("cell")).to_have_text("1")
    await expect(owner.page.get_by_role("row", name="puppet")).to_be_visible()


async def test_on_a_phone_there_is_the_list_or_a_page(visit: Visit) -> None:
    owner = await visit("/account", **PHONE)
    pages = owner.page.get_by_role("navigation", name="Pages")
    await pages.get_by_role("link", name="Balance", exact=True).tap()
    await expect(owner.page.get_by_role("heading", name="Balance", exact=True)).to_be_visible()
    await expect(pages).to_have_count(0)
    assert await owner.page.evaluate("document.documentElement.scrollWidth") == 390
    await owner.page.get_by_role("link", name="Your account").tap()
    await expect(pages).to_be_visible()


async def _status(at_home: Home, secret: str) -> int:
    async with httpx.AsyncClient(base_url=at_home.url, timeout=PATIENCE_S) as client:
        answer = await client.get("/v1/models", headers={"authorization": f"Bearer {secret}"})
    return answer.status_code
