"""One's own API keys: made with limits, shown once, revoked for good."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.ring.houses import MODEL, Home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def made(browser: httpx.AsyncClient, **wanted: object) -> dict[str, Any]:
    response = await browser.post("/api/me/keys", json={"name": "mine"} | wanted)
    assert response.status_code == 201, response.text
    key: dict[str, Any] = response.json()
    return key


async def test_a_key_works_until_it_is_revoked_and_its_secret_is_shown_once(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna, long_at_home.client() as program:
        new = await made(anna.browser)
        program.headers["authorization"] = f"Bearer {new['secret']}"
        assert (await program.get("/v1/models")).status_code == 200
        [listed] = (await anna.browser.get("/api/me/keys")).json()["keys"]
        assert "secret" not in listed
        assert new["secret"].startswith(listed["prefix"])
        assert listed["scopes"] == ["chat", "models", "usage"]
        revoked = await anna.browser.delete(f"/api/me/keys/{listed['id']}")
        assert revoked.json()["revoked_at"] is not None
        refused = await program.get("/v1/models")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "api_key_revoked")


async def test_a_key_is_limited_as_it_was_made(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna, long_at_home.client() as program:
        limits = {
            "scopes": ["chat"],
            "models": ["another-model"],
            "budget": {"micros": 5_000_000, "period": "month"},
            "networks": ["127.0.0.0/8"],
            "expires_at": "2099-01-01T00:00:00Z",
        }
        new = await made(anna.browser, **limits)
        assert new["key"] | limits == new["key"]
        program.headers["authorization"] = f"Bearer {new['secret']}"
        assert (await program.get("/v1/models")).json()["error"]["code"] == "scope_missing"
        asked = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
        assert (await program.post("/v1/chat/completions", json=asked)).json()["error"]["code"] == "model_not_allowed"


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"models": ["two words"]}, "models"),
        ({"models": ["m"] * 101}, "models"),
        ({"budget": {"micros": -1, "period": "month"}}, "budget.micros"),
        ({"budget": {"micros": 10**30, "period": "month"}}, "budget.micros"),
        ({"budget": {"micros": 1.5, "period": "month"}}, "budget.micros"),
        ({"budget": {"micros": "1", "period": "month"}}, "budget.micros"),
        ({"budget": {"micros": True, "period": "month"}}, "budget.micros"),
        ({"budget": {"micros": 1, "period": "day"}}, "budget.period"),
        ({"networks": ["everywhere"]}, "networks"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2001-01-01T00:00:00"}, "expires_at"),
        ({"owner_id": "person_1"}, "owner_id"),
    ],
)
async def test_a_key_that_can_not_be_is_refused_by_the_name_of_the_field(
    long_at_home: Home, wanted: dict[str, object], param: str
) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        refused = await anna.browser.post("/api/me/keys", json={"name": "mine"} | wanted)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)
        assert (await anna.browser.get("/api/me/keys")).json()["keys"] == []


async def test_a_key_of_a_project_that_is_not_theirs_is_not_made(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        refused = await anna.browser.post("/api/me/keys", json={"name": "mine", "project_id": "project_1"})
        assert refused.status_code == 404


async def test_one_s_own_keys_come_in_pages_the_newest_first(long_at_home: Home) -> None:
    async with signed_in(long_at_home, "Anna") as anna, signed_in(long_at_home, "Ben") as ben:
        await ben.browser.post("/api/me/keys", json={"name": "not hers"})
        for number in range(5):
            await anna.browser.post("/api/me/keys", json={"name": f"key {number}"})
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await anna.browser.get("/api/me/keys", params={"limit": 2, "cursor": cursor})).json()
            assert len(page["keys"]) <= 2
            names += [key["name"] for key in page["keys"]]
            cursor = page["next_cursor"]
        assert names == [f"key {number}" for number in (4, 3, 2, 1, 0)]
        bad = await anna.browser.get("/api/me/keys", params={"cursor": "x"})
        assert (bad.status_code, bad.json()["error"]["param"]) == (400, "cursor")
