"""The console's page on availability: rules, what somebody would get, and the waiting list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from homespun.accounts import Registration, Role
from homespun.accounts import Settings as AccountsSettings
from homespun.gate import Settings
from tests.ring.houses import MODEL, Home, home

from .people import Visitor, signed_in

RULES, TRIAL = "/api/console/availability/rules", "/api/console/availability/trial"
WAITING = "/api/console/availability/waiting"
CHINA = {"cf-ipcountry": "CN"}
ACCOUNTS = AccountsSettings(registration=Registration.OPEN, visitors=True)


@pytest.fixture
async def abroad(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """A house behind a proxy that tells countries."""
    settings = Settings(country_header="CF-IPCountry")
    async with home(tmp_path / "data", migrated, accounts=ACCOUNTS, gate=settings) as opened:
        yield opened


@pytest.fixture
async def olga(abroad: Home) -> AsyncIterator[Visitor]:
    async with signed_in(abroad, "Olga", Role.OWNER) as owner:
        yield owner


async def set_rule(who: Visitor, **rule: Any) -> httpx.Response:
    return await who.browser.put(RULES, json=rule)


async def trial(owner: Visitor, **asked: str) -> dict[str, Any]:
    answer = await owner.browser.get(TRIAL, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ask(who: Visitor, headers: dict[str, str]) -> httpx.Response:
    """Asks a question, as the web app does."""
    conversation = (await who.browser.post("/api/conversations", json={})).json()["id"]
    return await who.browser.post(
        f"/api/conversations/{conversation}/turns", json={"question": "Hello?", "model": MODEL}, headers=headers
    )


async def test_anonymous_members_and_admins_make_no_rules(abroad: Home) -> None:
    body = {"verdict": "refused"}
    async with abroad.client() as anonymous:
        assert (await anonymous.put(RULES, json=body)).status_code == 401
    async with signed_in(abroad, "Mia") as member, signed_in(abroad, "Ada", Role.ADMIN) as admin:
        for who in (member, admin):
            assert (await who.browser.put(RULES, json=body)).status_code == 403
            assert (await who.browser.delete(RULES)).status_code == 403
        assert (await member.browser.get(RULES)).status_code == 403
        assert (await admin.browser.get(RULES)).json()["rules"] == []


async def test_a_visitor_from_china_gets_what_was_foretold(abroad: Home, olga: Visitor) -> None:
    before = await trial(olga, who="visitor", country="CN")
    assert before == {"verdict": "allowed", "rule": None, "told_en": "", "told_zh": ""}
    made = await set_rule(olga, verdict="refused", audience="visitors", country="cn", message_zh="中国尚未开放。")
    assert made.status_code == 200, made.text
    foretold = await trial(olga, who="visitor", country="CN")
    assert (foretold["verdict"], foretold["rule"], foretold["told_zh"]) == ("refused", made.json(), "中国尚未开放。")
    assert "isn't available" in foretold["told_en"]
    assert (await trial(olga, who="newcomer", country="CN"))["verdict"] == "allowed"
    async with abroad.client() as stranger:
        visit = await stranger.post("/api/visit", headers={**CHINA, "accept-language": "zh"})
    assert (visit.status_code, visit.json()["error"]["message"]) == (403, foretold["told_zh"])


async def test_rules_are_listed_with_names_changed_and_removed(abroad: Home, olga: Visitor) -> None:
    team = await abroad.house.accounts.teams.create(olga.person, "Weavers")
    for rule in (
        {"verdict": "refused"},
        {"verdict": "waiting"},
        {"verdict": "allowed", "audience": "team", "subject": "Weavers"},
        {"verdict": "allowed", "audience": "domain", "subject": "@Example.com", "country": "DE"},
    ):
        assert (await set_rule(olga, **rule)).status_code == 200
    listed = (await olga.browser.get(RULES)).json()
    assert listed["tells_countries"]
    assert len(listed["countries"]) > 240
    shown = [(rule["audience"], rule["subject"], rule["name"], rule["verdict"]) for rule in listed["rules"]]
    assert shown == [
        ("team", team.id, "Weavers", "allowed"),
        ("domain", "example.com", "", "allowed"),
        ("everybody", "", "", "waiting"),
    ]
    gone = {"audience": "domain", "subject": "example.com", "country": "DE"}
    assert (await olga.browser.delete(RULES, params=gone)).status_code == 204
    assert (await olga.browser.delete(RULES, params=gone)).status_code == 404
    assert len((await olga.browser.get(RULES)).json()["rules"]) == 2


async def test_rules_for_single_people_come_in_pages(abroad: Home, olga: Visitor) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        async with signed_in(abroad, name) as one:
            made = await set_rule(olga, verdict="allowed", audience="person", subject=one.person.id)
            assert made.json()["name"] == name
    pages, cursor = [], None
    while True:
        page = (
            await olga.browser.get(
                "/api/console/availability/personal-rules",
                params={"limit": 2} | ({"cursor": cursor} if cursor else {}),
            )
        ).json()
        pages.append([rule["name"] for rule in page["rules"]])
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(name for page in pages for name in page) == ["Ada", "Ben", "Cleo"]
    assert len(pages[0]) == 2
    assert (await olga.browser.get(RULES)).json()["rules"] == []


async def test_who_waits_is_seen_and_let_in(abroad: Home, olga: Visitor) -> None:
    await set_rule(olga, verdict="waiting")
    async with (
        signed_in(abroad, "Ada") as ada,
        signed_in(abroad, "Ben") as ben,
        signed_in(abroad, "Otto", Role.ADMIN) as admin,
    ):
        for who in (ada, ben):
            assert (await ask(who, CHINA)).json()["error"]["code"] == "waiting_list"
        page = (await admin.browser.get(WAITING)).json()
        lines = [(one["position"], one["name"], one["country"]) for one in page["waiting"]]
        assert (page["total"], lines) == (2, [(1, "Ada", "CN"), (2, "Ben", "CN")])
        first = (await admin.browser.get(WAITING, params={"limit": 1})).json()
        rest = (await admin.browser.get(WAITING, params={"limit": 1, "cursor": first["next_cursor"]})).json()
        assert [one["name"] for one in rest["waiting"]] == ["Ben"]
        assert (await admin.browser.post(f"{WAITING}/{ada.person.id}/admission")).status_code == 204
        assert (await admin.browser.post(f"{WAITING}/{ada.person.id}/admission")).status_code == 404
        assert (await ask(ada, CHINA)).is_success
        assert (await ask(ben, CHINA)).status_code == 403
        assert (await trial(olga, who="person", called=ada.person.id, country="CN"))["rule"]["audience"] == "person"
        assert (await trial(olga, who="person", called=ben.person.id, country="CN"))["verdict"] == "waiting"
    assert (await trial(olga, who="person", called=olga.person.id))["verdict"] == "allowed", "owners are never shut out"
    await abroad.settled()


@pytest.mark.parametrize(
    ("rule", "status", "param"),
    [
        ({"verdict": "maybe"}, 400, "verdict"),
        ({"verdict": "refused", "country": "XX"}, 400, "country"),
        ({"verdict": "refused", "audience": "visitors", "subject": "Ada"}, 400, "subject"),
        ({"verdict": "refused", "audience": "domain", "subject": "no domain"}, 400, "subject"),
        ({"verdict": "refused", "audience": "person", "subject": "nobody@example.com"}, 404, None),
        ({"verdict": "refused", "audience": "team", "subject": "' OR 1=1 --"}, 404, None),
        ({"verdict": "refused", "message_en": "x" * 1001}, 400, "message_en"),
    ],
    ids=str,
)
async def test_refuses_rules_that_cannot_be(
    olga: Visitor, rule: dict[str, str], status: int, param: str | None
) -> None:
    refused = await set_rule(olga, **rule)
    assert (refused.status_code, refused.json()["error"]["param"]) == (status, param), refused.text
    assert (await olga.browser.get(RULES)).json()["rules"] == []


async def test_refuses_cursors_that_are_none(olga: Visitor) -> None:
    for address in ("/api/console/availability/personal-rules", WAITING):
        refused = await olga.browser.get(address, params={"cursor": "none"})
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "cursor")
