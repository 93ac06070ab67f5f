"""Questions put differently, answers asked for again, and the way between them."""

from __future__ import annotations

from playwright.async_api import expect

from .visitor import Visitor, says_in_turn


async def test_an_edited_question_becomes_a_branch_beside_the_first(visitor: Visitor) -> None:
    await visitor.ask_and_wait("one")
    await visitor.ask_and_wait("two")
    await visitor.questions.first.hover()
    await visitor.button("Edit", visitor.questions.first).click()
    editor = visitor.page.get_by_role("textbox", name="Edit your message")
    await editor.fill("one, put differently")
    await editor.press("Enter")
    await expect(visitor.questions).to_have_text(["one, put differently2/2"])
    await visitor.sees_state("complete")

    versions = visitor.page.get_by_role("group", name="Version 2 of 2 of your message")
    await visitor.button("Previous version", versions).click()
    await expect(visitor.questions).to_have_text(["one1/2", "two"])
    await visitor.page.reload()
    await expect(visitor.questions).to_have_text(["one1/2", "two"])
    await visitor.button("Next version").click()
    await expect(visitor.questions).to_have_text(["one, put differently2/2"])


async def test_an_edit_can_be_thought_better_of(visitor: Visitor) -> None:
    await visitor.ask_and_wait("one")
    await visitor.questions.first.hover()
    await visitor.button("Edit", visitor.questions.first).click()
    await visitor.page.get_by_role("textbox", name="Edit your message").press("Escape")
    await expect(visitor.questions).to_have_text(["one"])
    assert len(visitor.home.puppet.requests) == 1


async def test_answers_to_one_question_are_told_apart_from_versions_of_it(visitor: Visitor) -> None:
    visitor.home.puppet.words = says_in_turn("red", "green", "blue")
    answer = await visitor.ask_and_wait("Which colour?")
    await expect(answer).to_contain_text("red")
    for number, colour in ((2, "green"), (3, "blue")):
        await visitor.button("Answer again").click()
        await expect(visitor.page.get_by_role("group", name=f"Answer {number} of {number}")).to_be_visible()
        await expect(visitor.answers).to_contain_text(colour)
        await visitor.sees_state("complete")
    await visitor.button("Previous answer").click()
    await expect(visitor.answers).to_contain_text("green")
    await expect(visitor.page.get_by_role("group", name="Answer 2 of 3")).to_be_visible()
    await expect(visitor.questions).to_have_text(["Which colour?"])
    await visitor.page.reload()
    await expect(visitor.answers).to_contain_text("green")


async def test_what_follows_depends_on_the_answer_that_is_shown(visitor: Visitor) -> None:
    visitor.home.puppet.words = says_in_turn("red", "green", "a poppy")
    await visitor.ask_and_wait("Which colour?")
    await visitor.button("Answer again").click()
    await expect(visitor.answers).to_contain_text("green")
    await visitor.sees_state("complete")
    await visitor.button("Previous answer").click()
    await expect(visitor.answers).to_contain_text("red")
    await visitor.ask_and_wait("Name a flower like that")
    await visitor.button("Next answer").click()
    await expect(visitor.questions).to_have_count(1)
    await visitor.button("Previous answer").click()
    await expect(visitor.questions).to_have_count(2)
    await expect(visitor.answers.last).to_contain_text("a poppy")


async def test_another_branch_can_be_read_while_an_answer_is_written(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.words = says_in_turn("red", "green")
    await visitor.ask_and_wait("Which colour?")
    puppet.hold()
    await visitor.button("Answer again").click()
    await visitor.sees_state("open")
    await expect(visitor.page.get_by_role("group", name="Answer 2 of 2")).to_be_visible()
    await visitor.button("Previous answer").click()
    await expect(visitor.answers).to_contain_text("red")
    puppet.let(1)
    await puppet.idle()
    await visitor.button("Next answer").click()
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("green")
