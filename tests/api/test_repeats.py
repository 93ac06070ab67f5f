"""A request that is sent again with its Idempotency-Key changes nothing twice."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.ring.houses import Home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def titles(browser: httpx.AsyncClient) -> list[str]:
    return [one["title"] for one in (await browser.get("/api/conversations")).json()["conversations"]]


async def test_the_same_request_gets_the_same_answer_and_is_done_once(long_at_home: Home) -> None:
    headers, new = key(), {"title": "Once"}
    async with signed_in(long_at_home, "Anna") as anna:
        first = await anna.browser.post("/api/conversations", json=new, headers=headers)
        again = await anna.browser.post("/api/conversations", json=new, headers=headers)
        assert await titles(anna.browser) == ["Once"]
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


async def test_many_at_once_are_done_once(long_at_home: Home) -> None:
    headers = key()
    async with signed_in(long_at_home, "Anna") as anna:
        requests = [anna.browser.post("/api/conversations", json={"title": "One"}, headers=headers) for _ in range(6)]
        answers = await asyncio.gather(*requests)
        assert await titles(anna.browser) == ["One"]
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert len(made) == 1
    assert all(answer.json()["error"]["code"] == "request_in_progress" for answer in waiting)
    assert all(answer.headers["retry-after"] == "1" for answer in waiting)


@pytest.mark.parametrize(("method", "path", "body"), [
    ("POST", "/api/conversations", {"title": "Another"}),
    ("POST", "/api/conversations?x=1", {"title": "One"}),
    ("PATCH", "/api/me", {"name": "Anna"}),
])  # fmt: skip
async def test_a_key_stands_for_one_request(long_at_home: Home, method: str, path: str, body: object) -> None:
    headers = key()
    async with signed_in(long_at_home, "Anna") as anna:
        await anna.browser.post("/api/conversations", json={"title": "One"}, headers=headers)
        refused = await anna.browser.request(method, path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_key_reused")
        assert await titles(anna.browser) == ["One"]


async def test_others_keys_are_others(long_at_home: Home) -> None:
    headers = key()
    async with signed_in(long_at_home, "Anna") as anna, signed_in(long_at_home, "Ben") as ben:
        hers = await anna.browser.post("/api/conversations", json={"title": "Mine"}, headers=headers)
        his = await ben.browser.post("/api/conversations", json={"title": "Mine"}, headers=headers)
        assert hers.json()["id"] != his.json()["id"]


@pytest.mark.parametrize("wrong", [{"title": 5}, {"title": "a\0b"}, {"nonsense": 1}])
async def test_what_failed_may_be_sent_again(long_at_home: Home, wrong: dict[str, object]) -> None:
    headers = key()
    async with signed_in(long_at_home, "Anna") as anna:
        for _ in range(2):
            refused = await anna.browser.post("/api/conversations", json=wrong, headers=headers)
            assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_value")
        made = await anna.browser.post("/api/conversations", json={"title": "Right"}, headers=headers)
        assert made.status_code == 201


async def test_a_secret_is_not_kept_but_the_second_time_says_what_was_made(long_at_home: Home) -> None:
    headers = key()
    async with signed_in(long_at_home, "Anna") as anna:
        made = (await anna.browser.post("/api/me/keys", json={"name": "mine"}, headers=headers)).json()
        again = await anna.browser.post("/api/me/keys", json={"name": "mine"}, headers=headers)
        assert again.status_code == 409
        assert f"/api/me/keys/{made['key']['id']}" in again.json()["error"]["message"]
        assert len((await anna.browser.get("/api/me/keys")).json()["keys"]) == 1
    files = long_at_home.data_dir.glob("homespun.db*")
    assert not any(made["secret"].encode() in file.read_bytes() for file in files)


async def test_nobody_gets_another_s_session_by_their_key(long_at_home: Home) -> None:
    headers, token = key(), await long_at_home.house.accounts.make_sign_in_link_token()
    async with long_at_home.client() as first, long_at_home.client() as thief:
        assert (await first.post("/api/session", json={"token": token}, headers=headers)).status_code == 204
        again = await thief.post("/api/session", json={"token": token}, headers=headers)
        assert again.status_code == 409
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize("wrong", [b"with space", b"x" * 256, b"\xe4"])
async def test_a_key_that_is_none_is_refused(long_at_home: Home, wrong: bytes) -> None:
    async with signed_in(long_at_home, "Anna") as anna:
        refused = await anna.browser.post("/api/conversations", json={}, headers={b"idempotency-key": wrong})
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "Idempotency-Key")
