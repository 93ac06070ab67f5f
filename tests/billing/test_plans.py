"""Plans: several windows at once, what they leave, and who pays when one is spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, event, text
from sqlalchemy.orm import ORMExecuteState, Session

from homespun.billing import (
    BudgetPeriod,
    Hold,
    KeyBudget,
    Money,
    Overflow,
    Period,
    PlanTerms,
    Settlement,
    Subscription,
    Window,
)
from homespun.billing.ledger import INCOME, Entry, post
from homespun.core.errors import BudgetSpent, Conflict, Invalid, NotFound, PaymentRequired, PlanSpent

from .till import Till

FREE = Money(0, "USD")
DAY_S, HOUR_S = 86_400, 3600


async def give_plan(
    till: Till, *windows: Window, overflow: Overflow = Overflow.WALLET, price: int = 0, payer: str = "person_1"
) -> str:
    plan = await till.billing.plans.add(PlanTerms("Basic", Money(price, "USD"), windows, overflow))
    await till.billing.plans.subscribe(payer, plan.id)
    return plan.id


async def test_a_plan_pays_until_a_window_is_spent_and_then_the_wallet_does(shop: Till) -> None:
    plan_id = await give_plan(shop, Window(Period.DAY, prompts=2))
    await shop.give(50_000)
    for _ in range(2):
        charge = shop.charge()
        assert (await shop.hold(charge)).plan_id == plan_id
        settled = await shop.settle(charge.turn_id, 100, 20)
        assert (settled.paid_by_plan, settled.paid_by_wallet) == (300, 0)
    third = await shop.turn(shop.charge(), 20)
    assert (third.paid_by_plan, third.paid_by_wallet) == (0, 300)
    assert await shop.has() == (49_700, 0)
    assert await shop.wrong() == []


async def test_a_spent_plan_and_an_empty_wallet_refuse_and_say_when_the_plan_begins_anew(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=1))
    await shop.turn(shop.charge(), 20)
    shop.clock.advance(6 * HOUR_S)
    with pytest.raises(PaymentRequired, match=r"'Basic' allows in a day .* 2026-01-02 00:00 UTC.*wallet") as caught:
        await shop.hold(shop.charge())
    assert caught.value.code == "insufficient_quota"
    assert caught.value.retry_after_s == 18 * HOUR_S


async def test_a_plan_without_overflow_never_touches_the_wallet(shop: Till) -> None:
    await give_plan(shop, Window(Period.WEEK, prompts=1), overflow=Overflow.REFUSE)
    await shop.give(50_000)
    await shop.turn(shop.charge(), 20)
    with pytest.raises(PlanSpent, match=r"week .* 2026-01-05 00:00 UTC") as caught:
        await shop.hold(shop.charge())
    assert caught.value.retry_after_s == 4 * DAY_S
    assert await shop.has() == (50_000, 0)
    assert await shop.wrong() == []


async def test_several_windows_count_at_once_and_the_tightest_decides(shop: Till) -> None:
    windows = (Window(Period.DAY, prompts=2), Window(Period.WEEK, prompts=3), Window(Period.MONTH, prompts=100))
    await give_plan(shop, *windows, overflow=Overflow.REFUSE)
    await shop.turn(shop.charge(), 1)
    await shop.turn(shop.charge(), 1)
    with pytest.raises(PlanSpent, match="in a day"):
        await shop.hold(shop.charge())
    shop.clock.advance(DAY_S)
    await shop.turn(shop.charge(), 1)
    with pytest.raises(PlanSpent, match="in a week"):
        await shop.hold(shop.charge())
    shop.clock.advance(3 * DAY_S)  # Monday
    await shop.turn(shop.charge(), 1)
    assert await shop.wrong() == []


async def test_of_two_spent_windows_the_one_is_named_that_begins_anew_last(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=1), Window(Period.MONTH, prompts=1), overflow=Overflow.REFUSE)
    await shop.turn(shop.charge(), 1)
    with pytest.raises(PlanSpent, match=r"month .* 2026-02-01"):
        await shop.hold(shop.charge())


async def test_plans_limit_use_where_nothing_has_a_price(till: Till) -> None:
    await give_plan(till, Window(Period.DAY, tokens=150), overflow=Overflow.REFUSE)
    assert (await till.hold(till.charge(turn_id="turn_1"))).max_completion_tokens == 50
    await till.settle("turn_1", 100, 30)
    assert (await till.hold(till.charge(turn_id="turn_2", prompt=5))).max_completion_tokens == 15
    with pytest.raises(PlanSpent):
        await till.hold(till.charge(prompt=5))
    assert await till.wrong() == []


async def test_the_plan_covers_the_first_tokens_and_the_wallet_the_rest(shop: Till) -> None:
    plan_id = await give_plan(shop, Window(Period.DAY, tokens=150))
    await shop.give(50_000)
    hold = await shop.hold(shop.charge(turn_id="turn_1"))
    assert hold == Hold("turn_1", 9500, "USD", plan_id, 1000)
    assert await shop.settle("turn_1", 100, 60) == Settlement("turn_1", Money(700, "USD"), 600, 100)
    assert await shop.has() == (49_900, 0)
    assert await shop.wrong() == []


async def test_a_window_of_cost_is_used_to_the_last_micro(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, micros=1000))
    await shop.give(50_000)
    settled = await shop.turn(shop.charge(), 100)
    assert (settled.paid_by_plan, settled.paid_by_wallet) == (1000, 100)
    assert (await shop.turn(shop.charge(), 1)).paid_by_wallet == 110


async def test_what_a_turn_did_not_use_goes_back_to_the_window(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, micros=10_100), overflow=Overflow.REFUSE)
    first = shop.charge()
    await shop.hold(first)
    with pytest.raises(PlanSpent):
        await shop.hold(shop.charge())
    await shop.settle(first.turn_id, 100, 20)
    assert (await shop.hold(shop.charge())).max_completion_tokens == 970


async def test_an_answer_of_which_nothing_arrived_gives_the_prompt_back(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=1), overflow=Overflow.REFUSE)
    await shop.turn(shop.charge(), 0)
    await shop.turn(shop.charge(), 1)
    with pytest.raises(PlanSpent):
        await shop.hold(shop.charge())
    assert await shop.wrong() == []


async def test_turns_asked_together_do_not_overdraw_a_window(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=3), overflow=Overflow.REFUSE)
    outcomes = await shop.hold_all(*(shop.charge() for _ in range(5)))
    assert [isinstance(outcome, Hold) for outcome in outcomes] == [True, True, True, False, False]


async def test_a_turn_counts_in_the_window_in_which_it_was_asked(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=1), overflow=Overflow.REFUSE)
    charge = shop.charge()
    await shop.hold(charge)
    shop.clock.advance(DAY_S)
    await shop.settle(charge.turn_id, 100, 5)
    await shop.turn(shop.charge(), 5)
    assert await shop.wrong() == []


async def test_everybody_has_the_default_plan_until_they_subscribe(shop: Till) -> None:
    free = await shop.billing.plans.add(
        PlanTerms("Free", FREE, (Window(Period.DAY, prompts=1),), Overflow.REFUSE, is_default=True)
    )
    assert (await shop.hold(shop.charge("visitor_1"))).plan_id == free.id
    with pytest.raises(PlanSpent):
        await shop.hold(shop.charge("visitor_1"))
    await give_plan(shop, payer="visitor_1")
    await shop.turn(shop.charge("visitor_1"), 5)
    assert (await shop.hold(shop.charge("visitor_2"))).plan_id == free.id
    assert await shop.wrong() == []


async def test_a_subscription_takes_its_price_each_month_and_ends_when_it_cannot(shop: Till) -> None:
    await shop.give(2_500)
    plan_id = await give_plan(shop, price=1000)
    assert await shop.has() == (1500, 0)
    assert await shop.billing.plans.renew() == 0
    shop.clock.advance(31 * DAY_S)
    assert await shop.billing.plans.renew() == 1
    assert await shop.has() == (500, 0)
    shop.clock.advance(31 * DAY_S)
    await shop.billing.plans.renew()
    assert await shop.has() == (500, 0)
    assert await shop.billing.plans.subscription("person_1") is None
    assert await shop.wrong() == []
    assert (await shop.billing.plans.all())[0].id == plan_id


@pytest.mark.parametrize("at_once", [1, 2, 100])
async def test_a_subscription_that_cannot_be_renewed_keeps_no_other_waiting(
    shop: Till, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, at_once: int
) -> None:
    monkeypatch.setattr("homespun.billing.subscriptions._AT_ONCE", at_once)
    payers = ["person_1", "person_2", "person_3", "person_4"]
    plan = await shop.billing.plans.add(PlanTerms("Basic", Money(1000, "USD")))
    for payer in payers:
        await shop.give(5000, payer)
        await shop.billing.plans.subscribe(payer, plan.id)
    shop.clock.advance(31 * DAY_S)
    broken = await shop.billing.plans.subscription("person_2")
    assert broken
    async with shop.store.write() as session:  # its next entry is in the ledger already, which the database refuses
        await post(session, [Entry(f"plan:{broken.id}:2", "USD", shop.clock.now(), {INCOME: 1, "stray": -1})])
    assert await shop.billing.plans.renew() == 3
    assert [(await shop.has(payer))[0] for payer in payers] == [3000, 4000, 3000, 3000]
    assert f"The subscription {broken.id} could not be renewed" in caplog.text
    async with shop.store.write() as session:
        await session.execute(text(f"DELETE FROM ledger_rows WHERE entry_id = 'plan:{broken.id}:2'"))
    assert await shop.billing.plans.renew() == 1
    assert await shop.has("person_2") == (3000, 0)
    assert await shop.wrong() == []


async def test_who_owes_something_keeps_a_plan_that_costs_nothing(shop: Till) -> None:
    await give_plan(shop, price=0)
    async with shop.store.write() as session:
        owing = "INSERT INTO wallets (holder_id, currency, balance_micros, held_micros, disputed_micros)"
        await session.execute(text(f"{owing} VALUES ('person_9', 'USD', -5, 0, 5)"))
    await shop.billing.plans.subscribe("person_9", (await shop.billing.plans.all())[0].id)
    shop.clock.advance(31 * DAY_S)
    assert await shop.billing.plans.renew() == 2
    assert await shop.billing.plans.subscription("person_9")


async def test_nobody_subscribes_to_what_they_cannot_pay(shop: Till) -> None:
    await shop.give(999)
    with pytest.raises(PaymentRequired):
        await give_plan(shop, price=1000)
    assert await shop.billing.plans.subscription("person_1") is None
    assert await shop.has() == (999, 0)


async def test_another_plan_takes_the_place_of_the_one_before(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=1))
    other = await shop.billing.plans.add(PlanTerms("Pro", FREE, (Window(Period.DAY, prompts=9),)))
    with pytest.raises(NotFound):
        await shop.billing.plans.subscribe("person_1", "plan_none")
    await shop.billing.plans.subscribe("person_1", other.id)
    with pytest.raises(Conflict):
        await shop.billing.plans.subscribe("person_1", other.id)
    assert (await shop.hold(shop.charge())).plan_id == other.id


async def test_who_ends_a_subscription_keeps_the_month_that_is_paid(shop: Till) -> None:
    await give_plan(shop, Window(Period.DAY, prompts=9))
    await shop.billing.plans.unsubscribe("person_1")
    assert await shop.billing.plans.of("person_1")
    shop.clock.advance(31 * DAY_S)
    assert await shop.billing.plans.of("person_1") is None
    with pytest.raises(NotFound):
        await shop.billing.plans.unsubscribe("person_1")


async def test_a_month_that_is_paid_while_somebody_ends_their_plan_is_theirs(
    shop: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.give(2000)
    await give_plan(shop, price=1000)
    before = await shop.billing.plans.subscription("person_1")
    shop.clock.advance(31 * DAY_S)
    await shop.billing.plans.renew()
    paid = await shop.billing.plans.subscription("person_1")
    assert before
    assert paid
    assert paid.paid_until > before.paid_until

    async def read_just_before(*_: object) -> list[Subscription]:
        return [before]

    monkeypatch.setattr("homespun.billing.subscriptions._current", read_just_before)
    await shop.billing.plans.unsubscribe("person_1")
    (ended,) = await shop.billing.plans.subscriptions()
    assert ended.valid_until == paid.paid_until


async def test_whoever_subscribes_locks_subscription_and_wallet_in_the_order_of_renewals(
    shop: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that lock in opposite orders wait for each other for ever, on PostgreSQL."""
    await shop.give(2000)
    await give_plan(shop)
    other = await shop.billing.plans.add(PlanTerms("Pro", FREE))
    locked: list[str] = []

    def note(state: ORMExecuteState) -> None:
        statement = state.statement
        if isinstance(statement, Select) and statement._for_update_arg is not None:
            locked.append(str(statement.get_final_froms()[0]))

    event.listen(Session, "do_orm_execute", note)
    try:
        await shop.billing.plans.subscribe("person_1", other.id)
        subscribing, locked[:] = locked[:], []
        shop.clock.advance(32 * DAY_S)
        await shop.billing.plans.renew()
    finally:
        event.remove(Session, "do_orm_execute", note)
    assert subscribing[:2] == locked[:2] == ["subscriptions", "wallets"]


