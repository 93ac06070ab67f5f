"""Doors say where a request comes from, and what the gate decides reaches people in their language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from homespun.accounts import NewInvitation, NewKey, Registration
from homespun.accounts import Settings as AccountsSettings
from homespun.gate import Audience, Rule, Settings, Verdict
from tests.gate.mmdb import country, mmdb
from tests.ring.houses import MODEL, Home, home

from .people import arrived, signed_in

GERMAN, FRENCH = {"cf-ipcountry": "DE"}, {"cf-ipcountry": "FR"}
ACCOUNTS = AccountsSettings(registration=Registration.OPEN, visitors=True)
CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}]}


@pytest.fixture
async def abroad(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """A house that isn't open in Germany, behind a proxy that tells countries."""
    settings = Settings(country_header="CF-IPCountry")
    async with home(tmp_path / "data", migrated, accounts=ACCOUNTS, gate=settings) as opened:
        await opened.house.gate.availability.make(Rule(Verdict.REFUSED, country="DE", message_zh="德国尚未开放。"))
        yield opened


def code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


async def member_with_key(at: Home) -> str:
    person, _ = await arrived(at, "Anna")
    _, secret = await at.house.accounts.keys.create(person, NewKey("test"))
    return secret


async def test_anonymous_is_turned_away_before_any_country_matters(abroad: Home) -> None:
    async with abroad.client() as client:
        assert (await client.post("/v1/chat/completions", json=CHAT, headers=GERMAN)).status_code == 401


async def test_a_program_is_refused_from_there_in_its_language(abroad: Home) -> None:
    key = {"authorization": f"Bearer {await member_with_key(abroad)}"}
    async with abroad.client() as client:
        for address, body in (("chat/completions", CHAT), ("completions", {"model": MODEL, "prompt": ["a", "b"]})):
            headers = {**key, **GERMAN, "accept-language": "zh-CN,zh;q=0.9"}
            refused = await client.post(f"/v1/{address}", json=body, headers=headers)
            assert (refused.status_code, code(refused)) == (403, "not_available_here")
            assert refused.json()["error"]["message"] == "德国尚未开放。"
            assert refused.json()["error"]["type"] == "permission_error"
    assert abroad.states() == []


async def test_of_two_headers_the_proxys_counts(abroad: Home) -> None:
    key = ("authorization", f"Bearer {await member_with_key(abroad)}")
    async with abroad.client() as client:
        headers = [key, ("cf-ipcountry", "FR"), ("cf-ipcountry", "DE")]
        assert code(await client.post("/v1/chat/completions", json=CHAT, headers=headers)) == "not_available_here"


async def test_a_header_that_no_setting_names_is_not_believed(tmp_path: Path, migrated: Path) -> None:
    file = tmp_path / "countries.mmdb"
    file.write_bytes(mmdb({"127.0.0.0/8": country("DE")}))
    async with home(tmp_path / "data", migrated, gate=Settings(geoip_file=str(file))) as at:
        await at.house.gate.availability.make(Rule(Verdict.REFUSED, country="DE"))
        key = {"authorization": f"Bearer {await member_with_key(at)}"}
        async with at.client() as client:
            refused = await client.post("/v1/chat/completions", json=CHAT, headers={**key, **FRENCH})
    assert code(refused) == "not_available_here"


async def test_the_web_app_asks_the_same_gate(abroad: Home) -> None:
    async with signed_in(abroad, "Anna") as anna:
        conversation = (await anna.browser.post("/api/conversations", json={})).json()["id"]
        address, question = f"/api/conversations/{conversation}/turns", {"question": "Hello?"}
        refused = await anna.browser.post(address, json=question, headers=GERMAN)
        assert (refused.status_code, code(refused)) == (403, "not_available_here")
        await abroad.house.gate.availability.make(Rule(Verdict.WAITING, country="FR"))
        waits = await anna.browser.post(address, json=question, headers=FRENCH)
        assert (waits.status_code, code(waits)) == (403, "waiting_list")
        assert "You are number 1 " in waits.json()["error"]["message"]


async def test_nobody_joins_or_visits_from_there(abroad: Home) -> None:
    new = {"login": "new@example.com", "code": "123456", "name": "New"}
    async with abroad.client() as client:
        assert code(await client.post("/api/registration", json=new, headers=GERMAN)) == "not_available_here"
        assert code(await client.post("/api/registration", json=new, headers=FRENCH)) == "sign_in_failed"
        assert code(await client.post("/api/visit", headers=GERMAN)) == "not_available_here"
        assert not client.cookies
        assert (await client.post("/api/visit", headers=FRENCH)).status_code == 204


async def test_who_signs_in_from_there_is_out_again(abroad: Home) -> None:
    house = abroad.house.accounts
    _, link = await house.invitations.create(await house.ensure_owner(), NewInvitation())
    async with abroad.client() as client:
        given = {"invitation": link, "name": "Anna"}
        refused = await client.post("/api/session", json=given, headers=GERMAN)
        assert code(refused) == "not_available_here"
        assert "set-cookie" not in refused.headers
    anna = (await house.people.list(await house.ensure_owner(), search="Anna")).values[0].person
    assert await house.sessions.list(anna.id) == ()


async def test_the_owner_signs_in_from_everywhere(abroad: Home) -> None:
    await abroad.house.gate.availability.make(Rule(Verdict.REFUSED))
    await abroad.house.gate.availability.make(Rule(Verdict.REFUSED, Audience.VISITORS))
    token = await abroad.house.accounts.make_sign_in_link_token()
    async with abroad.client() as client:
        assert (await client.post("/api/session", json={"token": token}, headers=GERMAN)).status_code == 204
