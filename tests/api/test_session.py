"""Signing in with the owner's link, being known by a cookie, signing out."""

from __future__ import annotations

import httpx
import pytest

from tests.ring.houses import MODEL, Home

READ = ["/api/me", "/api/models", "/api/conversations", "/api/conversations/conv_1", "/api/turns/turn_1"]
EVERYTHING = [
    *(("GET", path) for path in READ),
    ("POST", "/api/conversations"),
    ("PATCH", "/api/conversations/conv_1"),
    ("DELETE", "/api/conversations/conv_1"),
    ("POST", "/api/conversations/conv_1/turns"),
    ("GET", "/api/turns/turn_1/events"),
    ("POST", "/api/turns/turn_1/stop"),
    ("PUT", "/api/turns/turn_1/feedback"),
    ("PUT", "/api/turns/turn_1/answer"),
]


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
async def test_anonymous_is_turned_away_before_the_body_is_read(at_home: Home, method: str, path: str) -> None:
    async with at_home.client() as client:
        response = await client.request(method, path, content=b"{not json")
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"


async def test_a_stranger_s_cookie_is_none(at_home: Home) -> None:
    async with at_home.client() as client:
        client.cookies.set("homespun_session", "stranger")
        assert (await client.get("/api/me")).status_code == 401


async def test_an_api_key_opens_no_session(at_home: Home) -> None:
    async with at_home.owner() as client:
        assert (await client.get("/api/me")).status_code == 401


async def test_a_link_signs_in_once(at_home: Home) -> None:
    token = await at_home.house.accounts.make_sign_in_link_token()
    async with at_home.client() as client:
        response = await client.post("/api/session", json={"token": token})
        assert response.status_code == 204
        me = (await client.get("/api/me")).json()
        assert me["role"] == "owner"
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie, "the test speaks plain http"
    async with at_home.client() as another:
        assert (await another.post("/api/session", json={"token": token})).status_code == 401


async def test_behind_https_the_cookie_is_for_https_alone(at_home: Home) -> None:
    token = await at_home.house.accounts.make_sign_in_link_token()
    async with at_home.client() as client:
        response = await client.post("/api/session", json={"token": token}, headers={"x-forwarded-proto": "https"})
    assert "secure" in response.headers["set-cookie"].lower()


async def test_signing_out_ends_the_session_for_good(at_home: Home, browser: httpx.AsyncClient) -> None:
    session = browser.cookies["homespun_session"]
    assert (await browser.delete("/api/session")).status_code == 204
    assert "homespun_session" not in browser.cookies
    async with at_home.client() as thief:
        thief.cookies.set("homespun_session", session)
        assert (await thief.get("/api/me")).status_code == 401


async def test_signing_out_without_a_session_does_nothing(at_home: Home) -> None:
    async with at_home.client() as client:
        assert (await client.delete("/api/session")).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_site_s_page_may_not_write(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    response = await browser.post("/api/conversations", json={}, headers=headers)
    assert response.status_code == 403
    assert (await browser.get("/api/conversations")).json()["conversations"] == []


async def test_another_site_s_page_may_not_sign_anybody_in(at_home: Home) -> None:
    token = await at_home.house.accounts.make_sign_in_link_token()
    async with at_home.client() as client:
        response = await client.post("/api/session", json={"token": token}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_our_own_page_may_write(at_home: Home, browser: httpx.AsyncClient, site: str) -> None:
    for headers in ({"sec-fetch-site": site}, {"origin": at_home.url}, {}):
        assert (await browser.post("/api/conversations", json={}, headers=headers)).status_code == 201


async def test_tells_of_the_models(at_home: Home, browser: httpx.AsyncClient) -> None:
    [model] = (await browser.get("/api/models")).json()
    assert (model["name"], model["is_default"], model["state"]) == (MODEL, True, "ready")
    assert model["context_tokens"] == at_home.puppet.context_tokens


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("DELETE", "/api/me", 405, "method_not_allowed"),
    ],
)
async def test_errors_are_problems(browser: httpx.AsyncClient, method: str, path: str, status: int, code: str) -> None:
    response = await browser.request(method, path)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"code", "message", "param"}
    assert response.json()["error"]["code"] == code
