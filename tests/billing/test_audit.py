"""The audit finds whatever contradicts itself, and nothing in books that are in order."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from homespun.billing import Money as Amount
from homespun.billing import Overflow, Period, PlanTerms, Window

from .till import Till


@pytest.fixture
async def books(shop: Till) -> Till:
    """Books with an open turn and a settled one, paid by a plan, a wallet, and both."""
    plan = await shop.billing.plans.add(
        PlanTerms("Basic", Amount(0, "USD"), (Window(Period.DAY, micros=250),), Overflow.WALLET)
    )
    await shop.billing.plans.subscribe("person_1", plan.id)
    await shop.give(50_000)
    _, code = await shop.billing.vouchers.create(Amount(5000, "USD"))
    await shop.billing.vouchers.redeem("person_1", code)
    await shop.give(50_000, "team_1")
    await shop.turn(shop.charge(turn_id="turn_settled"), 20)
    await shop.turn(shop.charge("team_1", team="team_1", member="person_2", key="key_1"), 20)
    await shop.hold(shop.charge(turn_id="turn_open"))
    return shop


async def spoil(till: Till, statement: str) -> None:
    async with till.store.write() as session:
        await session.execute(text(statement))


async def test_finds_nothing_in_books_that_are_in_order(books: Till) -> None:
    assert await books.wrong() == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "UPDATE ledger_rows SET amount_micros = amount_micros + 1 WHERE entry_id = 'settle:turn_settled'"
            " AND account = 'income'",
            "settle:turn_settled: its rows sum to 0.000001 USD and not to zero",
        ),
        ("DELETE FROM ledger_rows WHERE entry_id = 'hold:turn_open'", "wallet:person_1: its balance is"),
        ("UPDATE wallets SET balance_micros = balance_micros + 1 WHERE holder_id = 'team_1'", "wallet:team_1: its bal"),
        ("UPDATE wallets SET held_micros = held_micros + 1 WHERE holder_id = 'person_1'", "but its open turns need"),
        ("UPDATE usage SET wallet_micros = wallet_micros - 1 WHERE turn_id = 'turn_settled'", "turn_settled: 0.000"),
        ("UPDATE usage SET state = 'settled' WHERE turn_id = 'turn_open'", "turn_open: 0.01"),
        ("UPDATE usage SET cost_micros = 0 WHERE turn_id = 'turn_settled'", "turn_settled: plan and wallet paid more"),
        ("DELETE FROM usage WHERE turn_id = 'turn_open'", "hold:turn_open: it is booked for a turn that nobody"),
        ("UPDATE meters SET prompts = prompts + 1 WHERE owner_id = 'person_1'", "meter of person_1 for plan_"),
        ("UPDATE meters SET micros = micros + 1 WHERE owner_id = 'key_1'", "meter of key_1 for the key"),
        ("UPDATE meters SET micros = micros + 1 WHERE owner_id = 'person_2'", "meter of person_2 for team_1"),
        ("UPDATE usage_days SET turns = turns + 1", "sums of person_1: they differ from its turns: turns by 1"),
        ("UPDATE usage_totals SET cost_micros = cost_micros - 5", "sums of 2026-01-01: they differ"),
        ("UPDATE usage_months SET turns = turns + 1", "months of key_1: they differ from its turns: turns by 1"),
        ("UPDATE vouchers SET used = 0", "voucher_"),
        ("UPDATE vouchers SET micros = micros + 1", "redeemed by its row"),
        (
            "INSERT INTO payments SELECT 'payment_1', 'person_1', 'stripe', '', 5, 0, 'USD', 'paid', NULL, '', at, at,"
            " 0, NULL FROM redemptions",
            "payment_1: 0.000005 USD paid by its row",
        ),
    ],
)
async def test_finds_what_was_spoiled(books: Till, statement: str, finding: str) -> None:
    await spoil(books, statement)
    assert any(finding in found for found in await books.wrong()), await books.wrong()


async def test_says_nothing_of_what_lies_beside_the_damage(books: Till) -> None:
    await spoil(books, "UPDATE wallets SET balance_micros = balance_micros + 1 WHERE holder_id = 'team_1'")
    assert len(await books.wrong()) == 1


async def test_reads_more_than_a_page_without_tearing_anything_apart(
    books: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homespun.billing.audit._PAGE", 2)
    assert await books.wrong() == []
    await spoil(books, "UPDATE wallets SET balance_micros = balance_micros + 1")
    assert len(await books.wrong()) == 2
    pages = [page async for page in books.billing.audit.pages()]
    assert len(pages) > 10


async def test_new_bookings_are_checked_with_all_that_they_touch(books: Till) -> None:
    audit = books.billing.audit
    assert await audit.verify_since(0) == (0, ()), "what is being written may not be complete"
    books.clock.advance(60)
    last, findings = await audit.verify_since(0)
    assert last > 0
    assert findings == ()
    assert await audit.verify_since(last) == (last, ())
    await spoil(books, "UPDATE wallets SET balance_micros = balance_micros + 1 WHERE holder_id = 'person_1'")
    assert await audit.verify_since(last) == (last, ())
    await books.turn(books.charge(), 20)
    books.clock.advance(60)
    _, findings = await audit.verify_since(last)
    assert [finding.subject for finding in findings] == ["wallet:person_1"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallets SET balance_micros = -1",
        "UPDATE wallets SET held_micros = -1",
        "INSERT INTO ledger_rows (entry_id, account, amount_micros, currency, memo, at)"
        " SELECT entry_id, account, amount_micros, currency, memo, at FROM ledger_rows",
    ],
)
async def test_the_database_itself_refuses_what_must_never_be(books: Till, statement: str) -> None:
    with pytest.raises(Exception, match=r"(?i)constraint"):
        await spoil(books, statement)
