"""What somebody has, used and paid, over the app's API: their own, and their team's."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import NewKey, Role, TeamRole
from homespun.billing import Money, Period, PlanTerms, Tariff, Window
from tests.ring.houses import MODEL, Home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOLLAR = 1_000_000


def dollars(amount: int) -> Money:
    return Money(amount * DOLLAR, "USD")


def shown(amount: int) -> dict[str, object]:
    return {"micros": amount * DOLLAR, "currency": "USD"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def priced(long_at_home: Home) -> AsyncIterator[Home]:
    """A house in which every prompt costs a dollar."""
    await long_at_home.house.billing.prices.set(Tariff(prompt_micros=DOLLAR), model=MODEL)
    yield long_at_home


async def test_a_voucher_that_anybody_may_redeem_once_is_redeemed_by_nobody_as_a_visitor(priced: Home) -> None:
    """One person may visit as often as they like, and would take along what each visit has redeemed."""
    voucher, code = await priced.house.billing.vouchers.create(dollars(1), uses=5)
    topup = {"amount": shown(5), "provider": "none"}
    async with signed_in(priced, "Visitor", Role.VISITOR) as visitor:
        for method, path, body in (
            ("POST", "vouchers", {"code": code}),
            ("PUT", "subscription", {"plan_id": "plan_none"}),
            ("POST", "topups", topup),
        ):
            refused = await visitor.browser.request(method, f"/api/me/{path}", json=body)
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
        assert (await got(visitor.browser, "/api/me/balance"))["available"] == shown(0)
    assert {one.id: one.used for one in await priced.house.billing.vouchers.all()}[voucher.id] == 0


async def answered(home: Home, secret: str) -> None:
    async with home.sdk(secret) as sdk:
        await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hello"}])


async def got(browser: httpx.AsyncClient, path: str) -> Any:
    response = await browser.get(path)
    assert response.status_code == 200, response.text
    return response.json()


async def test_nobody_has_anything_at_first(priced: Home) -> None:
    async with signed_in(priced, "Anna") as anna:
        balance = await got(anna.browser, "/api/me/balance")
        assert (balance["available"], balance["held"]) == (shown(0), shown(0))
        assert (balance["plan"], balance["subscription"], balance["providers"]) == (None, None, [])
        assert await got(anna.browser, "/api/me/usage") == []
        assert await got(anna.browser, "/api/me/statement") == {"bookings": [], "next_cursor": None}


async def test_what_was_used_is_told_by_day_model_and_key_and_as_csv(priced: Home) -> None:
    house, today = priced.house, datetime.now(UTC).date().isoformat()
    async with signed_in(priced, "Anna") as anna:
        await house.billing.adjust(anna.person.id, dollars(5), memo="a present")
        key, secret = await house.accounts.keys.create(anna.person, NewKey("mine"))
        await answered(priced, secret)
        await answered(priced, secret)
        assert (await got(anna.browser, "/api/me/balance"))["available"] == shown(3)
        for by, group in (("day", today), ("model", MODEL), ("key", key.id)):
            [line] = await got(anna.browser, f"/api/me/usage?by={by}")
            assert (line["group"], line["turns"], line["cost"], line["paid_by_wallet"]) == (
                group, 2, shown(2), shown(2),
            )  # fmt: skip
        turns = await got(anna.browser, "/api/me/usage/turns?limit=1")
        [older] = (await got(anna.browser, f"/api/me/usage/turns?cursor={quoted(turns['next_cursor'])}"))["turns"]
        assert older["turn_id"] != turns["turns"][0]["turn_id"]
        assert (older["state"], older["cost"]) == ("settled", shown(1))
        rows = list(csv.DictReader(io.StringIO((await anna.browser.get("/api/me/usage.csv")).text)))
        assert [row["cost"] for row in rows] == ["1.00", "1.00"]


async def test_a_statement_comes_in_pages_and_as_csv(priced: Home) -> None:
    async with signed_in(priced, "Anna") as anna:
        for amount in (1, 2, 3):
            await priced.house.billing.adjust(anna.person.id, dollars(amount))
        first = await got(anna.browser, "/api/me/statement?limit=2")
        assert [line["amount"] for line in first["bookings"]] == [shown(3), shown(2)]
        rest = await got(anna.browser, f"/api/me/statement?cursor={first['next_cursor']}")
        assert ([line["amount"] for line in rest["bookings"]], rest["next_cursor"]) == ([shown(1)], None)
        response = await anna.browser.get("/api/me/ledger.csv")
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["content-disposition"] == 'attachment; filename="ledger.csv"'
        assert len(response.text.splitlines()) == 4


async def test_a_voucher_is_redeemed_once(priced: Home) -> None:
    _, code = await priced.house.billing.vouchers.create(dollars(7))
    async with signed_in(priced, "Anna") as anna, signed_in(priced, "Ben") as ben:
        redeemed = await anna.browser.post("/api/me/vouchers", json={"code": code.lower()})
        assert (redeemed.status_code, redeemed.json()) == (200, shown(7))
        for who in (anna, ben):
            assert (await who.browser.post("/api/me/vouchers", json={"code": code})).status_code == 409
        assert (await got(anna.browser, "/api/me/balance"))["available"] == shown(7)


async def test_a_plan_is_taken_paid_and_ended(priced: Home) -> None:
    house = priced.house
    week = Window(Period.WEEK, prompts=10)
    plan = await house.billing.plans.add(PlanTerms("Small", dollars(4), (week,)))
    async with signed_in(priced, "Anna") as anna:
        offered = await got(anna.browser, "/api/plans")
        assert [(one["name"], one["windows"][0]["prompts"]) for one in offered] == [("Small", 10)]
        refused = await anna.browser.put("/api/me/subscription", json={"plan_id": plan.id})
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "insufficient_quota")
        await house.billing.adjust(anna.person.id, dollars(5))
        taken = (await anna.browser.put("/api/me/subscription", json={"plan_id": plan.id})).json()
        assert (taken["available"], taken["plan"]["name"]) == (shown(1), "Small")
        assert taken["plan"]["windows"][0]["prompts"] == {"used": 0, "limit": 10}
        _, secret = await house.accounts.keys.create(anna.person, NewKey("mine"))
        await answered(priced, secret)
        used = await got(anna.browser, "/api/me/balance")
        assert (used["available"], used["plan"]["windows"][0]["prompts"]["used"]) == (shown(1), 1)
        ended = (await anna.browser.delete("/api/me/subscription")).json()
        assert ended["subscription"]["valid_until"] == ended["subscription"]["paid_until"]
    await house.billing.plans.retire(plan.id)


async def test_a_plan_that_is_not_to_be_had_is_not_had(priced: Home) -> None:
    plan = await priced.house.billing.plans.add(PlanTerms("Old", dollars(0)))
    await priced.house.billing.plans.retire(plan.id)
    async with signed_in(priced, "Anna") as anna:
        for plan_id in (plan.id, "plan_1", "' OR 1=1 --"):
            assert (await anna.browser.put("/api/me/subscription", json={"plan_id": plan_id})).status_code == 404


async def test_a_team_s_money_is_for_those_who_look_after_it(priced: Home) -> None:
    accounts, billing = priced.house.accounts, priced.house.billing
    async with (
        signed_in(priced, "Boss", Role.OWNER) as boss,
        signed_in(priced, "Other admin", Role.ADMIN) as admin,
        signed_in(priced, "Lead") as lead,
        signed_in(priced, "Clerk") as clerk,
        signed_in(priced, "Stranger") as stranger,
    ):
        team = await accounts.teams.create(boss.person, "Firm")
        await accounts.teams.add_member(boss.person, team.id, lead.person.id, TeamRole.ADMIN)
        await accounts.teams.add_member(boss.person, team.id, clerk.person.id, TeamRole.MEMBER)
        await billing.adjust(team.id, dollars(9))
        for below in ("balance", "usage", "usage.csv", "statement", "ledger.csv", "invoices", "usage/turns"):
            path = f"/api/teams/{team.id}/{below}"
            statuses = [(await who.browser.get(path)).status_code for who in (boss, lead, clerk, admin, stranger)]
            assert statuses == [200, 200, 403, 403, 404], below
        assert (await got(lead.browser, f"/api/teams/{team.id}/balance"))["available"] == shown(9)
        _, code = await billing.vouchers.create(dollars(1))
        path = f"/api/teams/{team.id}/vouchers"
        assert (await clerk.browser.post(path, json={"code": code})).status_code == 403
        assert (await lead.browser.post(path, json={"code": code})).status_code == 200
        assert (await got(lead.browser, f"/api/teams/{team.id}/balance"))["available"] == shown(10)


async def test_another_s_invoice_is_nobody_s(priced: Home) -> None:
    async with signed_in(priced, "Anna") as anna:
        assert await got(anna.browser, "/api/me/invoices") == {"payments": [], "next_cursor": None}
        for payment_id in ("payment_1", "..%2f..%2fetc%2fpasswd", "'%20OR%201=1"):
            assert (await anna.browser.get(f"/api/me/invoices/{payment_id}.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/me/usage?by=wallet", None, 400),
        ("GET", "/api/me/usage?first=2026-02-01&last=2026-01-01", None, 400),
        ("GET", "/api/me/usage?first=0001-01-01&last=9999-12-31", None, 400),
        ("GET", "/api/me/usage?first=yesterday", None, 400),
        ("GET", "/api/me/usage/turns?cursor='; DROP TABLE usage; --", None, 400),
        ("GET", "/api/me/usage/turns?limit=1000000", None, 400),
        ("GET", "/api/me/statement?cursor=-1", None, 400),
        ("GET", "/api/me/statement?cursor=99999999999999999999", None, 400),
        ("POST", "/api/me/vouchers", {"code": ""}, 400),
        ("POST", "/api/me/vouchers", {"code": "x" * 101}, 400),
        ("POST", "/api/me/vouchers", {"code": "'; DROP TABLE vouchers; --"}, 404),
        ("POST", "/api/me/vouchers", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"}, 404),
        ("POST", "/api/me/topups", {"amount": shown(-5), "provider": "stripe"}, 404),
        ("POST", "/api/me/topups", {"amount": {"micros": 10**18, "currency": "USD"}, "provider": "stripe"}, 400),
        ("POST", "/api/me/topups", {"amount": {"micros": "5", "currency": "USD"}, "provider": "stripe"}, 400),
        ("POST", "/api/me/topups", {"amount": {"micros": 5, "currency": "BITCOIN"}, "provider": "stripe"}, 400),
        ("POST", "/api/me/topups", {"amount": {"micros": 5, "currency": "us$"}, "provider": "stripe"}, 400),
        ("PUT", "/api/me/subscription", {"plan_id": "x" * 41}, 400),
        ("DELETE", "/api/me/subscription", None, 404),
        ("POST", "/api/payments/stripe/events", {"id": "evt_1"}, 404),
    ],
)
async def test_nonsense_is_refused_and_moves_no_money(
    priced: Home, method: str, path: str, body: object, status: int
) -> None:
    async with signed_in(priced, "Anna") as anna:
        await priced.house.billing.adjust(anna.person.id, dollars(5))
        refused = await anna.browser.request(method, path, json=body)
        assert refused.status_code == status, refused.text
        assert set(refused.json()["error"]) == {"code", "message", "param"}
        assert (await got(anna.browser, "/api/me/balance"))["available"] == shown(5)
    assert await priced.house.billing.audit.verify() == ()


def quoted(text: str) -> str:
    return str(httpx.QueryParams({"cursor": text})).removeprefix("cursor=")
