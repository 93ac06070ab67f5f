"""Consent, two answers side by side, and better answers by trainers."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from homespun.engines import GenerationRequest
from homespun.journal import Choice
from homespun.learning import Settings
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor


@pytest.fixture
def learning_settings() -> Settings:
    """Every question of somebody who consents is compared."""
    return Settings(comparison_share=1.0)


@pytest.fixture
async def consenting(at_home: Home) -> None:
    """The owner, who is the visitor of these tests."""
    owner = await at_home.person()
    await at_home.house.accounts.consents.set(owner.id, True)
    at_home.puppet.words = numbered


def numbered(request: GenerationRequest, choice: int) -> list[str]:
    """No two answers are alike."""
    return ["An ", "answer ", "by ", f"{request.id} "]


def candidates(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Which answer is better?").get_by_role("article")


async def comparison(at_home: Home) -> Choice | None:
    """What was said of the first question's two answers."""
    owner = await at_home.person()
    turn = await at_home.last_turn()
    two = await at_home.house.journal.comparisons.of_question(owner.id, turn.question_id)
    assert two is not None
    return two.choice


async def test_consent_is_a_switch_that_is_off_until_turned_on(visit: Visit, at_home: Home) -> None:
    visitor = await visit("/account/learning")
    switch = visitor.page.get_by_role("switch", name="Learn from what I say of answers")
    await expect(switch).not_to_be_checked()
    await switch.click()
    await expect(visitor.page.get_by_text("On since")).to_be_visible()
    assert await at_home.house.accounts.consents.given() == {(await at_home.person()).id}
    await visitor.page.reload()
    await expect(switch).to_be_checked()
    await switch.click()
    await expect(visitor.page.get_by_text("Off: nothing of yours is used.")).to_be_visible()
    await expect(visitor.page.get_by_text("Turned off")).to_be_visible()
    assert await at_home.house.accounts.consents.given() == frozenset()


async def test_a_thumb_says_once_that_it_trains_only_with_consent(visitor: Visitor) -> None:
    said = visitor.page.get_by_role("link", name="decide under Learning")
    await visitor.ask_and_wait("hello")
    await visitor.button("Bad answer").click()
    await expect(said).to_be_visible()
    await visitor.button("Not now").click()
    await visitor.button("Good answer").click()
    await expect(visitor.page.get_by_role("form", name="Good to hear.")).to_be_visible()
    await expect(said).to_have_count(0)


@pytest.mark.usefixtures("consenting")
async def test_two_answers_are_written_at_once_and_a_key_picks_one(visitor: Visitor, at_home: Home) -> None:
    at_home.puppet.hold()
    await visitor.ask("Which?")
    await expect(candidates(visitor)).to_have_count(2)
    at_home.puppet.let(2)
    await expect(visitor.button("Answer 1 is better")).to_be_disabled()
    await visitor.page.reload()
    await expect(candidates(visitor)).to_have_count(2)
    at_home.puppet.let(10)
    await expect(visitor.button("Answer 2 is better")).to_be_enabled()
    right = await candidates(visitor).nth(1).locator("p").filter(has_text="An answer by").inner_text()
    await visitor.box.blur()
    await visitor.press("2")
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.answers).to_contain_text(right)
    await visitor.page.reload()
    await expect(visitor.answers).to_contain_text(right)
    assert await comparison(at_home) is Choice.RIGHT


@pytest.mark.usefixtures("consenting")
async def test_a_digit_that_is_written_picks_nothing(visitor: Visitor, at_home: Home) -> None:
    await visitor.ask("Which?")
    await expect(visitor.button("Answer 1 is better")).to_be_enabled()
    await visitor.box.press_sequentially("12")
    await expect(visitor.box).to_have_value("12")
    await expect(candidates(visitor)).to_have_count(2)
    assert await comparison(at_home) is None


@pytest.mark.usefixtures("consenting")
@pytest.mark.parametrize(
    ("button", "choice"),
    [
        ("Answer 1 is better", Choice.LEFT),
        ("Both are bad", Choice.NEITHER),
        ("I'd rather not say", Choice.SKIPPED),
    ],
)
async def test_there_is_a_button_for_each_thing_to_say(
    visitor: Visitor, at_home: Home, button: str, choice: Choice
) -> None:
    await visitor.ask("Which?")
    await expect(visitor.button("Answer 1 is better")).to_be_enabled()
    async with visitor.page.expect_response("**/choice"):
        await visitor.button(button).click()
    await expect(visitor.answers).to_have_count(1)
    assert await comparison(at_home) is choice


@pytest.mark.usefixtures("consenting")
async def test_whoever_goes_on_without_saying_anything_is_not_held_up(visitor: Visitor, at_home: Home) -> None:
    await visitor.ask("Which?")
    await expect(visitor.button("Answer 1 is better")).to_be_enabled()
    await visitor.ask("And then?")
    await expect(visitor.questions).to_have_count(2)
    await expect(visitor.answers).to_have_count(1)
    await expect(candidates(visitor)).to_have_count(2)


@pytest.mark.usefixtures("consenting")
async def test_stop_stops_both(visitor: Visitor, at_home: Home) -> None:
    at_home.puppet.hold()
    await visitor.ask("Which?")
    await expect(candidates(visitor)).to_have_count(2)
    await visitor.button("Stop").click()
    assert await at_home.settled() == ["stopped", "stopped"]
    await expect(visitor.button("Answer 1 is better")).to_be_enabled()


@pytest.mark.usefixtures("consenting")
async def test_on_a_phone_they_stand_one_below_the_other_in_chinese(visit: Visit) -> None:
    phone = await visit(viewport={"width": 390, "height": 800}, locale="zh-CN", has_touch=True)
    box = phone.page.locator("#message")
    await box.fill("哪个？")
    await phone.page.get_by_role("button", name="发送", exact=True).click()
    one, two = [phone.page.get_by_role("article", name=f"回答 {number}") for number in (1, 2)]
    await expect(phone.page.get_by_role("button", name="回答 2 更好")).to_be_enabled()
    above, below = await one.bounding_box(), await two.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]
    assert below["x"] + below["width"] <= 390


@pytest.mark.usefixtures("consenting")
async def test_a_trainer_writes_a_better_answer(visit: Visit, at_home: Home) -> None:
    visitor = await visit()
    await visitor.ask("Which?")
    await expect(visitor.button("Answer 1 is better")).to_be_enabled()
    async with visitor.page.expect_response("**/choice"):
        await visitor.button("Both are bad").click()
    await visitor.go("/account/better-answers")
    item = visitor.page.get_by_role("article", name="Which?")
    await expect(item).to_contain_text("Both are bad")
    await item.get_by_role("textbox", name="Your answer").fill("This one.")
    await visitor.button("Save", item).click()
    await expect(item.get_by_text("Saved.")).to_be_visible()
    await visitor.page.reload()
    await expect(item.get_by_role("textbox", name="Your answer")).to_have_value("This one.")
    owner = await at_home.person()
    told = [one.demonstration async for one in at_home.house.journal.signals({owner.id})]
    assert "This one." in told


async def test_with_nothing_to_improve_the_page_says_so(visit: Visit) -> None:
    visitor = await visit("/account/better-answers")
    await expect(visitor.page.get_by_text("Nobody who agreed to learning")).to_be_visible()