async def test_a_plan_that_is_used_is_not_removed_but_retired(shop: Till) -> None:
    plan_id = await give_plan(shop, Window(Period.DAY, prompts=9))
    with pytest.raises(Conflict, match="person_1"):
        await shop.billing.plans.remove(plan_id)
    assert (await shop.billing.plans.retire(plan_id)).retired_at
    with pytest.raises(Conflict):
        await shop.billing.plans.subscribe("person_2", plan_id)
    assert (await shop.hold(shop.charge())).plan_id == plan_id


async def test_a_plan_nobody_ever_used_is_removed(shop: Till) -> None:
    plan = await shop.billing.plans.add(PlanTerms("Basic", FREE, (Window(Period.DAY, prompts=9),)))
    await shop.billing.plans.remove(plan.id)
    assert await shop.billing.plans.all() == ()
    with pytest.raises(NotFound):
        await shop.billing.plans.remove(plan.id)


async def test_a_window_that_is_added_later_counts_what_was_used_before(shop: Till) -> None:
    plan_id = await give_plan(shop, Window(Period.DAY, prompts=9))
    await shop.turn(shop.charge(), 5)
    terms = PlanTerms("Basic", FREE, (Window(Period.MONTH, prompts=1),), Overflow.REFUSE)
    await shop.billing.plans.change(plan_id, terms)
    with pytest.raises(PlanSpent):
        await shop.hold(shop.charge())


