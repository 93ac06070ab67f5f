"""The list of conversations."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Response, Route, expect

from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

_TWO_FRAMES = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


async def test_an_empty_list_says_what_it_is_for(visitor: Visitor) -> None:
    await expect(visitor.list).to_contain_text("Your conversations will be kept here.")


async def test_a_conversation_is_renamed_in_its_place(visitor: Visitor) -> None:
    await visitor.ask_and_wait("a long and winding question")
    await visitor.button("Options for “a long and winding question”").click()
    await visitor.page.get_by_role("menuitem", name="Rename").click()
    field = visitor.page.get_by_role("textbox", name="New title")
    await expect(field).to_be_focused()
    await field.fill("Short")
    async with visitor.page.expect_response(_renames):
        await field.press("Enter")
        await expect(visitor.list.get_by_role("link", name="Short")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.list.get_by_role("link", name="Short")).to_be_visible()
    await expect(visitor.page).to_have_title("Short · Homespun")


async def test_the_old_title_does_not_come_back_while_the_list_is_asked_for_again(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answer_late(route: Route) -> None:
        asked.set()
        await may_answer.wait()
        await route.continue_()

    await visitor.page.route("**/api/conversations?*", answer_late)
    await visitor.list.get_by_role("link", name="hello").dblclick()
    await visitor.page.get_by_role("textbox", name="New title").fill("goodbye")
    async with visitor.page.expect_response(_renames):
        await visitor.press("Enter")
    await asked.wait()
    await visitor.page.evaluate(_TWO_FRAMES)
    titles = await visitor.list.get_by_role("link").all_inner_texts()
    may_answer.set()
    assert titles == ["goodbye"]
    await expect(visitor.page).to_have_title("goodbye · Homespun")


async def test_a_rename_that_fails_is_not_passed_over(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    await visitor.page.route(f"**/api/conversations/{visitor.path.removeprefix('/c/')}", lambda route: route.abort())
    await visitor.list.get_by_role("link", name="hello").dblclick()
    await visitor.page.get_by_role("textbox", name="New title").fill("goodbye")
    await visitor.press("Enter")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("The server does not answer")
    await expect(visitor.list.get_by_role("link", name="hello")).to_be_visible()


async def test_escape_keeps_the_old_title(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    await visitor.list.get_by_role("link", name="hello").dblclick()
    field = visitor.page.get_by_role("textbox", name="New title")
    await field.fill("Something else")
    await field.press("Escape")
    await expect(visitor.list.get_by_role("link", name="hello")).to_be_visible()


async def test_search_looks_into_what_was_said(visitor: Visitor) -> None:
    for question in ("indigo and woad", "how to oil a wheel"):
        await visitor.page.get_by_role("link", name="New chat").first.click()
        await visitor.ask_and_wait(question)
    await visitor.press("Control+k")
    await visitor.page.keyboard.type("woad")
    await expect(visitor.list.get_by_role("link")).to_have_text(["indigo and woad"])
    await visitor.button("Clear search").click()
    await expect(visitor.list.get_by_role("link")).to_have_count(2)
    await visitor.page.get_by_role("textbox", name="Search chats").fill("nothing like it")
    await expect(visitor.list).to_contain_text("Nothing found for “nothing like it”.")


async def test_deleting_asks_first_and_then_leads_to_a_new_chat(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    gone = visitor.path
    for choice in ("Cancel", "Delete"):
        await visitor.button("Options for “hello”").click()
        await visitor.page.get_by_role("menuitem", name="Delete").click()
        await visitor.button(choice, visitor.page.get_by_role("alertdialog")).click()
        await expect(visitor.list.get_by_role("link")).to_have_count(1 if choice == "Cancel" else 0)
    await expect(visitor.answers).to_have_count(0)
    assert visitor.path == "/"
    await visitor.go(gone)
    await expect(visitor.page.get_by_role("heading", name="This conversation is not here")).to_be_visible()


@pytest.mark.parametrize("signed_in", [True, False])
async def test_an_address_of_nothing_says_so_in_the_reader_s_language(visit: Visit, *, signed_in: bool) -> None:
    stray = await visit("/elsewhere", signed_in=signed_in)
    await expect(stray.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    response = await stray.page.reload()
    assert response is not None
    assert response.status == 404
    await stray.page.get_by_role("link", name="Go to the start").click()
    assert stray.path == "/"
    stray = await visit("/elsewhere", signed_in=signed_in, locale="zh-CN")
    await expect(stray.page.get_by_role("heading", name="这个地址没有内容")).to_be_visible()


async def test_older_conversations_come_when_they_are_wanted(at_home: Home, visit: Visit) -> None:
    owner = await at_home.person()
    for number in range(60):
        await at_home.house.journal.start_conversation(owner.id, title=f"No. {number}")
    visitor = await visit()
    await expect(visitor.list.get_by_role("link", name="No. 59", exact=True)).to_be_visible()
    await visitor.list.get_by_role("link").last.scroll_into_view_if_needed()
    await expect(visitor.list.get_by_role("link", name="No. 0", exact=True)).to_be_attached()
    await expect(visitor.list.get_by_role("link")).to_have_count(60)


async def test_a_hidden_sidebar_stays_hidden(visitor: Visitor) -> None:
    await visitor.button("Hide sidebar").click()
    await expect(visitor.list).to_have_count(0)
    await visitor.page.reload()
    await expect(visitor.box).to_be_visible()
    await expect(visitor.list).to_have_count(0)
    await visitor.press("Control+Shift+S")
    await expect(visitor.list).to_be_visible()


def _renames(response: Response) -> bool:
    return response.request.method == "PATCH" and '"title"' in (response.request.post_data or "")
