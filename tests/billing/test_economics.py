"""What turns cost the machine, beside what plans bring."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import date

import pytest

from homespun.billing import Billing, Delivery, MachineUse, Money, PlanTerms, Range, Settings, Tariff
from homespun.billing.economics import MachineRate
from homespun.core.clock import FakeClock
from homespun.core.errors import Invalid
from homespun.store import Store

from .till import Till

JANUARY = Range(date(2026, 1, 1), date(2026, 1, 31))
SECOND_US = 1_000_000
DOLLAR = 1_000_000


@pytest.fixture
async def till(store: Store, clock: FakeClock) -> Till:
    """An hour of whose machine costs 3.60, so that a second costs a thousand micros."""
    return Till(store, clock, Billing(store, clock, Settings(machine_cost_per_hour=3.6)))


@pytest.fixture
async def worked(till: Till) -> Till:
    """Two releases behind two doors, one of them on a machine that measures nothing."""
    await till.billing.prices.set(Tariff(output_micros=100 * DOLLAR))
    await till.give(9 * DOLLAR)
    await ask(till, model="owl", door="web", machine_us=2 * SECOND_US)
    await ask(till, model="owl", door="web", machine_us=4 * SECOND_US)
    await ask(till, model="owl", door="api", machine_us=10 * SECOND_US)
    await ask(till, model="far", door="api", machine_us=None)
    return till


async def ask(till: Till, *, model: str, door: str, machine_us: int | None, completion: int = 10) -> None:
    """A whole turn."""
    charge = till.charge(model=model, door=door)
    await till.hold(charge)
    delivery = Delivery(charge.turn_id, 100, 0, completion, till.clock.now(), machine_us)
    async with till.store.write() as session:
        await till.billing.settle(session, [delivery])


async def test_a_release_costs_by_door_what_the_machine_worked_for_it(worked: Till) -> None:
    api, web, far = (await worked.billing.economics.report(JANUARY)).releases
    assert (api.model, api.door, api.use) == ("owl", "api", MachineUse(1, 1, 10 * SECOND_US))
    assert (api.cost_micros, api.per_thousand_micros) == (10_000, 10_000_000)
    assert (web.door, web.use) == ("web", MachineUse(2, 2, 6 * SECOND_US))
    assert (web.cost_micros, web.per_thousand_micros) == (6000, 3_000_000)
    assert (far.model, far.use) == ("far", MachineUse(1, 0, 0))
    assert (far.cost_micros, far.per_thousand_micros) == (None, None)


async def test_of_a_plan_there_is_left_what_it_brings_without_what_its_turns_cost(worked: Till) -> None:
    plan = await worked.billing.plans.add(PlanTerms("Basic", Money(5 * DOLLAR, "USD")))
    await worked.billing.plans.subscribe("person_1", plan.id)
    await ask(worked, model="owl", door="web", machine_us=60 * SECOND_US)
    basic, none = (await worked.billing.economics.report(JANUARY)).plans
    assert (basic.plan_id, basic.name, basic.use.turns) == (plan.id, "Basic", 1)
    assert (basic.income_micros, basic.cost_micros, basic.margin_micros) == (5 * DOLLAR, 60_000, 4_940_000)
    assert (none.plan_id, none.use) == ("", MachineUse(4, 3, 16 * SECOND_US))
    assert (none.income_micros, none.cost_micros, none.margin_micros) == (4 * 1000, 16_000, -12_000)


async def test_a_plan_that_nobody_used_costs_nothing(till: Till) -> None:
    await till.give(9 * DOLLAR)
    plan = await till.billing.plans.add(PlanTerms("Basic", Money(5 * DOLLAR, "USD")))
    await till.billing.plans.subscribe("person_1", plan.id)
    (basic,) = (await till.billing.economics.report(JANUARY)).plans
    assert (basic.cost_micros, basic.margin_micros) == (0, 5 * DOLLAR)


async def test_without_a_cost_per_hour_there_is_time_alone(worked: Till) -> None:
    silent = Billing(worked.store, worked.clock, Settings())
    report = await silent.economics.report(JANUARY)
    assert report.hour.micros == 0
    assert report.releases[0].use.machine_us == 10 * SECOND_US
    assert {(one.cost_micros, one.per_thousand_micros) for one in report.releases} == {(None, None)}
    assert {(one.cost_micros, one.margin_micros) for one in report.plans} == {(None, None)}


async def test_income_in_another_currency_has_no_margin(worked: Till) -> None:
    abroad = Billing(worked.store, worked.clock, Settings(currency="EUR", machine_cost_per_hour=3.6))
    (none,) = (await abroad.economics.report(JANUARY)).plans
    assert (none.currency, none.cost_micros, none.margin_micros) == ("USD", 16_000, None)


async def test_only_the_days_that_were_asked_for_count(worked: Till) -> None:
    february = Range(date(2026, 2, 1), date(2026, 2, 28))
    report = await worked.billing.economics.report(february)
    assert (report.releases, report.plans) == ((), ())


async def test_an_answer_that_nobody_got_costs_the_machine_all_the_same(till: Till) -> None:
    await ask(till, model="owl", door="web", machine_us=SECOND_US, completion=0)
    (release,) = (await till.billing.economics.report(JANUARY)).releases
    assert release.cost_micros == 1000


async def test_a_turn_that_is_settled_again_is_not_counted_again(till: Till) -> None:
    await till.hold(till.charge(turn_id="turn_1"))
    for machine_us in (SECOND_US, 5 * SECOND_US):
        async with till.store.write() as session:
            await till.billing.settle(session, [Delivery("turn_1", 100, 0, 10, till.clock.now(), machine_us)])
    (release,) = (await till.billing.economics.report(JANUARY)).releases
    assert release.use == MachineUse(1, 1, SECOND_US)


async def test_the_audit_finds_totals_whose_machine_time_is_not_that_of_the_turns(worked: Till) -> None:
    assert await worked.wrong() == []
    async with worked.store.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE usage_totals SET machine_us = machine_us + 7 WHERE model = 'far'")
    (finding,) = await worked.wrong()
    assert "machine_us by 7" in finding


async def read(stream: AsyncIterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader([line async for line in stream]))


async def test_as_csv_it_is_in_major_units_and_seconds(worked: Till) -> None:
    rows = await read(worked.billing.economics.csv(JANUARY))
    assert [(row["of"], row["model"], row["door"]) for row in rows] == [
        ("release", "owl", "api"),
        ("release", "owl", "web"),
        ("release", "far", "api"),
        ("plan", "", ""),
    ]
    assert (rows[1]["machine_s"], rows[1]["cost"], rows[1]["cost_per_1000_prompts"]) == ("6.00", "0.006", "3.00")
    assert (rows[2]["prompts"], rows[2]["measured_prompts"], rows[2]["cost"]) == ("1", "0", "")
    assert (rows[3]["income"], rows[3]["margin"], rows[3]["income_currency"]) == ("0.004", "-0.012", "USD")


async def test_no_spreadsheet_runs_the_name_of_a_plan(till: Till) -> None:
    await till.give(9 * DOLLAR)
    plan = await till.billing.plans.add(PlanTerms("=1+1", Money(5 * DOLLAR, "USD")))
    await till.billing.plans.subscribe("person_1", plan.id)
    (row,) = await read(till.billing.economics.csv(JANUARY))
    assert row["plan"] == "'=1+1"


@pytest.mark.parametrize(
    ("machine_us", "hour", "cost"),
    [
        (0, 3.6, 0),
        (499, 3.6, 0),
        (500, 3.6, 1),
        (3_600_000_000, 0.35, 350_000),
        (3_600_000_000, 0.1, 100_000),
        (10**18, 100_000.0, 27_777_777_777_777_777_778),
    ],
)
def test_costs_are_rounded_once_and_half_up(machine_us: int, hour: float, cost: int) -> None:
    assert MachineRate.of(hour, "USD").cost_micros(MachineUse(1, 1, machine_us)) == cost


def test_refuses_a_cost_per_hour_that_cannot_be(store: Store, clock: FakeClock) -> None:
    for hour in (-0.01, 1e10):
        with pytest.raises(Invalid):
            Billing(store, clock, Settings(machine_cost_per_hour=hour))


@pytest.mark.parametrize("machine_us", [-1, 10**13, True, 1.5])
async def test_refuses_machine_times_that_cannot_be(clock: FakeClock, machine_us: int) -> None:
    with pytest.raises(Invalid):
        Delivery("turn_1", 1, 0, 1, clock.now(), machine_us)


def test_uses_add_up() -> None:
    assert MachineUse(3, 2, 1) + MachineUse(30, 20, 10) == MachineUse(33, 22, 11)
