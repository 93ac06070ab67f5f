"""Being linked with an OpenID provider: by a session that is signed in, and by nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import Delivery, Device, Registration, Settings
from homespun.accounts.tables import PersonRow
from tests.accounts.openid.provider import ADA, Lies
from tests.accounts.openid.stand import Stand, visited
from tests.ring.houses import Home, home

from .people import Visitor, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK, CALLBACK = "/api/me/openid", "/api/sign-in/openid/callback"
PAGE = "/account/sign-in"


@pytest_asyncio.fixture(loop_scope="module")
async def house(tmp_path: Path, migrated: Path, running: Stand) -> AsyncIterator[Home]:
    settings = Settings(
        registration=Registration.OPEN,
        visitors=True,
        web_url="http://chat.test",
        password_memory_kib=64,
        password_passes=1,
    )
    async with home(tmp_path / "data", migrated, accounts=settings, openid=running.settings(timeout_s=3)) as opened:
        yield opened


async def left(who: Visitor) -> dict[str, str]:
    """Goes to the provider, to be linked; what it sends the browser back with."""
    leaving = await who.browser.post(LINK)
    assert leaving.status_code == 200, leaving.text
    _, query = await visited(leaving.json()["url"])
    return query


async def back(browser: httpx.AsyncClient, query: dict[str, str]) -> str:
    answer = await browser.get(CALLBACK, params=query)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def hold(who: Visitor, secret: str) -> None:
    """Puts the cookie of a link that was begun into their browser."""
    who.browser.cookies.set("homespun_openid_link", secret, path="/api/sign-in/openid")


async def is_linked(who: Visitor) -> bool:
    return (await who.browser.get(LINK)).json()["linked_at"] is not None


async def by_provider(house: Home) -> str:
    """Whoever comes in by the provider; their name."""
    async with house.client() as browser:
        leaving = await browser.get("/api/sign-in/openid")
        _, query = await visited(leaving.headers["location"])
        assert await back(browser, query) == "/"
        name: str = (await browser.get("/api/me")).json()["name"]
        return name


@asynccontextmanager
async def rose(house: Home) -> AsyncIterator[Visitor]:
    """A member who has nothing to do with the provider so far."""
    async with signed_in(house, "Rose") as visitor:
        yield visitor


async def test_anonymous_and_visitors_are_turned_away(house: Home, stand: Stand) -> None:
    async with house.client() as browser:
        for method in ("GET", "POST", "DELETE"):
            assert (await browser.request(method, LINK)).status_code == 401
        await browser.post("/api/visit")
        for method in ("GET", "POST", "DELETE"):
            assert (await browser.request(method, LINK)).status_code == 403


async def test_is_linked_and_comes_in_by_it(house: Home, stand: Stand) -> None:
    async with rose(house) as who:
        assert (await who.browser.get(LINK)).json() == {"provider": "Example", "linked_at": None}
        assert await back(who.browser, await left(who)) == f"{PAGE}#linked"
        assert await is_linked(who)
        assert "homespun_openid_link" not in who.browser.cookies
        assert (await who.browser.post(LINK)).json()["error"]["code"] == "conflict"
    assert await by_provider(house) == "Rose", "though her address there is another"


async def test_another_site_cannot_begin_it(house: Home, stand: Stand) -> None:
    async with rose(house) as who:
        refused = await who.browser.post(LINK, headers={"sec-fetch-site": "cross-site"})
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


async def test_a_stolen_state_links_nobody(house: Home, stand: Stand) -> None:
    """Mallory's answer in Rose's browser would let him in as Rose; with or without a link of her own under way."""
    async with rose(house) as who, signed_in(house, "Mallory") as mallory:
        query = await left(mallory)
        assert await back(who.browser, query) == "/sign-in#error=sign_in_stale"
        own = await left(who)
        assert await back(who.browser, query) == f"{PAGE}#error=sign_in_stale"
        assert not await is_linked(who)
        assert not await is_linked(mallory)
        assert await back(who.browser, own) == "/sign-in#error=sign_in_stale", "the cookie went with the failure"


async def test_what_was_begun_by_one_session_is_not_finished_by_another(house: Home, stand: Stand) -> None:
    """Not even the same browser's, when somebody else has signed in meanwhile, or nobody is any more."""
    async with rose(house) as who, signed_in(house, "Mallory") as mallory:
        query = await left(mallory)
        own = mallory.browser.cookies["homespun_session"]
        mallory.browser.cookies.set("homespun_session", who.browser.cookies["homespun_session"])
        assert await back(mallory.browser, query) == f"{PAGE}#error=sign_in_stale"
        assert not await is_linked(who)
        mallory.browser.cookies.set("homespun_session", own)
        query = await left(mallory)
        await house.house.accounts.sign_out(own)
        assert await back(mallory.browser, query) == f"{PAGE}#error=sign_in_stale"


