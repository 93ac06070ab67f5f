"""The ways in besides the owner's link: codes, passwords, invitations, visits."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from homespun.accounts import Delivery, NewInvitation, Registration, Settings
from tests.ring.houses import Home

from .conftest import Visit

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts_settings() -> Settings:
    """Everybody may join, and come in without signing in."""
    return Settings(
        registration=Registration.OPEN,
        visitors=True,
        email=Delivery.CONSOLE,
        password_memory_kib=64,
        password_passes=1,
    )


async def test_joins_with_a_code(at_home: Home, visit: Visit, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = await visit(signed_in=False)
    await stranger.page.get_by_label("E-mail").fill("anna@example.com")
    await stranger.button("Send a code").click()
    await expect(stranger.page.get_by_text("A code is on its way to anna@example.com")).to_be_visible()
    await stranger.page.get_by_label("Code").fill("000000")
    await stranger.button("Sign in").click()
    await expect(stranger.page.get_by_role("alert")).to_contain_text("The code is wrong")
    await stranger.page.get_by_label("Code").fill(await _code(at_home, capsys))
    await stranger.page.get_by_label("Your name").fill("Anna")
    await stranger.button("Sign in").click()
    await expect(stranger.box).to_be_visible()
    await expect(stranger.account).to_contain_text("Anna")


async def test_signs_in_with_the_address_and_the_password_that_were_set(
    at_home: Home, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = await visit("/account/sign-in")
    await owner.page.get_by_label("New password").fill("short")
    await owner.button("Set the password").click()
    await expect(owner.page.get_by_role("alert")).to_contain_text("At least 10 characters.")
    await owner.page.get_by_label("New password").fill(PASSWORD)
    await owner.button("Set the password").click()
    await expect(owner.page.get_by_text("You can sign in with a password.")).to_be_visible()
    await owner.button("Add an address").click()
    await owner.page.get_by_label("E-mail or phone").fill("owner@example.com")
    await owner.button("Send a code").click()
    await expect(owner.page.get_by_text("A code is on its way to owner@example.com.")).to_be_visible()
    await owner.page.get_by_label("Code").fill(await _code(at_home, capsys))
    await owner.button("Add").click()
    await expect(owner.page.get_by_role("definition").filter(has_text="owner@example.com")).to_be_visible()

    elsewhere = await visit(signed_in=False)
    await elsewhere.button("Use a password instead").click()
    await elsewhere.page.get_by_label("E-mail or phone").fill("owner@example.com")
    await elsewhere.page.get_by_label("Password", exact=True).fill("something else")
    await elsewhere.button("Sign in").click()
    await expect(elsewhere.page.get_by_role("alert")).to_be_visible()
    await elsewhere.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await elsewhere.button("Sign in").click()
    await expect(elsewhere.box).to_be_visible()


async def test_a_visitor_keeps_the_conversation_when_signing_in(at_home: Home, visit: Visit) -> None:
    visitor = await visit(signed_in=False)
    await visitor.button("Try it as a visitor").click()
    await visitor.ask_and_wait("May I look around?")
    await visitor.account.click()
    await expect(visitor.page.get_by_role("menuitem", name="Console")).to_have_count(0)
    await visitor.page.get_by_role("menuitem", name="Sign in").click()
    await expect(visitor.page.get_by_role("link", name="Back to the conversation")).to_be_visible()
    token = await at_home.house.accounts.make_sign_in_link_token()
    await visitor.go(f"/sign-in#token={token}")
    await visitor.page.reload()
    await expect(visitor.list.get_by_role("link", name="May I look around?")).to_be_visible()
    await expect(visitor.account).to_contain_text("Owner")


async def test_an_invitation_lets_one_person_in_and_no_second(at_home: Home, visit: Visit) -> None:
    owner = await at_home.person()
    _, token = await at_home.house.accounts.invitations.create(owner, NewInvitation())
    invited = await visit(f"/invitation#token={token}", signed_in=False)
    await invited.page.get_by_label("Your name").fill("Bo")
    await invited.button("Accept the invitation").click()
    await expect(invited.account).to_contain_text("Bo")
    assert token
    assert token not in invited.page.url

    second = await visit(f"/invitation#token={token}", signed_in=False)
    await expect(second.page.get_by_role("heading", name="This invitation does not work")).to_be_visible()
    await second.button("Other ways in").click()
    await expect(second.button("Send a code")).to_be_visible()


async def _code(at_home: Home, capsys: pytest.CaptureFixture[str]) -> str:
    await at_home.house.accounts.courier.settle()
    found = re.search(r"Your code is (\d{6})", capsys.readouterr().err)
    assert found
    return found[1]
