"""The button for an OpenID provider: out, and back in; or back with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from homespun.accounts import Registration, Settings
from homespun.accounts.tables import PersonRow
from homespun.api import listen
from tests.accounts.openid.provider import Lies
from tests.accounts.openid.stand import Stand, provider
from tests.ring.houses import Home, home

from .conftest import Visit
from .visitor import Visitor


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with provider() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def at_home(tmp_path: Path, migrated: Path, chromium: str, stand: Stand) -> AsyncIterator[Home]:
    """The provider sends browsers back to where this house will be: its port has to be known before it is built."""
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(registration=Registration.OPEN, web_url=url)
        house = home(tmp_path / "data", migrated, accounts=settings, openid=stand.settings(), listener=listener)
        async with house as opened:
            yield opened


def require_nowhere_else(visitor: Visitor, stand: Stand) -> None:
    """The provider is the one place outside that a page of ours may lead to."""
    assert [mishap for mishap in visitor.mishaps if not mishap.startswith(f"request to elsewhere: {stand.url}/")] == []
    visitor.mishaps.clear()


async def test_the_button_leads_to_the_provider_and_back_in(visit: Visit, stand: Stand) -> None:
    stand.behave()
    stranger = await visit("/sign-in", signed_in=False)
    await stranger.page.get_by_role("button", name="Sign in with Example").click()
    await expect(stranger.box).to_be_visible()
    assert stranger.path == "/"
    await expect(stranger.account).to_contain_text("Ada Lovelace")
    require_nowhere_else(stranger, stand)


@pytest.mark.parametrize(
    ("locale", "button", "lies", "words"),
    [
        ("en-GB", "Sign in with Example", {"signed": "none"}, "could not be trusted"),
        ("zh-CN", "使用 Example 登录", {"sent_back": {"error": "access_denied", "code": None}}, "没有让您通过"),
    ],
)
async def test_whoever_is_not_let_in_is_told_why(
    visit: Visit, stand: Stand, locale: str, button: str, lies: Lies, words: str
) -> None:
    stand.behave(lies)
    stranger = await visit("/sign-in", signed_in=False, locale=locale)
    await stranger.page.get_by_role("button", name=button).click()
    await expect(stranger.page.get_by_role("alert")).to_contain_text(words)
    assert stranger.page.url.endswith("/sign-in")
    await expect(stranger.page.get_by_role("button", name=button)).to_be_visible()
    require_nowhere_else(stranger, stand)


async def test_somebody_is_linked_comes_in_by_it_and_ends_it(at_home: Home, visit: Visit, stand: Stand) -> None:
    stand.behave()
    owner = await visit("/account/sign-in")
    await owner.button("Link with Example").click()
    await expect(owner.page.get_by_text("You are linked. From now on you can sign in this way.")).to_be_visible()
    assert owner.page.url == f"{at_home.url}/account/sign-in"
    require_nowhere_else(owner, stand)

    same = await visit("/sign-in", signed_in=False)
    await same.button("Sign in with Example").click()
    await expect(same.account).to_contain_text((await at_home.person()).name)
    require_nowhere_else(same, stand)

    await owner.button("End the link").click()
    ask = owner.page.get_by_role("alertdialog")
    await ask.get_by_role("button", name="End the link").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("Nothing else would let you in.")
    async with at_home.house.store.write() as session:
        person = await session.get_one(PersonRow, (await at_home.person()).id)
        person.email, person.password_hash = "owner@example.com", "some hash"
    await owner.button("End the link").click()
    await ask.get_by_role("button", name="End the link").click()
    await expect(owner.button("Link with Example")).to_be_visible()


async def test_a_link_that_the_provider_lies_about_is_not_made(visit: Visit, stand: Stand) -> None:
    stand.behave({"signed": "none"})
    owner = await visit("/account/sign-in", locale="zh-CN")
    await owner.button("关联 Example").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("登录服务的答复无法信任")
    await expect(owner.button("关联 Example")).to_be_visible()
    require_nowhere_else(owner, stand)
