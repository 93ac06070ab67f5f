"""Signing in with an OpenID provider, as a browser does it: there and back, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import Registration, Settings
from tests.accounts.openid.provider import ADA, Lies
from tests.accounts.openid.stand import Stand, provider, visited
from tests.ring.houses import Home, home

pytestmark = pytest.mark.asyncio(loop_scope="module")

START, CALLBACK = "/api/sign-in/openid", "/api/sign-in/openid/callback"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_house(tmp_path_factory: pytest.TempPathFactory, migrated: Path, running: Stand) -> AsyncIterator[Home]:
    settings = Settings(registration=Registration.OPEN, visitors=True, web_url="http://chat.test")
    folder = tmp_path_factory.mktemp("open")
    async with home(folder, migrated, accounts=settings, openid=running.settings(timeout_s=3)) as opened:
        yield opened


async def sent_back(browser: httpx.AsyncClient, start: str = START) -> dict[str, str]:
    """What the provider sends the browser back with."""
    leaving = await browser.get(start)
    assert leaving.status_code == 303, leaving.text
    address, query = await visited(leaving.headers["location"])
    assert address == f"http://chat.test{CALLBACK}"
    return query


async def back(browser: httpx.AsyncClient, query: dict[str, str]) -> httpx.Response:
    answer = await browser.get(CALLBACK, params=query)
    assert answer.status_code == 303, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    return answer


async def require_outside(browser: httpx.AsyncClient, answer: httpx.Response, code: str) -> None:
    assert answer.headers["location"] == f"/sign-in#error={code}"
    assert "homespun_session" not in answer.headers.get("set-cookie", "")
    assert (await browser.get("/api/me")).status_code == 401


async def test_a_stranger_gets_back_to_the_sign_in_page(open_house: Home) -> None:
    async with open_house.client() as browser:
        for query in ({}, {"state": "x", "code": "y"}, {"code": "y"}, {"error": "access_denied"}):
            await require_outside(browser, await back(browser, query), "sign_in_stale")


async def test_goes_there_and_comes_back_signed_in(open_house: Home, stand: Stand) -> None:
    async with open_house.client() as browser:
        assert (await browser.get("/api/sign-in")).json()["openid"] == "Example"
        answer = await back(browser, await sent_back(browser))
        assert answer.headers["location"] == "/"
        me = (await browser.get("/api/me")).json()
        assert (me["name"], me["email"], me["kind"]) == ("Ada Lovelace", "ada@example.com", "person")
        assert "homespun_openid" not in browser.cookies


async def test_the_cookie_is_for_this_alone_and_no_scripts(open_house: Home, stand: Stand) -> None:
    async with open_house.client() as browser:
        plain = (await browser.get(START)).headers["set-cookie"].lower()
        safe = (await browser.get(START, headers={"x-forwarded-proto": "https"})).headers["set-cookie"].lower()
    assert all(word in plain for word in ("httponly", "samesite=lax", f"path={START}", "max-age=600"))
    assert "secure" not in plain
    assert "secure" in safe


async def test_what_was_begun_in_one_browser_is_not_finished_in_another(open_house: Home, stand: Stand) -> None:
    """Or somebody could be signed in as another without noticing, and tell them what they write."""
    async with open_house.client() as mallory, open_house.client() as victim:
        query = await sent_back(mallory)
        await require_outside(victim, await back(victim, query), "sign_in_stale")
        await victim.get(START)
        await require_outside(victim, await back(victim, query), "sign_in_stale")
        assert (await back(mallory, query)).headers["location"] == "/"


async def test_coming_back_twice_signs_in_once(open_house: Home, stand: Stand) -> None:
    async with open_house.client() as browser:
        leaving = await browser.get(START)
        secret = browser.cookies["homespun_openid"]
        _, query = await visited(leaving.headers["location"])
        await back(browser, query)
    async with open_house.client() as again:
        again.cookies.set("homespun_openid", secret)
        await require_outside(again, await back(again, query), "sign_in_stale")


@pytest.mark.parametrize("name", ["next", "redirect_uri", "return_to", "url", "redirect", "state"])
@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_it_leads_nowhere_else(open_house: Home, stand: Stand, name: str, target: str) -> None:
    async with open_house.client() as browser:
        query = await sent_back(browser, f"{START}?{urlencode({name: target})}")
        others = {"host": "evil.example", "x-forwarded-host": "evil.example"}
        leaving = await browser.get(START, headers=others)
        asked = dict(parse_qsl(urlsplit(leaving.headers["location"]).query))
        assert asked["redirect_uri"] == f"http://chat.test{CALLBACK}"
        answer = await back(browser, {name: target} | query)
        assert answer.headers["location"] in ("/", "/sign-in#error=sign_in_stale")


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        ({"sent_back": {"error": "access_denied", "code": None}}, "provider_refused"),
        ({"sent_back": {"error": "\r\nset-cookie: a=b", "code": None}}, "provider_refused"),
        ({"sent_back": {"iss": "https://evil.example"}}, "provider_untrusted"),
        ({"claims": {"nonce": "another"}}, "provider_untrusted"),
        ({"signed": "none"}, "provider_untrusted"),
        ({"signed": "public"}, "provider_untrusted"),
        ({"user": {**ADA, "sub": "eve", "email_verified": False}}, "email_unverified"),
        ({"raw": {"/token": {"status": 500}}}, "provider_unavailable"),
        ({"raw": {"/token": {"body": " " * 100, "drip_s": 0.1}}}, "provider_unavailable"),
    ],
    ids=str,
)
async def test_a_provider_that_lies_lets_nobody_in(open_house: Home, stand: Stand, lies: Lies, code: str) -> None:
    stand.behave(lies)
    async with open_house.client() as browser:
        await require_outside(browser, await back(browser, await sent_back(browser)), code)


async def test_a_provider_that_is_down_is_said_to_be(tmp_path: Path, migrated: Path) -> None:
    with provider() as gone:
        settings = gone.settings()
    async with home(tmp_path / "data", migrated, openid=settings) as house, house.client() as browser:
        answer = await browser.get(START)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in#error=provider_unavailable")
        assert "set-cookie" not in answer.headers


async def test_without_a_provider_nobody_leaves(long_at_home: Home) -> None:
    async with long_at_home.client() as browser:
        assert (await browser.get("/api/sign-in")).json()["openid"] is None
        for path in (START, CALLBACK):
            assert (await browser.get(path)).headers["location"] == "/sign-in#error=not_found"


async def test_who_may_not_join_is_told_so(tmp_path: Path, migrated: Path, stand: Stand) -> None:
    closed = home(tmp_path / "data", migrated, accounts=Settings(web_url="http://chat.test"), openid=stand.settings())
    async with closed as house, house.client() as browser:
        await require_outside(browser, await back(browser, await sent_back(browser)), "registration_closed")


async def test_a_visitor_takes_along_what_is_theirs(open_house: Home, stand: Stand) -> None:
    stand.behave({"user": {**ADA, "sub": "vera", "email": "vera@example.com"}})
    async with open_house.client() as browser:
        await browser.post("/api/visit")
        made = (await browser.post("/api/conversations", json={"title": "Before"})).json()
        await back(browser, await sent_back(browser))
        assert (await browser.get("/api/me")).json()["email"] == "vera@example.com"
        assert (await browser.get(f"/api/conversations/{made['id']}")).json()["title"] == "Before"
