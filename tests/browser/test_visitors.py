"""What visitors see of an account: what they have, and the way to more."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from homespun.accounts import Settings
from homespun.billing import Money, PlanTerms
from tests.ring.houses import Home

from .conftest import Visit


@pytest.fixture
def accounts_settings() -> Settings:
    return Settings(visitors=True)


async def test_a_visitor_sees_what_they_have_and_is_asked_to_sign_in_for_more(at_home: Home, visit: Visit) -> None:
    billing = at_home.house.billing
    await billing.plans.add(PlanTerms("Guests", Money(0, "USD"), is_default=True))
    await billing.plans.add(PlanTerms("Weaver", Money(5_000_000, "USD")))
    visitor = await visit("/sign-in", signed_in=False)
    await visitor.button("Try it as a visitor").click()
    await visitor.account.click()
    await visitor.page.get_by_role("menuitem", name="Your account").click()
    await expect(visitor.page.get_by_role("heading", name="Balance", level=1)).to_be_visible()
    await expect(visitor.page.get_by_role("heading", name="Your plan: Guests")).to_be_visible()
    await expect(visitor.page.get_by_text("Nothing was booked yet")).to_be_visible()
    for offered in ("Redeem a voucher", "Top up", "Plans"):
        await expect(visitor.page.get_by_role("heading", name=offered, exact=True)).to_have_count(0)
    await expect(visitor.page.get_by_text("Sign in to redeem vouchers, top up, or take a plan")).to_be_visible()
    await visitor.go("/account/keys")
    await expect(visitor.page.get_by_text("You are here as a visitor")).to_be_visible()
    await visitor.page.get_by_role("main").get_by_role("link", name="Sign in").click()
    await expect(visitor.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