def test_refuses_terms_that_cannot_be() -> None:
    day = Window(Period.DAY, prompts=1)
    for wrong in (
        lambda: Window(Period.DAY),
        lambda: Window(Period.DAY, prompts=-1),
        lambda: Window(Period.EVER, prompts=1),
        lambda: PlanTerms("", FREE),
        lambda: PlanTerms("Basic", Money(-1, "USD")),
        lambda: PlanTerms("Basic", Money(1, "USD"), is_default=True),
        lambda: PlanTerms("Basic", FREE, (day, day)),
    ):
        with pytest.raises(Invalid):
            wrong()


async def test_a_key_spends_no_more_than_its_budget_and_begins_anew_each_month(shop: Till) -> None:
    await shop.give(90_000)
    budget = KeyBudget(400)
    assert (await shop.turn(shop.charge(key="key_1", budget=budget), 999)).cost.micros == 400
    with pytest.raises(BudgetSpent) as caught:
        await shop.hold(shop.charge(key="key_1", budget=budget))
    assert caught.value.retry_after_s == (datetime(2026, 2, 1, tzinfo=UTC) - shop.clock.now()).total_seconds()
    await shop.turn(shop.charge(key="key_2", budget=budget), 1)
    shop.clock.advance(timedelta(days=31).total_seconds())
    await shop.turn(shop.charge(key="key_1", budget=budget), 1)
    forever = KeyBudget(500, BudgetPeriod.EVER)
    with pytest.raises(BudgetSpent):
        await shop.hold(shop.charge(key="key_1", budget=forever))
    assert await shop.wrong() == []


async def test_a_budget_that_is_set_later_counts_what_was_spent_before(shop: Till) -> None:
    await shop.give(90_000)
    await shop.turn(shop.charge(key="key_1"), 30)
    with pytest.raises(BudgetSpent):
        await shop.hold(shop.charge(key="key_1", budget=KeyBudget(400)))


async def test_a_member_spends_no_more_of_the_teams_wallet_than_their_budget(shop: Till) -> None:
    await shop.give(90_000, "team_1")
    await shop.billing.set_member_budget("team_1", "person_2", 300)
    await shop.turn(shop.charge("team_1", team="team_1", member="person_2"), 20)
    with pytest.raises(BudgetSpent):
        await shop.hold(shop.charge("team_1", team="team_1", member="person_2"))
    await shop.turn(shop.charge("team_1", team="team_1", member="person_3"), 20)
    assert await shop.billing.member_budgets("team_1") == {"person_2": 300}
    await shop.billing.set_member_budget("team_1", "person_2", None)
    await shop.turn(shop.charge("team_1", team="team_1", member="person_2"), 20)
    assert await shop.wrong() == []
