"""Budgets of a team's members: shown, set, taken away, by those who see its money."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from homespun.accounts import TeamRole
from tests.api.people import arrived
from tests.ring.houses import Home

from .conftest import Visit


@pytest.mark.parametrize("area", ["account", "console"])
async def test_a_members_budget_is_set_and_taken_away(at_home: Home, visit: Visit, area: str) -> None:
    teams, boss = at_home.house.accounts.teams, await at_home.person()
    team = await teams.create(boss, "Weavers")
    ada, _ = await arrived(at_home, "Ada")
    await teams.add_member(boss, team.id, ada.id, TeamRole.MEMBER)
    owner = await visit(f"/{area}/teams/{team.id}")
    row = owner.page.get_by_role("row", name="Ada")
    await expect(row).to_contain_text("no limit")
    await owner.button("Change the budget of Ada").click()
    await owner.page.get_by_label("Budget a month").fill("much")
    await owner.button("Save", owner.page.get_by_role("dialog")).click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("Write an amount")
    await owner.page.get_by_label("Budget a month").fill("12.50")
    await owner.button("Save", owner.page.get_by_role("dialog")).click()
    await expect(row.get_by_role("meter")).to_have_attribute("aria-valuetext", "$0.00 of $12.50")
    assert await at_home.house.billing.member_budgets(team.id) == {ada.id: 12_500_000}
    await owner.button("Change the budget of Ada").click()
    await expect(owner.page.get_by_label("Budget a month")).to_have_value("12.5")
    await owner.page.get_by_label("Budget a month").fill("")
    await owner.button("Save", owner.page.get_by_role("dialog")).click()
    await expect(row).to_contain_text("no limit")
    assert await at_home.house.billing.member_budgets(team.id) == {}


async def test_plain_members_see_no_budgets(at_home: Home, visit: Visit) -> None:
    teams, boss = at_home.house.accounts.teams, await at_home.person()
    team = await teams.create(boss, "Weavers")
    ada, token = await arrived(at_home, "Ada")
    await teams.add_member(boss, team.id, ada.id, TeamRole.MEMBER)
    member = await visit("/", signed_in=False)
    await member.context.add_cookies([{"name": "homespun_session", "value": token, "url": at_home.url}])
    await member.go(f"/account/teams/{team.id}")
    await expect(member.page.get_by_role("row", name="Ada")).to_be_visible()
    await expect(member.page.get_by_text("no limit")).to_have_count(0)