async def test_a_sign_in_is_never_turned_into_a_link_nor_back(house: Home, stand: Stand) -> None:
    async with rose(house) as who:
        leaving = await who.browser.get("/api/sign-in/openid")
        secret = who.browser.cookies["homespun_openid"]
        _, query = await visited(leaving.headers["location"])
        hold(who, secret)
        assert await back(who.browser, query) == f"{PAGE}#error=sign_in_stale"
        assert not await is_linked(who)

    async with rose(house) as who:
        query = await left(who)
        secret = who.browser.cookies["homespun_openid_link"]
        async with house.client() as other:
            other.cookies.set("homespun_openid", secret)
            assert await back(other, query) == "/sign-in#error=sign_in_stale"


async def test_coming_back_twice_links_once(house: Home, stand: Stand) -> None:
    async with rose(house) as who:
        query = await left(who)
        secret = who.browser.cookies["homespun_openid_link"]
        await back(who.browser, query)
        hold(who, secret)
        assert await back(who.browser, query) == f"{PAGE}#error=sign_in_stale"


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        ({"sent_back": {"error": "access_denied", "code": None}}, "provider_refused"),
        ({"sent_back": {"iss": "https://evil.example"}}, "provider_untrusted"),
        ({"claims": {"nonce": "another"}}, "provider_untrusted"),
        ({"claims": {"aud": "another"}}, "provider_untrusted"),
        ({"signed": "none"}, "provider_untrusted"),
        ({"signed": "stranger"}, "provider_untrusted"),
        ({"raw": {"/token": {"status": 500}}}, "provider_unavailable"),
    ],
    ids=str,
)
async def test_a_provider_that_lies_is_linked_with_nobody(house: Home, stand: Stand, lies: Lies, code: str) -> None:
    stand.behave(lies)
    async with rose(house) as who:
        assert await back(who.browser, await left(who)) == f"{PAGE}#error={code}"
        assert not await is_linked(who)


async def test_an_identity_is_one_persons_alone(house: Home, stand: Stand) -> None:
    async with rose(house) as who, signed_in(house, "Mallory") as mallory:
        await back(who.browser, await left(who))
        assert await back(mallory.browser, await left(mallory)) == f"{PAGE}#error=identity_taken"
        assert not await is_linked(mallory)
    assert await by_provider(house) == "Rose"


async def test_a_person_has_one_link_though_two_were_begun(house: Home, stand: Stand) -> None:
    async with rose(house) as who:
        first = await left(who)
        secret = who.browser.cookies["homespun_openid_link"]
        stand.behave({"user": {**ADA, "sub": "another"}})
        assert await back(who.browser, await left(who)) == f"{PAGE}#linked"
        hold(who, secret)
        assert await back(who.browser, first) == f"{PAGE}#error=conflict"


async def test_the_last_way_in_stays(house: Home, stand: Stand) -> None:
    """A password is a way in only with something to be called by, and an address only where codes are sent to it."""
    async with rose(house) as who:
        await back(who.browser, await left(who))
        assert (await who.browser.delete(LINK)).json()["error"]["code"] == "last_way_in"
        set_password = await who.browser.post("/api/me/password", json={"new": "correct horse battery"})
        assert set_password.status_code == 204
        assert (await who.browser.delete(LINK)).json()["error"]["code"] == "last_way_in"
        async with house.house.store.write() as session:
            row = await session.get_one(PersonRow, who.person.id)
            row.email = "rose@example.com"
        assert (await who.browser.delete(LINK)).status_code == 204
        assert not await is_linked(who)
        assert (await who.browser.delete(LINK)).status_code == 404
        found, _ = await house.house.accounts.passwords.sign_in("rose@example.com", "correct horse battery", Device())
        assert found == who.person
    assert await by_provider(house) == "Ada Lovelace", "whoever comes from there is somebody new"


async def test_where_codes_are_sent_an_address_is_a_way_in(tmp_path: Path, migrated: Path, stand: Stand) -> None:
    settings = Settings(email=Delivery.CONSOLE, web_url="http://chat.test")
    async with (
        home(tmp_path / "codes", migrated, accounts=settings, openid=stand.settings()) as house,
        rose(house) as who,
    ):
        await back(who.browser, await left(who))
        async with house.house.store.write() as session:
            (await session.get_one(PersonRow, who.person.id)).phone = "+8613800138000"
        assert (await who.browser.delete(LINK)).json()["error"]["code"] == "last_way_in"
        async with house.house.store.write() as session:
            (await session.get_one(PersonRow, who.person.id)).email = "rose@example.com"
        assert (await who.browser.delete(LINK)).status_code == 204
