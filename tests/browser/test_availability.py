"""The console's page on availability: rules, what somebody would get, and who waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from homespun.accounts import Role, Settings
from homespun.core.errors import OnWaitingList
from homespun.core.incoming import Origin
from homespun.gate import Rule, Verdict
from homespun.gate import Settings as GateSettings
from tests.api.people import arrived
from tests.ring.houses import Home, home

from .conftest import Visit
from .visitor import Visitor


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(tmp_path: Path, migrated: Path, chromium: str) -> AsyncIterator[Home]:
    accounts, gate = Settings(visitors=True), GateSettings(country_header="cf-ipcountry")
    async with home(tmp_path / "data", migrated, accounts=accounts, gate=gate) as opened:
        yield opened


async def add_rule(owner: Visitor, whom: str, country: str, verdict: str, english: str = "") -> None:
    await owner.button("New rule").click()
    panel = owner.page.get_by_role("dialog")
    await panel.get_by_label("For").select_option(label=whom)
    await panel.get_by_label("Country or region").select_option(label=country)
    await panel.get_by_role("radio", name=verdict).click()
    if english:
        await panel.get_by_label("In English").fill(english)
    await owner.button("Save").click()
    await expect(panel).to_have_count(0)


async def test_a_rule_is_made_tried_changed_and_removed(visit: Visit) -> None:
    owner = await visit("/console/availability")
    await expect(owner.page.get_by_text("Open to everybody, everywhere")).to_be_visible()
    await add_rule(owner, "Visitors", "China", "refused", "Not yet in China.")
    row = owner.page.get_by_role("row", name="Visitors")
    await expect(row).to_contain_text("Not yet in China.")

    await owner.page.get_by_label("Comes from").select_option(label="China")
    await owner.button("Find out").click()
    outcome = owner.page.get_by_role("status").filter(has_text="They are refused")
    await expect(outcome).to_contain_text("By the rule for: Visitors · China")
    await expect(outcome).to_contain_text("Not yet in China.")
    await owner.page.get_by_label("Who").select_option(label="Somebody new")
    await expect(outcome).to_have_count(0)
    await owner.button("Find out").click()
    await expect(owner.page.get_by_text("No rule fits them.")).to_be_visible()

    await owner.button("Options for Visitors").click()
    await owner.page.get_by_role("menuitem", name="Edit").click()
    await owner.page.get_by_role("dialog").get_by_role("radio", name="put on the waiting list").click()
    await owner.button("Save").click()
    await expect(row).to_contain_text("put on the waiting list")
    await expect(owner.page.get_by_text("Nobody waits")).to_be_visible()
    await owner.button("Options for Visitors").click()
    await owner.page.get_by_role("menuitem", name="Remove").click()
    await owner.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    await expect(owner.page.get_by_text("Open to everybody, everywhere")).to_be_visible()


async def test_a_rule_that_cannot_be_is_refused_beside_its_field(visit: Visit) -> None:
    owner = await visit("/console/availability")
    await owner.button("New rule").click()
    panel = owner.page.get_by_role("dialog")
    await panel.get_by_label("For").select_option(label="People of a domain")
    await panel.get_by_label("Domain").fill("no domain")
    await owner.button("Save").click()
    await expect(panel.get_by_role("alert")).to_contain_text("A domain is what comes after the @")


async def test_who_waits_is_let_in(at_home: Home, visit: Visit) -> None:
    availability = at_home.house.gate.availability
    await availability.make(Rule(Verdict.WAITING))
    ada, _ = await arrived(at_home, "Ada")
    with pytest.raises(OnWaitingList):
        await availability.require(ada, Origin(country="DE"))
    owner = await visit("/console/availability")
    row = owner.page.get_by_role("row", name="Ada")
    await expect(row).to_contain_text("Germany")
    await owner.button("Let in: Ada").click()
    await expect(owner.page.get_by_text("Nobody waits")).to_be_visible()
    await expect(owner.page.get_by_role("table", name="For one person each")).to_contain_text("Ada")
    await availability.require(ada, Origin(country="DE"))


async def test_admins_see_it_and_change_no_rules(at_home: Home, visit: Visit) -> None:
    await at_home.house.gate.availability.make(Rule(Verdict.WAITING))
    _, token = await arrived(at_home, "Otto", Role.ADMIN)
    admin = await visit("/", signed_in=False)
    await admin.context.add_cookies([{"name": "homespun_session", "value": token, "url": at_home.url}])
    await admin.go("/console/availability")
    await expect(admin.page.get_by_role("row", name="Everybody")).to_be_visible()
    await expect(admin.page.get_by_text("Only owners change rules.")).to_be_visible()
    await expect(admin.button("New rule")).to_have_count(0)
