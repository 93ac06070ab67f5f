"""What owners see of income, and of what answers cost the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from homespun.billing import Charge, Delivery, Money, PlanTerms, Settings
from homespun.core.ids import new_id
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

SECOND_US = 1_000_000


@pytest.fixture
def billing_settings() -> Settings:
    """A second of the machine costs a thousandth of a dollar."""
    return Settings(machine_cost_per_hour=3.6)


async def turn(home: Home, *, model: str, door: str, machine_us: int | None, payer_id: str = "person_x") -> None:
    """A turn as far as money goes."""
    billing, now = home.house.billing, datetime.now(UTC)
    charge = Charge(new_id("turn"), payer_id, payer_id, None, None, None, door, model, 100, 100, now)
    async with home.house.store.write() as session:
        await billing.hold(session, [charge])
        await billing.settle(session, [Delivery(charge.turn_id, 100, 0, 50, now, machine_us)])


async def cells(owner: Visitor, table: str, row: str) -> Sequence[str]:
    """Of a row in a chart's table, which is opened."""
    await owner.page.get_by_role("region", name=table).get_by_text("Show as a table").click()
    found = owner.page.get_by_role("table", name=table).get_by_role("row").filter(has_text=row)
    return await found.get_by_role("cell").all_inner_texts()


async def test_cost_stands_beside_income_by_plan_and_by_model_and_door(at_home: Home, visit: Visit) -> None:
    billing = at_home.house.billing
    plan = await billing.plans.add(PlanTerms("Weaver", Money(5_000_000, "USD")))
    await billing.adjust("person_x", Money(9_000_000, "USD"))
    await billing.plans.subscribe("person_x", plan.id)
    await turn(at_home, model="owl", door="web", machine_us=2 * SECOND_US)
    await turn(at_home, model="owl", door="web", machine_us=4 * SECOND_US)
    await turn(at_home, model="far", door="api", machine_us=None)
    owner = await visit("/console/income")
    await expect(owner.page.get_by_text("at $3.60 an hour")).to_be_visible()
    await expect(owner.page.get_by_text("What is left: $4.99")).to_be_visible()
    await expect(owner.page.get_by_text("2 of 3 prompts measured")).to_be_visible()
    margins = await cells(owner, "Income and machine cost, by plan", "Weaver")
    assert margins == ["Weaver", "3", "6 sec", "$5.00", "$0.006", "$4.99"]
    costs = "What 1,000 prompts cost, by model and door"
    assert await cells(owner, costs, "owl") == ["owl", "Web app", "2", "6 sec", "$0.006", "$3.00"]
    far = owner.page.get_by_role("table", name=costs).get_by_role("row").filter(has_text="far")
    assert await far.get_by_role("cell").all_inner_texts() == ["far", "API", "1", *["not measured"] * 3]
    chart = owner.page.get_by_role("figure", name=costs).get_by_role("listitem")
    await expect(chart.filter(has_text="Web app").last).to_contain_text("$3.00")
    async with owner.page.expect_download() as downloading:
        await owner.page.get_by_role("link", name="Download CSV").click()
    assert (await downloading.value).suggested_filename == "economics.csv"


async def test_costs_that_cannot_be_loaded_leave_the_income_where_it_is(at_home: Home, visit: Visit) -> None:
    await turn(at_home, model="owl", door="web", machine_us=SECOND_US)
    owner = await visit("/console/health")
    broken = "**/api/console/economics?*"
    await owner.page.route(broken, lambda route: route.fulfill(status=503, body="{}"))
    await owner.page.get_by_role("region", name="Console").get_by_role("link", name="Income").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("This could not be loaded.")
    await expect(owner.page.get_by_role("table", name="By plan")).to_be_visible()
    await owner.page.unroute(broken)
    await owner.button("Try again").click()
    await expect(owner.page.get_by_text("at $3.60 an hour")).to_be_visible()


class TestWithoutACostPerHour:
    @pytest.fixture
    def billing_settings(self) -> Settings:
        return Settings()

    async def test_there_is_time_alone_and_a_word_on_how_to_set_it(self, at_home: Home, visit: Visit) -> None:
        await turn(at_home, model="owl", door="cli", machine_us=4 * SECOND_US)
        owner = await visit("/console/income")
        await expect(owner.page.get_by_text("billing.machine_cost_per_hour")).to_be_visible()
        owl = await cells(owner, "How long 1,000 prompts take, by model and door", "owl")
        assert owl == ["owl", "Command line", "1", "4 sec", "66.7 min"]

    async def test_where_no_engine_measures_it_says_so(self, at_home: Home, visit: Visit) -> None:
        await turn(at_home, model="far", door="api", machine_us=None)
        owner = await visit("/console/income")
        await expect(owner.page.get_by_text("don't measure the machine's time")).to_be_visible()
        await expect(owner.page.get_by_text("billing.machine_cost_per_hour")).to_have_count(0)
