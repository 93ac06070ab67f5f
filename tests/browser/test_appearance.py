"""Languages, light and dark, and small screens."""

from __future__ import annotations

from playwright.async_api import expect

from homespun.core.errors import EngineFailed
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}


async def test_a_chinese_browser_gets_chinese(visit: Visit) -> None:
    visitor = await visit(locale="zh-CN")
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await expect(visitor.page.get_by_text("您正在与人工智能对话。")).to_be_visible()
    box = visitor.page.get_by_role("textbox", name="您的消息")
    await box.fill("什么是家织布？")
    await box.press("Enter")
    answer = visitor.page.get_by_role("article", name="的回答")
    await expect(answer).to_have_attribute("data-state", "complete")
    await expect(answer).to_contain_text("AI 生成")
    await expect(visitor.page.get_by_role("heading", name="今天")).to_be_visible()


async def test_errors_are_chinese_too(at_home: Home, visit: Visit) -> None:
    visitor = await visit(locale="zh-CN")
    at_home.puppet.hold()
    box = visitor.page.get_by_role("textbox", name="您的消息")
    await box.fill("你好")
    await box.press("Enter")
    await at_home.puppet.busy()
    at_home.puppet.fail(EngineFailed())
    await expect(visitor.page.get_by_role("alert")).to_contain_text("引擎在回答途中停止")


async def test_the_language_is_switched_and_remembered(visitor: Visitor) -> None:
    await visitor.account.click()
    await visitor.page.get_by_role("menuitemradio", name="简体中文").click()
    await expect(visitor.page.get_by_role("textbox", name="您的消息")).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("textbox", name="您的消息")).to_be_visible()


async def test_the_page_follows_the_system_until_told_otherwise(visit: Visit) -> None:
    visitor = await visit(color_scheme="dark")
    await expect(visitor.box).to_be_visible()
    dark = await _cloth(visitor)
    await visitor.account.click()
    await visitor.page.get_by_role("menuitemradio", name="Light").click()
    light = await _cloth(visitor)
    assert light != dark
    await visitor.page.reload()
    assert await _cloth(visitor) == light
    await visitor.page.emulate_media(color_scheme="light")
    assert await _cloth(visitor) == light


async def test_a_phone_shows_everything_within_its_width(at_home: Home, visit: Visit) -> None:
    visitor = await visit(**PHONE)
    wide = "word" * 60 + "\n\n| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n" + "| something long " * 6 + "|"
    at_home.puppet.words = lambda _request, _choice: [wide]
    await visitor.box.fill("hello " + "x" * 80)
    await visitor.button("Send").tap()
    await visitor.sees_state("complete")
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]  # type: ignore[index]
    for element in (visitor.box, visitor.button("Send"), visitor.button("Copy", visitor.answers)):
        await expect(element).to_be_in_viewport(ratio=1)


async def test_on_a_phone_the_conversations_are_in_a_drawer(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    await visitor.box.fill("first")
    await visitor.button("Send").tap()
    await visitor.sees_state("complete")
    await expect(visitor.list).to_have_count(0)
    await visitor.button("Show sidebar").tap()
    await expect(visitor.list.get_by_role("link", name="first")).to_be_visible()
    await visitor.page.get_by_role("dialog").get_by_role("link", name="New chat").tap()
    await expect(visitor.list).to_have_count(0)
    await expect(visitor.answers).to_have_count(0)


async def test_on_a_phone_enter_makes_a_line(visit: Visit) -> None:
    visitor = await visit(**PHONE)
    await visitor.box.fill("one")
    await visitor.box.press("Enter")
    await expect(visitor.box).to_have_value("one\n")
    await expect(visitor.questions).to_have_count(0)


async def _cloth(visitor: Visitor) -> str:
    background: str = await visitor.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return background
