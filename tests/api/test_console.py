"""The console's API: people and keys for admins, money for owners, and what the packages refuse."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import NewKey, Registration, Role, Scope, Settings
from homespun.billing import Money
from homespun.billing import Settings as BillingSettings
from tests.ring.houses import MODEL, Home, home

from .people import Visitor, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOLLAR = 1_000_000
FIVE = {"micros": 5 * DOLLAR, "currency": "USD"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def firm(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Home]:
    settings = Settings(registration=Registration.INVITATION, smtp_password="geheim")
    billing = BillingSettings(machine_cost_per_hour=36)
    async with home(tmp_path_factory.mktemp("console"), migrated, accounts=settings, billing=billing) as opened:
        yield opened


@dataclass
class Cast:
    """Who plays in a test."""

    owner: Visitor
    admin: Visitor
    member: Visitor


@asynccontextmanager
async def cast(house: Home) -> AsyncIterator[Cast]:
    async with (
        signed_in(house, "Olga", Role.OWNER) as owner,
        signed_in(house, "Ada", Role.ADMIN) as admin,
        signed_in(house, "Mia") as member,
    ):
        yield Cast(owner, admin, member)


async def got(browser: httpx.AsyncClient, path: str) -> Any:
    response = await browser.get(f"/api/console/{path}")
    assert response.status_code == 200, response.text
    return response.json()


async def refused(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


async def test_finds_people_by_what_they_are_called(firm: Home) -> None:
    async with cast(firm) as who:
        found = await got(who.admin.browser, "people?search=mia&limit=1")
        assert found["people"][0]["id"] == who.member.person.id
        page = await got(who.admin.browser, "people?limit=2")
        rest = await got(who.admin.browser, f"people?limit=200&cursor={page['next_cursor']}")
        assert not {one["id"] for one in page["people"]} & {one["id"] for one in rest["people"]}
        details = await got(who.admin.browser, f"people/{who.member.person.id}")
        assert (details["name"], details["status"], details["teams"]) == ("Mia", "active", [])


async def test_an_admin_bans_a_member_who_is_out_at_once_and_lets_them_in_again(firm: Home) -> None:
    async with cast(firm) as who:
        path = f"/api/console/people/{who.member.person.id}"
        banned = await who.admin.browser.post(f"{path}/ban")
        assert banned.json()["status"] == "banned"
        assert (await who.member.browser.get("/api/me")).status_code in (401, 403)
        assert (await who.admin.browser.delete(f"{path}/ban")).json()["status"] == "active"
        assert (await who.admin.browser.delete(path)).status_code == 204
        await refused(await who.admin.browser.delete(path), 404, "not_found")


async def test_what_is_beyond_an_admin_s_power_is_refused(firm: Home) -> None:
    async with cast(firm) as who:
        owner, member = (f"/api/console/people/{one.person.id}" for one in (who.owner, who.member))
        for response in (
            await who.admin.browser.post(f"{owner}/ban"),
            await who.admin.browser.delete(owner),
            await who.admin.browser.patch(owner, json={"role": "member"}),
            await who.admin.browser.patch(member, json={"role": "owner"}),
            await who.admin.browser.post("/api/console/invitations", json={"role": "admin"}),
        ):
            await refused(response, 403, "permission_denied")
        assert (await got(who.owner.browser, f"people/{who.owner.person.id}"))["role"] == "owner"


async def test_the_last_owner_stays(firm: Home) -> None:
    owner = await firm.person()
    path = f"/api/console/people/{owner.id}"
    async with firm.browser() as browser:
        for page in (await got(browser, "people?limit=200"))["people"]:
            if page["role"] == "owner" and page["id"] != owner.id:
                await browser.delete(f"/api/console/people/{page['id']}")
        await refused(await browser.patch(path, json={"role": "member"}), 409, "last_owner")
        await refused(await browser.post(f"{path}/ban"), 409, "last_owner")
        await refused(await browser.delete(path), 409, "last_owner")


async def test_invites_and_takes_it_back(firm: Home) -> None:
    async with cast(firm) as who:
        made = (await who.admin.browser.post("/api/console/invitations", json={})).json()
        assert made["token"]
        listed = await got(who.admin.browser, "invitations")
        assert listed[0]["id"] == made["invitation"]["id"]
        path = f"/api/console/invitations/{made['invitation']['id']}"
        assert (await who.admin.browser.delete(path)).json()["revoked_at"]


async def test_lists_and_revokes_everybody_s_keys(firm: Home) -> None:
    async with cast(firm) as who:
        key, _ = await firm.house.accounts.keys.create(who.member.person, NewKey("hers"))
        page = await got(who.admin.browser, f"keys?owner_id={who.member.person.id}")
        assert [(one["id"], page["owners"][one["owner_id"]]) for one in page["keys"]] == [(key.id, "Mia")]
        assert (await who.admin.browser.delete(f"/api/console/keys/{key.id}")).json()["revoked_at"]
        owners, _ = await firm.house.accounts.keys.create(who.owner.person, NewKey("owner's"))
        await refused(await who.admin.browser.delete(f"/api/console/keys/{owners.id}"), 404, "not_found")


async def test_a_program_does_what_its_key_s_scope_and_owner_may(firm: Home) -> None:
    async with cast(firm) as who, firm.client() as program:
        keys = firm.house.accounts.keys
        _, full = await keys.create(who.owner.person, NewKey("all", scopes=frozenset({Scope.ADMIN})))
        _, usual = await keys.create(who.owner.person, NewKey("usual"))
        _, members = await keys.create(who.member.person, NewKey("m", scopes=frozenset({Scope.ADMIN})))
        for secret, status in ((full, 200), (usual, 403), (members, 403)):
            response = await program.get("/api/console/people", headers={"authorization": f"Bearer {secret}"})
            assert response.status_code == status


async def test_sets_prices_for_what_is_asked_from_now_on(firm: Home) -> None:
    async with cast(firm) as who:
        new = {"model": MODEL, "tariff": {"prompt_micros": 10}}
        price = await who.owner.browser.post("/api/console/prices", json=new)
        assert (price.status_code, price.json()["tariff"]["prompt_micros"]) == (201, 10)
        assert (await got(who.owner.browser, "prices"))["prices"][0]["id"] == price.json()["id"]
        past = await who.owner.browser.post("/api/console/prices", json=new | {"valid_from": "2001-01-01T00:00:00Z"})
        await refused(past, 400, "invalid_value")


async def test_a_plan_s_life(firm: Home) -> None:
    async with cast(firm) as who:
        terms: dict[str, Any] = {"name": "Gold", "price": FIVE, "windows": [{"period": "week", "prompts": 100}]}
        plan = (await who.owner.browser.post("/api/console/plans", json=terms)).json()
        path = f"/api/console/plans/{plan['id']}"
        changed = (await who.owner.browser.put(path, json=terms | {"name": "Silver"})).json()
        assert (changed["terms"]["name"], changed["terms"]["windows"][0]["prompts"]) == ("Silver", 100)
        wallet = f"/api/console/wallets/{who.member.person.id}"
        gift = {"amount": FIVE, "memo": "a present", "reference": f"gift-{who.member.person.id}"}
        assert (await who.owner.browser.post(f"{wallet}/adjustments", json=gift)).json()["available"] == FIVE
        await refused(await who.owner.browser.post(f"{wallet}/adjustments", json=gift), 409, "conflict")
        given = (await who.owner.browser.put(f"{wallet}/subscription", json={"plan_id": plan["id"]})).json()
        assert (given["available"]["micros"], given["plan"]["name"]) == (0, "Silver")
        page = await got(who.owner.browser, "subscriptions?limit=1")
        [line] = page["subscriptions"]
        assert (line["payer_id"], line["name"], line["plan_id"]) == (who.member.person.id, "Mia", plan["id"])
        wallets = await got(who.owner.browser, "wallets?limit=200")
        [hers] = [one for one in wallets["wallets"] if one["holder_id"] == who.member.person.id]
        assert (hers["name"], hers["available"]["micros"]) == ("Mia", 0)
        await refused(await who.owner.browser.delete(path), 409, "conflict")
        assert (await who.owner.browser.post(f"{path}/retirement")).json()["retired_at"]
        [income] = [one for one in await got(who.owner.browser, "income") if one["plan_id"] == plan["id"]]
        assert (income["name"], income["months"], income["subscriptions"]) == ("Silver", 1, FIVE)
        assert (await who.owner.browser.delete(f"{wallet}/subscription")).json()["subscription"]["valid_until"]
        bookings = (await got(who.owner.browser, f"wallets/{who.member.person.id}/statement"))["bookings"]
        assert [line["amount"]["micros"] for line in bookings] == [-5 * DOLLAR, 5 * DOLLAR]


async def test_makes_vouchers_and_revokes_them(firm: Home) -> None:
    async with cast(firm) as who:
        made = (await who.owner.browser.post("/api/console/vouchers", json={"value": FIVE, "uses": 2})).json()
        listed = await got(who.owner.browser, "vouchers?limit=1")
        assert listed["vouchers"] == [made["voucher"]]
        path = f"/api/console/vouchers/{made['voucher']['id']}"
        assert (await who.owner.browser.delete(path)).json()["revoked_at"]
        late = await who.member.browser.post("/api/me/vouchers", json={"code": made["code"]})
        assert (late.status_code, late.json()["error"]["code"]) == (409, "voucher_revoked")
        assert late.json()["error"]["param"] == "code"


async def test_makes_vouchers_in_batches_and_revokes_them_together(firm: Home) -> None:
    async with cast(firm) as who:
        wanted = {"value": FIVE, "count": 3, "uses": 1, "memo": "Fair", "expires_at": "2100-01-01T00:00:00Z"}
        answer = await who.owner.browser.post("/api/console/voucher-batches", json=wanted)
        assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
        batch, codes = answer.json()["batch"], answer.json()["codes"]
        await who.owner.browser.post("/api/console/vouchers", json={"value": FIVE})
        assert (batch["count"], batch["open"], len(set(codes))) == (3, 3, 3)
        assert codes[0] not in (await who.owner.browser.get("/api/console/vouchers")).text
        redeemed = await who.member.browser.post("/api/me/vouchers", json={"code": codes[0]})
        assert redeemed.json() == FIVE
        again = await who.member.browser.post("/api/me/vouchers", json={"code": codes[0]})
        spent = await who.admin.browser.post("/api/me/vouchers", json={"code": codes[0]})
        assert [one.json()["error"]["code"] for one in (again, spent)] == ["voucher_redeemed", "voucher_spent"]
        shown = {one["id"]: one for one in (await got(who.owner.browser, "voucher-batches"))["batches"]}
        assert (shown[batch["id"]]["used"], shown[batch["id"]]["open"]) == (1, 2)
        listed = (await got(who.owner.browser, f"vouchers?batch_id={batch['id']}"))["vouchers"]
        assert sorted(one["used"] for one in listed) == [0, 0, 1]
        revoked = (await who.owner.browser.delete(f"/api/console/voucher-batches/{batch['id']}")).json()
        assert revoked == await got(who.owner.browser, f"voucher-batches/{batch['id']}")
        assert (revoked["open"], revoked["revoked"]) == (0, 3)
        late = await who.member.browser.post("/api/me/vouchers", json={"code": codes[1]})
        assert late.json()["error"]["code"] == "voucher_revoked"
        unknown = await who.member.browser.post("/api/me/vouchers", json={"code": "AAAAA"})
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "voucher_unknown")


async def test_tells_what_everybody_used(firm: Home) -> None:
    async with cast(firm) as who:
        _, secret = await firm.house.accounts.keys.create(who.member.person, NewKey("hers"))
        await firm.house.billing.adjust(who.member.person.id, Money(DOLLAR, "USD"))
        async with firm.sdk(secret) as sdk:
            await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hello"}])
        lines = await got(who.owner.browser, "usage?by=person")
        [hers] = [line for line in lines if line["group"] == who.member.person.id]
        assert (hers["label"], hers["turns"]) == ("Mia", 1)
        [mine] = await got(who.owner.browser, f"usage?by=door&person_id={who.member.person.id}")
        assert (mine["group"], mine["turns"]) == ("api", 1)
        rows = list(csv.DictReader(io.StringIO((await who.owner.browser.get("/api/console/usage.csv")).text)))
        assert who.member.person.id in {row["person_id"] for row in rows}
        assert "entry_id" in (await who.owner.browser.get("/api/console/ledger.csv")).text


async def test_tells_what_answers_cost_the_machine_and_what_is_left(firm: Home) -> None:
    async with cast(firm) as who:
        _, secret = await firm.house.accounts.keys.create(who.member.person, NewKey("hers"))
        await firm.house.billing.adjust(who.member.person.id, Money(DOLLAR, "USD"))
        firm.puppet.machine_us = 1000
        async with firm.sdk(secret) as sdk:
            await sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hello"}])
        firm.puppet.machine_us = None
        told = await got(who.owner.browser, "economics")
        assert told["machine_hour"] == {"micros": 36 * DOLLAR, "currency": "USD"}
        [release] = [one for one in told["releases"] if one["door"] == "api"]
        assert (release["model"], release["use"]["measured_turns"], release["use"]["machine_us"]) == (MODEL, 1, 3000)
        assert (release["cost"]["micros"], release["per_thousand"]["micros"]) == (30, 30_000)
        [none] = [one for one in told["plans"] if one["plan_id"] == ""]
        assert none["margin"]["micros"] == none["income"]["micros"] - none["cost"]["micros"]
        nothing = await got(who.owner.browser, "economics?first=2001-01-01&last=2001-01-31")
        assert (nothing["releases"], nothing["plans"]) == ([], [])
        rows = list(csv.DictReader(io.StringIO((await who.owner.browser.get("/api/console/economics.csv")).text)))
        assert [row["cost"] for row in rows if row["door"] == "api"] == ["0.00003"]


@pytest.mark.parametrize(
    "path",
    [
        "prices",
        "plans",
        "vouchers",
        "usage",
        "usage.csv",
        "ledger.csv",
        "income",
        "economics",
        "economics.csv",
        "books",
        "wallets",
        "subscriptions",
        "payments",
        "wallets/person_1",
    ],
)
async def test_money_is_for_owners_alone(firm: Home, path: str) -> None:
    async with cast(firm) as who:
        for other in (who.admin, who.member):
            await refused(await other.browser.get(f"/api/console/{path}"), 403, "permission_denied")


async def test_tells_how_the_house_is_and_how_it_is_set_without_any_secret(firm: Home) -> None:
    async with cast(firm) as who:
        health = await got(who.admin.browser, "health")
        assert [(one["model"], one["state"]) for one in health["engines"]] == [(MODEL, "ready")]
        assert (health["database"]["server"].split()[0], health["database"]["problem"]) == ("SQLite", "")
        settings = {one["key"]: one for one in await got(who.admin.browser, "settings")}
        assert settings["accounts.registration"]["value"] == "invitation"
        assert settings["accounts.smtp_password"]["value"] == "********"
        books = await got(who.owner.browser, "books")
        assert books["findings"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "wallets/nobody/adjustments", {"amount": FIVE}, 404),
        ("POST", "wallets/{member}/adjustments", {"amount": {"micros": -1, "currency": "USD"}}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": {"micros": 0, "currency": "USD"}}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": {"micros": 5, "currency": "EUR"}}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": {"micros": 2**63, "currency": "USD"}}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": {"micros": 1.5, "currency": "USD"}}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": FIVE, "memo": "x" * 201}, 400),
        ("POST", "wallets/{member}/adjustments", {"amount": FIVE, "memo": "a\0b"}, 400),
        ("PUT", "wallets/{member}/subscription", {"plan_id": "plan_1"}, 404),
        ("POST", "prices", {"tariff": {"input_micros": -1}}, 400),
        ("POST", "prices", {"tariff": {"input_micros": 10**15}}, 400),
        ("POST", "prices", {"tariff": {"input_micros": 1, "cached_input_micros": 2}}, 400),
        ("POST", "prices", {"tariff": {}, "currency": "EUR"}, 400),
        ("POST", "plans", {"name": "", "price": FIVE}, 400),
        ("POST", "plans", {"name": "x", "price": {"micros": -5, "currency": "USD"}}, 400),
        ("POST", "plans", {"name": "x", "price": {"micros": 5, "currency": "EUR"}}, 400),
        ("POST", "plans", {"name": "x", "price": FIVE, "is_default": True}, 400),
        ("POST", "plans", {"name": "x", "price": FIVE, "windows": [{"period": "ever", "prompts": 1}]}, 400),
        ("POST", "plans", {"name": "x", "price": FIVE, "windows": [{"period": "day"}]}, 400),
        ("POST", "plans", {"name": "x", "price": FIVE, "windows": [{"period": "day", "tokens": -1}]}, 400),
        ("POST", "vouchers", {"value": {"micros": -5, "currency": "USD"}}, 400),
        ("POST", "vouchers", {"value": {"micros": 5, "currency": "EUR"}}, 400),
        ("POST", "vouchers", {"value": FIVE, "uses": 0}, 400),
        ("POST", "voucher-batches", {"value": FIVE, "count": 0}, 400),
        ("POST", "voucher-batches", {"value": FIVE, "count": 1001}, 400),
        ("POST", "voucher-batches", {"value": FIVE, "count": True}, 400),
        ("DELETE", "voucher-batches/none", None, 404),
        ("POST", "vouchers", {"value": FIVE, "expires_at": "2001-01-01T00:00:00Z"}, 400),
        ("POST", "payments/payment_1/refunds", {}, 404),
        ("PATCH", "people/{member}", {"role": "emperor"}, 400),
        ("PATCH", "people/{member}", {"role": "visitor"}, 403),
        ("GET", "people?cursor=bogus", None, 400),
        ("GET", "people?limit=0", None, 400),
        ("GET", "people?search=%00", None, 400),
        ("GET", "usage?by=moon", None, 400),
        ("GET", "vouchers?limit=100000", None, 400),
        ("DELETE", "vouchers/'%20OR%201=1", None, 404),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(
    firm: Home, method: str, path: str, body: object, status: int
) -> None:
    async with cast(firm) as who:
        before = [await got(who.owner.browser, part) for part in ("prices", "plans", "vouchers")]
        address = f"/api/console/{path.format(member=who.member.person.id)}"
        answer = await who.owner.browser.request(method, address, json=body)
        assert answer.status_code == status, answer.text
        assert set(answer.json()["error"]) == {"code", "message", "param"}
        assert [await got(who.owner.browser, part) for part in ("prices", "plans", "vouchers")] == before
        assert (await got(who.owner.browser, f"wallets/{who.member.person.id}"))["available"]["micros"] == 0
