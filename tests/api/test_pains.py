"""What went wrong elsewhere and has no better place here: ways round the till, streams that outlive a role, DELETEs."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from homespun.accounts import Role
from homespun.billing import Money, Tariff
from tests.api.people import signed_in
from tests.api.talks import asked, begun, events, started
from tests.patience import PATIENCE_S
from tests.ring.houses import MODEL, Home, home

CHAT = {"model": MODEL, "messages": [{"role": "user", "content": "one two three"}]}
COMPLETION = {"model": MODEL, "prompt": "one two three"}


@pytest.fixture
async def shop(tmp_path: Path, migrated: Path) -> AsyncIterator[Home]:
    """A house where each prompt costs ten micros, and whose owner has a thousand."""
    async with home(tmp_path / "data", migrated) as opened:
        await opened.house.billing.prices.set(Tariff(prompt_micros=10))
        await opened.house.billing.adjust((await opened.person()).id, Money(1000, "USD"))
        yield opened


async def by_program(shop: Home, path: str, **body: object) -> None:
    async with shop.owner() as client:
        response = await client.post(path, json=body)
    assert response.status_code == 200, response.text


async def by_page(shop: Home) -> None:
    async with shop.browser() as browser:
        await asked(browser, (await started(browser))["id"], question="one two three")


WAYS: dict[str, Callable[[Home], Awaitable[None]]] = {
    "chat": lambda shop: by_program(shop, "/v1/chat/completions", **CHAT),
    "chat, streamed": lambda shop: by_program(shop, "/v1/chat/completions", **CHAT, stream=True),
    "completion": lambda shop: by_program(shop, "/v1/completions", **COMPLETION),
    "completion, streamed": lambda shop: by_program(shop, "/v1/completions", **COMPLETION, stream=True),
    "web app": by_page,
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_ask_is_charged_and_logged(shop: Home, way: str) -> None:
    await WAYS[way](shop)
    await shop.settled()
    person = await shop.person()
    assert (await shop.house.billing.balance(person.id)).available == Money(990, "USD")
    assert await shop.house.billing.audit.verify() == ()


@pytest.mark.parametrize("way", WAYS)
async def test_no_way_to_ask_is_open_to_who_has_no_money(shop: Home, way: str) -> None:
    await shop.house.billing.adjust((await shop.person()).id, Money(-1000, "USD"))
    with pytest.raises(AssertionError, match="insufficient_quota"):
        await WAYS[way](shop)
    assert not shop.puppet.requests


async def test_who_is_an_admin_no_more_reads_no_stream_that_was_opened_as_one(at_home: Home) -> None:
    at_home.puppet.hold()
    async with signed_in(at_home, "Anna", Role.ADMIN) as anna:
        turn = await begun(anna.browser, (await started(anna.browser))["id"], question="one")
        async with events(anna.browser, turn["id"]) as stream:
            await anext(stream)
            await at_home.house.accounts.people.set_role(await at_home.person(), anna.person.id, Role.MEMBER)
            async with asyncio.timeout(PATIENCE_S):
                assert [name async for name, _ in stream] == []
    at_home.puppet.let(1)


NONSENSE = ("x", "%00", "%ff", "..%2f..", "'; DROP TABLE people; --", "a" * 5000, "0", "-1", "null")
PLACES = (
    "/api/conversations/{}",
    "/api/me/keys/{}",
    "/api/me/sessions/{}",
    "/api/teams/{}",
    "/api/teams/{}/members/{}",
    "/api/console/people/{}",
    "/api/console/plans/{}",
    "/v1/models/{}",
    "/{}",
)


async def test_no_bad_delete_ends_the_server(at_home: Home) -> None:
    async with at_home.browser() as browser, at_home.owner() as program:
        for place, nonsense in itertools.product(PLACES, NONSENSE):
            for client in (browser, program):
                status = await deleted(client, place.replace("{}", nonsense))
                assert 400 <= status < 500, (place, nonsense, status)
        assert (await browser.get("/health")).status_code == 200
        assert (await browser.get("/api/me")).status_code == 200


async def deleted(client: httpx.AsyncClient, path: str) -> int:
    return (await client.request("DELETE", path, content=b"{", headers={"content-type": "text/html"})).status_code
