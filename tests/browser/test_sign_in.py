"""Coming in, and going out."""

from __future__ import annotations

from playwright.async_api import expect

from tests.ring.houses import Home

from .conftest import Visit


async def test_a_stranger_is_told_how_to_get_a_link(visit: Visit) -> None:
    stranger = await visit("/c/some-conversation", signed_in=False)
    await expect(stranger.page.get_by_role("heading", name="An assistant of your own")).to_be_visible()
    await expect(stranger.page.get_by_text("homespun owner link")).to_be_visible()
    await expect(stranger.box).to_have_count(0)


async def test_the_owners_link_signs_in_and_leaves_no_trace_in_the_address(at_home: Home, visit: Visit) -> None:
    token = await at_home.house.accounts.make_sign_in_link_token()
    owner = await visit(f"/sign-in#token={token}", signed_in=False)
    await expect(owner.box).to_be_visible()
    assert owner.path == "/"
    assert token not in owner.page.url
    await owner.page.reload()
    await expect(owner.box).to_be_visible()


async def test_a_link_works_once(at_home: Home, visit: Visit) -> None:
    token = await at_home.house.accounts.make_sign_in_link_token()
    first = await visit(f"/sign-in#token={token}", signed_in=False)
    await expect(first.box).to_be_visible()
    second = await visit(f"/sign-in#token={token}", signed_in=False)
    await expect(second.page.get_by_role("alert")).to_contain_text("That link did not work")


async def test_signing_out_ends_it_in_every_tab(visit: Visit) -> None:
    owner = await visit()
    await expect(owner.box).to_be_visible()
    tab = await owner.second_tab("/")
    await expect(tab.box).to_be_visible()
    await owner.account.click()
    await owner.page.get_by_role("menuitem", name="Sign out").click()
    for each in (owner, tab):
        await expect(each.page.get_by_role("heading", name="An assistant of your own")).to_be_visible()
