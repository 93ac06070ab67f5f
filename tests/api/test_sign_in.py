"""All ways that lead to a session, and those that don't."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from homespun.accounts import Delivery, NewInvitation, Registration, Settings
from homespun.billing import Money
from tests.ring.houses import Home, home

from .people import signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_house(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Home]:
    """Everybody may join, and come in without signing in."""
    settings = Settings(
        registration=Registration.OPEN,
        visitors=True,
        email=Delivery.CONSOLE,
        password_memory_kib=64,
        password_passes=1,
    )
    async with home(tmp_path_factory.mktemp("open"), migrated, accounts=settings) as opened:
        yield opened


async def code_for(house: Home, browser: httpx.AsyncClient, to: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert (await browser.post("/api/sign-in/code", json={"to": to})).status_code == 204
    await house.house.accounts.courier.settle()
    found = re.search(r"Your code is (\d{6})", capsys.readouterr().err)
    assert found
    return found[1]


async def joined(house: Home, browser: httpx.AsyncClient, to: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = await code_for(house, browser, to, capsys)
    answer = await browser.post(
        "/api/registration", json={"login": to, "code": code, "name": "Anna", "password": PASSWORD}
    )
    assert answer.status_code == 204, answer.text


async def test_says_what_is_offered(open_house: Home, long_at_home: Home) -> None:
    async with open_house.client() as here, long_at_home.client() as there:
        opened, closed = (await here.get("/api/sign-in")).json(), (await there.get("/api/sign-in")).json()
    assert (opened["registration"], opened["visitors"], opened["email_code"], opened["phone_code"]) == (
        "open", True, True, False
    )  # fmt: skip
    assert (closed["registration"], closed["visitors"], closed["email_code"]) == ("closed", False, False)
    assert (opened["currency"], opened["password_min_length"]) == ("USD", 10)


async def test_joins_with_a_code_and_comes_back_with_a_password(
    open_house: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_house.client() as first, open_house.client() as later:
        await joined(open_house, first, "anna@example.com", capsys)
        me = (await first.get("/api/me")).json()
        assert (me["name"], me["email"], me["role"], me["has_password"]) == ("Anna", "anna@example.com", "member", True)
        answer = await later.post("/api/session", json={"login": "Anna@Example.com", "password": PASSWORD})
        assert answer.status_code == 204
        assert answer.headers["cache-control"] == "no-store"
        assert (await later.get("/api/me")).json()["id"] == me["id"]


async def test_a_code_signs_in_once(open_house: Home, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_house.client() as browser:
        proof = {"login": "b@example.com", "code": await code_for(open_house, browser, "b@example.com", capsys)}
        assert (await browser.post("/api/session", json=proof)).status_code == 204
        again = await browser.post("/api/session", json=proof)
        assert (again.status_code, again.json()["error"]["code"]) == (401, "sign_in_failed")


async def test_a_code_is_asked_for_alike_whether_somebody_is_known_or_not(long_at_home: Home, open_house: Home) -> None:
    async with open_house.client() as browser:
        answers = [
            await browser.post("/api/sign-in/code", json={"to": to}) for to in ("anna@example.com", "no@example.com")
        ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    async with long_at_home.client() as browser:
        refused = await browser.post("/api/sign-in/code", json={"to": "anna@example.com"})
        assert refused.json()["error"]["code"] == "permission_denied", "no e-mail is sent there at all"


@pytest.mark.parametrize(
    "proof",
    [
        {"login": "owner", "password": "guess"},
        {"login": "' OR 1=1 --", "password": "' OR 1=1 --"},
        {"login": "nobody@example.com", "password": PASSWORD},
        {"login": "nobody@example.com", "code": "000000"},
        {"token": "x" * 43},
        {"token": "'; DROP TABLE sessions; --"},
        {"token": "sk-homespun-" + "x" * 43},
    ],
)
async def test_a_wrong_proof_lets_nobody_in(open_house: Home, proof: dict[str, str]) -> None:
    async with open_house.client() as browser:
        refused = await browser.post("/api/session", json=proof)
        assert refused.status_code == 401
        assert "set-cookie" not in refused.headers
        assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"login": "a@example.com"},
        {"password": PASSWORD},
        {"token": "x", "login": "a@example.com", "password": PASSWORD},
        {"login": "a@example.com", "password": PASSWORD, "code": "123456"},
        {"invitation": "x"},
        {"token": "x" * 1001},
        {"token": 5},
        {"token": "x", "role": "owner"},
    ],
)
async def test_half_a_proof_or_two_are_refused(open_house: Home, proof: dict[str, object]) -> None:
    async with open_house.client() as browser:
        refused = await browser.post("/api/session", json=proof)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_value")


async def test_where_registration_is_closed_nobody_joins(long_at_home: Home) -> None:
    async with long_at_home.client() as browser:
        new = {"login": "a@example.com", "code": "123456", "name": "Anna"}
        assert (await browser.post("/api/registration", json=new)).status_code == 401
        refused = await browser.post("/api/visit")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")


async def test_an_invitation_is_shown_and_lets_one_new_person_in(open_house: Home) -> None:
    house = open_house.house.accounts
    _, token = await house.invitations.create(await house.ensure_owner(), NewInvitation())
    async with open_house.client() as browser, open_house.client() as late:
        shown = await browser.post("/api/sign-in/invitation", json={"token": token})
        assert (shown.status_code, shown.json()["role"]) == (200, "member")
        proof = {"invitation": token, "name": "Ida"}
        assert (await browser.post("/api/session", json=proof)).status_code == 204
        assert (await browser.get("/api/me")).json()["name"] == "Ida"
        assert (await late.post("/api/session", json=proof)).status_code == 404
        assert (await late.post("/api/sign-in/invitation", json={"token": token})).status_code == 404


async def test_a_visitor_takes_along_what_is_theirs_when_they_sign_in(
    open_house: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    house = open_house.house
    async with open_house.client() as browser, open_house.client() as thief:
        assert (await browser.post("/api/visit")).status_code == 204
        visitor = (await browser.get("/api/me")).json()
        assert (visitor["kind"], visitor["role"]) == ("visitor", "visitor")
        thief.cookies.set("homespun_session", browser.cookies["homespun_session"])
        made = (await browser.post("/api/conversations", json={"title": "Before"})).json()
        await house.billing.adjust(visitor["id"], Money(5_000_000, "USD"))
        await joined(open_house, browser, "visitor@example.com", capsys)
        me = (await browser.get("/api/me")).json()
        assert (me["kind"], me["id"] == visitor["id"]) == ("person", False)
        assert (await browser.get(f"/api/conversations/{made['id']}")).json()["title"] == "Before"
        assert (await house.billing.balance(me["id"])).available == Money(5_000_000, "USD")
        assert (await house.billing.balance(visitor["id"])).available == Money(0, "USD")
        assert await house.billing.audit.verify() == ()
        assert (await thief.get("/api/me")).status_code == 401, "the visit has ended"


async def test_whoever_is_signed_in_does_not_become_a_visitor(open_house: Home) -> None:
    async with signed_in(open_house, "Anna") as anna:
        assert (await anna.browser.post("/api/visit")).status_code == 204
        assert (await anna.browser.get("/api/me")).json()["id"] == anna.person.id


async def test_a_person_who_signs_in_as_another_takes_nothing_along(
    open_house: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    async with signed_in(open_house, "Ben") as ben, open_house.client() as elsewhere:
        made = (await ben.browser.post("/api/conversations", json={"title": "Ben's"})).json()
        session = ben.browser.cookies["homespun_session"]
        await joined(open_house, ben.browser, "cleo@example.com", capsys)
        assert (await ben.browser.get(f"/api/conversations/{made['id']}")).status_code == 404
        elsewhere.cookies.set("homespun_session", session)
        assert (await elsewhere.get(f"/api/conversations/{made['id']}")).status_code == 200


async def test_of_two_who_use_a_code_at_once_one_gets_in(open_house: Home, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_house.client() as browser:
        proof = {"login": "d@example.com", "code": await code_for(open_house, browser, "d@example.com", capsys)}
        answers = await asyncio.gather(*(browser.post("/api/session", json=proof) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [204, 401]
