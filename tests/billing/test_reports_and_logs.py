"""What was used: summed up, turn by turn, and as CSV."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import date

import pytest

from homespun.billing import Dimension, Money, PlanTerms, Range, Tariff, UsageSum, Whose, usage_cursor
from homespun.core.errors import Invalid

from .till import Till

DAY_S = 86_400
JANUARY = Range(date(2026, 1, 1), date(2026, 1, 31))


@pytest.fixture
async def busy(shop: Till) -> Till:
    """Two days of two people, one with a key, and a team."""
    for payer in ("person_1", "person_2", "team_1"):
        await shop.give(90_000, payer)
    await shop.turn(shop.charge(turn_id="turn_a"), 10)
    await shop.turn(shop.charge(turn_id="turn_b", key="key_1", model="owl"), 20)
    shop.clock.advance(DAY_S)
    await shop.turn(shop.charge("person_2", turn_id="turn_c", door="web"), 30)
    await shop.turn(shop.charge("team_1", turn_id="turn_d", team="team_1", member="person_1"), 40)
    await shop.turn(shop.charge("person_2", turn_id="turn_e"), 0)
    return shop


async def sums(till: Till, whose: Whose, by: Dimension) -> dict[str, tuple[int, int]]:
    """Turns and cost."""
    return {line.of: (line.turns, line.cost_micros) for line in await till.billing.reports.usage(whose, JANUARY, by)}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Dimension.DAY, {"2026-01-01": (2, 500), "2026-01-02": (3, 900)}),
        (Dimension.MODEL, {"parrot": (4, 1100), "owl": (1, 300)}),
        (Dimension.DOOR, {"api": (4, 1000), "web": (1, 400)}),
        (Dimension.PERSON, {"person_1": (3, 1000), "person_2": (2, 400)}),
        (Dimension.PAYER, {"team_1": (1, 500), "person_1": (2, 500), "person_2": (2, 400)}),
        (Dimension.KEY, {"": (4, 1100), "key_1": (1, 300)}),
        (Dimension.PLAN, {"": (5, 1400)}),
    ],
)
async def test_everybodys_usage(busy: Till, by: Dimension, expected: dict[str, tuple[int, int]]) -> None:
    found = await sums(busy, Whose(), by)
    assert found == expected
    if by is not Dimension.DAY:
        assert [cost for _, cost in found.values()] == sorted((cost for _, cost in found.values()), reverse=True)


@pytest.mark.parametrize(
    ("whose", "expected"),
    [
        (Whose(payer_id="person_1"), {"2026-01-01": (2, 500)}),
        (Whose(person_id="person_1"), {"2026-01-01": (2, 500), "2026-01-02": (1, 500)}),
        (Whose(team_id="team_1"), {"2026-01-02": (1, 500)}),
        (Whose(key_id="key_1"), {"2026-01-01": (1, 300)}),
        (Whose(person_id="person_1", team_id="team_1"), {"2026-01-02": (1, 500)}),
        (Whose(payer_id="nobody"), {}),
    ],
)
async def test_somebodys_usage(busy: Till, whose: Whose, expected: dict[str, tuple[int, int]]) -> None:
    assert await sums(busy, whose, Dimension.DAY) == expected


async def test_the_largest_of_a_month_come_first(busy: Till) -> None:
    largest = busy.billing.reports.largest
    people = await largest(date(2026, 1, 20), Dimension.PERSON)
    assert [(line.of, line.turns, line.cost_micros) for line in people] == [("person_1", 3, 1000), ("person_2", 2, 400)]
    assert await largest(date(2026, 1, 20), Dimension.PERSON, limit=1, offset=1) == people[1:]
    assert [line.of for line in await largest(date(2026, 1, 1), Dimension.PAYER)] == ["team_1", "person_1", "person_2"]
    assert [line.of for line in await largest(date(2026, 1, 1), Dimension.KEY)] == ["key_1"]
    assert await largest(date(2026, 2, 1), Dimension.PERSON) == ()
    with pytest.raises(Invalid):
        await largest(date(2026, 1, 1), Dimension.MODEL)


async def test_a_line_has_tokens_and_who_paid(busy: Till) -> None:
    (line,) = await busy.billing.reports.usage(Whose(key_id="key_1"), JANUARY, Dimension.MODEL)
    assert line == UsageSum("owl", "USD", 1, 100, 0, 20, 300, 0, 300)


async def test_only_the_days_that_were_asked_for(busy: Till) -> None:
    second = Range(date(2026, 1, 2), date(2026, 1, 2))
    (line,) = await busy.billing.reports.usage(Whose(), second, Dimension.DAY)
    assert line.turns == 3
    with pytest.raises(Invalid):
        Range(date(2026, 1, 2), date(2026, 1, 1))


async def test_income_by_plan_is_what_subscribers_pay_and_what_turns_bring(busy: Till) -> None:
    plan = await busy.billing.plans.add(PlanTerms("Basic", Money(5000, "USD")))
    await busy.billing.plans.subscribe("person_1", plan.id)
    await busy.turn(busy.charge(), 10)
    none, basic = sorted(await busy.billing.reports.income(JANUARY), key=lambda line: line.plan_id)
    assert (none.plan_id, none.turns, none.wallet_micros, none.months) == ("", 5, 1400, 0)
    assert (basic.plan_id, basic.months, basic.subscriptions_micros) == (plan.id, 1, 5000)
    assert (basic.turns, basic.plan_micros, basic.wallet_micros) == (1, 200, 0)


async def test_the_log_goes_back_page_by_page(busy: Till) -> None:
    logs, everybody = busy.billing.logs, Whose()
    first = await logs.usage(everybody, limit=3)
    second = await logs.usage(everybody, before=usage_cursor(first[-1]), limit=3)
    assert [one.turn_id for one in (*first, *second)] == ["turn_e", "turn_d", "turn_c", "turn_b", "turn_a"]
    assert await logs.usage(everybody, before=usage_cursor(second[-1])) == ()
    assert [one.turn_id for one in await logs.usage(Whose(key_id="key_1"))] == ["turn_b"]


@pytest.mark.parametrize("cursor", ["", "x", "2026-01-01|turn_a", "2026-01-01T00:00:00+00:00|", "|turn_a"])
async def test_refuses_a_place_that_is_none(busy: Till, cursor: str) -> None:
    with pytest.raises(Invalid):
        await busy.billing.logs.usage(Whose(), before=cursor)


async def test_a_statement_is_of_one_holder_alone(busy: Till) -> None:
    lines = await busy.billing.logs.statement("person_2", limit=2)
    assert len(lines) == 2
    lines += await busy.billing.logs.statement("person_2", before=lines[-1].number)
    assert {line.account for line in lines} == {"wallet:person_2", "held:person_2"}
    assert sum(line.amount_micros for line in lines) == 90_000 - 400


async def read(stream: AsyncIterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader([line async for line in stream]))


async def test_usage_as_csv_is_complete_and_in_order(busy: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homespun.billing.logs._PAGE", 2)
    rows = await read(busy.billing.logs.usage_csv(Whose()))
    assert [row["turn_id"] for row in rows] == ["turn_a", "turn_b", "turn_c", "turn_d", "turn_e"]
    assert (rows[1]["model"], rows[1]["cost"], rows[1]["key_id"]) == ("owl", "0.0003", "key_1")


async def test_the_ledger_as_csv_sums_to_zero(busy: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homespun.billing.logs._PAGE", 2)
    rows = await read(busy.billing.logs.ledger_csv())
    assert len(rows) > 10
    assert sum(Money.parse(row["amount"], "USD").micros for row in rows) == 0
    mine = await read(busy.billing.logs.ledger_csv("person_2"))
    assert {row["account"] for row in mine} == {"wallet:person_2", "held:person_2"}


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")'])
async def test_no_spreadsheet_runs_what_somebody_wrote(till: Till, evil: str) -> None:
    await till.billing.prices.set(Tariff(), model=evil)
    await till.turn(till.charge(model=evil), 5)
    (row,) = await read(till.billing.logs.usage_csv(Whose()))
    assert row["model"] == "'" + evil
    await till.billing.adjust("person_1", Money(5, "USD"), memo=evil)
    rows = await read(till.billing.logs.ledger_csv("person_1"))
    assert rows[0]["memo"] == "'" + evil
