"""What a page shows as done before the server has it gets there, also when the page is left in the same moment.

A browser opens six connections to a server. While long answers keep them all, whatever else the page asks for waits in
the browser, and would be forgotten with the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from homespun.core.errors import NotFound
from homespun.journal import Thumb
from tests.api.talks import begun, started
from tests.patience import PATIENCE_S

from .conftest import Visit
from .visitor import Visitor

_LISTEN_SIX_TIMES = """async (url) => {
  window.kept = await Promise.all(Array.from({ length: 6 }, () => fetch(url, { cache: "no-store" })));
}"""


async def test_a_new_title(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    await _keep_all_connections(visitor)
    await visitor.list.get_by_role("link", name="hello").dblclick()
    await visitor.page.get_by_role("textbox", name="New title").fill("Short")
    await visitor.press("Enter")
    await expect(visitor.list.get_by_role("link", name="Short")).to_be_visible()
    conversation_id = visitor.path.removeprefix("/c/")
    owner = await visitor.home.person()

    async def is_renamed() -> bool:
        return (await visitor.home.house.journal.summary(owner.id, conversation_id)).title == "Short"

    await _leave_and_see(visitor, is_renamed)


async def test_a_conversation_that_was_deleted(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    conversation_id = visitor.path.removeprefix("/c/")
    await _keep_all_connections(visitor)
    await visitor.button("Options for “hello”").click()
    await visitor.page.get_by_role("menuitem", name="Delete").click()
    await visitor.button("Delete", visitor.page.get_by_role("alertdialog")).click()
    await expect(visitor.list.get_by_role("link", name="hello")).to_have_count(0)
    owner = await visitor.home.person()

    async def is_gone() -> bool:
        try:
            await visitor.home.house.journal.summary(owner.id, conversation_id)
        except NotFound:
            return True
        return False

    await _leave_and_see(visitor, is_gone)


async def test_a_thumb(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    turn = await visitor.home.last_turn()
    await _keep_all_connections(visitor)
    await visitor.button("Good answer").click()
    await expect(visitor.button("Good answer")).to_have_attribute("aria-pressed", "true")

    async def is_known() -> bool:
        return (await visitor.home.turn(turn.id)).feedback.thumb is Thumb.UP

    await _leave_and_see(visitor, is_known)


async def test_consent(visit: Visit) -> None:
    visitor = await visit("/account/learning")
    switch = visitor.page.get_by_role("switch", name="Learn from what I say of answers")
    await expect(switch).not_to_be_checked()
    await _keep_all_connections(visitor)
    await switch.click()
    await expect(switch).to_be_checked()
    owner = await visitor.home.person()

    async def is_given() -> bool:
        return owner.id in await visitor.home.house.accounts.consents.given()

    await _leave_and_see(visitor, is_given)


async def _keep_all_connections(visitor: Visitor) -> None:
    """Has the page listen to an answer that doesn't go on, so often that nothing else gets through."""
    visitor.home.puppet.hold()
    async with visitor.home.browser() as elsewhere:
        turn = await begun(elsewhere, (await started(elsewhere))["id"], question="go on")
    await visitor.page.evaluate(_LISTEN_SIX_TIMES, f"/api/turns/{turn['id']}/events")


async def _leave_and_see(visitor: Visitor, done: Callable[[], Awaitable[bool]]) -> None:
    """Nothing had reached the server before; all reaches it after."""
    assert not await done()
    await visitor.page.goto("about:blank")
    async with asyncio.timeout(PATIENCE_S):
        while not await done():
            await asyncio.sleep(0.01)
    visitor.home.puppet.recover()
