"""What a person thinks of an answer."""

from __future__ import annotations

from playwright.async_api import Response, expect

from homespun.journal import Thumb

from .visitor import Visitor


async def test_a_thumb_counts_at_once_and_reasons_may_follow(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    await visitor.button("Bad answer").click()
    form = visitor.page.get_by_role("form", name="Sorry about that. What went wrong?")
    await expect(form).to_be_visible()
    await expect(visitor.button("Bad answer")).to_have_attribute("aria-pressed", "true")
    await visitor.button("Too long", form).click()
    await visitor.button("It is wrong", form).click()
    await form.get_by_role("textbox").fill("It goes on and on.")
    await visitor.button("Send", form).click()
    await expect(visitor.page.get_by_text("Thank you. It is kept with the answer.")).to_be_visible()
    feedback = (await visitor.home.last_turn()).feedback
    assert feedback.thumb is Thumb.DOWN
    assert set(feedback.reasons) == {"too_long", "incorrect"}
    assert feedback.words == "It goes on and on."


async def test_a_thumb_alone_is_enough(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    async with visitor.page.expect_response("**/feedback"):
        await visitor.button("Good answer").click()
    await visitor.button("Not now").click()
    await expect(visitor.page.get_by_role("form", name="Good to hear.")).to_have_count(0)
    await visitor.page.reload()
    await expect(visitor.button("Good answer")).to_have_attribute("aria-pressed", "true")
    assert (await visitor.home.last_turn()).feedback.thumb is Thumb.UP


async def test_a_thumb_is_withdrawn_by_pressing_it_again_however_quickly(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    async with visitor.page.expect_response(_withdraws):
        await visitor.button("Good answer").dblclick()
    await expect(visitor.button("Good answer")).to_have_attribute("aria-pressed", "false")
    await visitor.page.reload()
    await expect(visitor.button("Good answer")).to_have_attribute("aria-pressed", "false")
    assert (await visitor.home.last_turn()).feedback.thumb is None


async def test_a_better_answer_takes_the_place_of_the_models(visitor: Visitor) -> None:
    answer = await visitor.ask_and_wait("the model's words")
    await visitor.button("Write a better answer").click()
    editor = visitor.page.get_by_role("textbox", name="Your better version")
    await expect(editor).to_have_value("the model's words ")
    await editor.fill("my **better** words")
    await visitor.button("Save").click()
    await expect(answer).to_contain_text("my better words")
    await expect(answer).to_contain_text("Your version")
    await expect(answer).to_have_attribute("data-ai-generated", "edited")
    await visitor.page.reload()
    await expect(answer).to_contain_text("my better words")
    await visitor.button("Show the model's answer").click()
    await expect(answer).to_contain_text("the model's words")
    turn = await visitor.home.last_turn()
    assert (turn.answer, turn.edited_answer) == ("the model's words ", "my **better** words")


def _withdraws(response: Response) -> bool:
    return response.url.endswith("/feedback") and '"thumb":null' in (response.request.post_data or "")
