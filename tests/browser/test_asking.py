"""Questions and answers, as they come and as they are broken off."""

from __future__ import annotations

import re

from playwright.async_api import Route, expect

from homespun.core.errors import EngineBusy, EngineFailed
from homespun.engines import EngineState
from tests.ring.houses import Home

from .conftest import Visit
from .visitor import Visitor, says, says_in_turn


async def test_an_answer_is_seen_as_it_is_written(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("one two three")
    await expect(visitor.answers).to_contain_text("Thinking")
    puppet.let(2)
    await expect(visitor.answers).to_contain_text("one two")
    await expect(visitor.answers).not_to_contain_text("three")
    assert re.fullmatch("/c/.+", visitor.path)
    puppet.let(1)
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("one two three")
    await expect(visitor.list.get_by_role("link", name="one two three")).to_be_visible()
    await expect(visitor.page).to_have_title("one two three · Homespun")


async def test_a_second_question_follows_the_first(visitor: Visitor) -> None:
    await visitor.ask_and_wait("first")
    await visitor.ask_and_wait("second")
    await expect(visitor.questions).to_have_text(["first", "second"])
    await visitor.page.reload()
    await expect(visitor.questions).to_have_text(["first", "second"])
    turn = await visitor.home.last_turn()
    assert turn.parent_id is not None


async def test_every_answer_says_that_a_machine_wrote_it(visitor: Visitor) -> None:
    answer = await visitor.ask_and_wait("hello")
    await expect(answer).to_contain_text("AI-generated")
    await expect(answer).to_have_attribute("data-ai-generated", "true")
    source = answer.locator("meta[itemprop=digitalSourceType]")
    await expect(source).to_have_attribute("content", re.compile("trainedAlgorithmicMedia$"))
    await expect(visitor.page.get_by_text("You are talking to an AI.")).to_be_visible()


async def test_stopping_keeps_what_was_written(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("keep this but not that")
    puppet.let(2)
    await expect(visitor.answers).to_contain_text("keep this")
    await visitor.button("Stop").click()
    await visitor.sees_state("stopped")
    await expect(visitor.answers).to_contain_text("You stopped this answer.")
    await expect(visitor.answers).to_contain_text("keep this")
    await puppet.idle()
    assert (await visitor.home.last_turn()).answer == "keep this "


async def test_a_reload_in_the_middle_loses_nothing(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("alpha beta gamma delta")
    puppet.let(2)
    await expect(visitor.answers).to_contain_text("alpha beta")
    await visitor.page.reload()
    await expect(visitor.answers).to_contain_text("alpha beta")
    await visitor.sees_state("open")
    puppet.let(2)
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("alpha beta gamma delta")
    assert len(puppet.requests) == 1


async def test_an_answer_goes_on_while_nobody_looks(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("patience rewarded")
    await puppet.busy()
    await visitor.page.get_by_role("link", name="New chat").first.click()
    await expect(visitor.answers).to_have_count(0)
    puppet.let(2)
    await puppet.idle()
    await visitor.list.get_by_role("link", name="patience rewarded").click()
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("patience rewarded")


async def test_a_broken_connection_is_mended(visitor: Visitor) -> None:
    attempts = 0

    async def break_the_first(route: Route) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await visitor.page.route("**/events", break_the_first)
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("still here")
    await expect(visitor.answers).to_contain_text("Connection lost.")
    puppet.let(2)
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("still here")
    assert attempts == 2


async def test_two_tabs_see_the_same_conversation(visitor: Visitor) -> None:
    await visitor.ask_and_wait("from the first tab")
    other = await visitor.second_tab(visitor.path)
    await expect(other.answers).to_have_count(1)
    await other.ask_and_wait("from the second tab")
    await expect(visitor.questions).to_have_text(["from the first tab", "from the second tab"])
    await visitor.sees_state("complete")
    await expect(visitor.answers.last).to_contain_text("from the second tab")


async def test_an_engine_that_dies_is_said_so_and_asking_again_helps(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.hold()
    await visitor.ask("try me")
    await puppet.busy()
    puppet.fail(EngineFailed())
    await visitor.sees_state("failed")
    await expect(visitor.answers.get_by_role("alert")).to_contain_text("The engine stopped in the middle")
    puppet.recover()
    await visitor.button("Try again").click()
    await visitor.sees_state("complete")
    await expect(visitor.answers).to_contain_text("try me")


async def test_a_refused_question_comes_back_to_the_box(visitor: Visitor) -> None:
    await visitor.page.route("**/turns", lambda route: route.abort())
    await visitor.box.fill("do not lose me")
    await visitor.box.press("Enter")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("The server does not answer")
    await expect(visitor.box).to_have_value("do not lose me")
    await expect(visitor.questions).to_have_count(0)
    await visitor.page.unroute("**/turns")
    await visitor.box.press("Enter")
    await visitor.sees_state("complete")


async def test_a_crowded_engine_asks_for_patience(visitor: Visitor) -> None:
    visitor.home.puppet.refuse_with = EngineBusy()
    await visitor.ask("hello")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("The engine's queue is full")


async def test_a_draft_survives_a_reload(visitor: Visitor) -> None:
    await visitor.ask_and_wait("hello")
    await visitor.box.fill("half a thought")
    await visitor.page.reload()
    await expect(visitor.box).to_have_value("half a thought")
    await visitor.page.get_by_role("link", name="New chat").first.click()
    await expect(visitor.box).to_have_value("")


async def test_shift_enter_makes_a_line_and_an_input_method_keeps_its_enter(visitor: Visitor) -> None:
    await visitor.box.fill("one")
    await visitor.press("Shift+Enter")
    await visitor.page.keyboard.type("two")
    await expect(visitor.box).to_have_value("one\ntwo")
    composing = (
        "field => field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await visitor.box.evaluate(composing)
    await expect(visitor.box).to_have_value("one\ntwo")
    await expect(visitor.questions).to_have_count(0)


async def test_everything_is_done_without_a_mouse(visitor: Visitor) -> None:
    puppet = visitor.home.puppet
    puppet.words = says_in_turn("It is a cloth.", "It is still a cloth.")
    await expect(visitor.box).to_be_focused()
    await visitor.page.keyboard.type("What is homespun?")
    await visitor.press("Enter")
    await visitor.sees_state("complete")
    await visitor.button("Answer again").focus()
    puppet.hold()
    await visitor.press("Enter")
    await visitor.sees_state("open")
    await visitor.press("Escape")
    await visitor.sees_state("stopped")
    await visitor.press("Control+k")
    await expect(visitor.page.get_by_role("textbox", name="Search chats")).to_be_focused()
    await visitor.press("Control+Shift+O")
    await expect(visitor.answers).to_have_count(0)


async def test_the_state_of_the_engine_is_said_in_words(at_home: Home, visit: Visit) -> None:
    at_home.puppet.state = EngineState.RESTARTING
    visitor = await visit()
    await expect(visitor.page.get_by_text("is coming back")).to_be_visible()
    at_home.puppet.become_ready()
    await expect(visitor.page.get_by_text("is coming back")).to_have_count(0)


async def test_a_silent_server_is_said_so_until_it_is_back(visitor: Visitor) -> None:
    at_home = visitor.home
    at_home.puppet.state = EngineState.STARTING
    await visitor.page.reload()
    await expect(visitor.page.get_by_text("The model is waking up.")).to_be_visible()
    await visitor.context.set_offline(True)
    await expect(visitor.page.get_by_text("No connection to the server.")).to_be_visible()
    await visitor.context.set_offline(False)
    await expect(visitor.page.get_by_text("No connection to the server.")).to_have_count(0)


async def test_the_parameters_of_an_answer_are_chosen_and_told(visitor: Visitor) -> None:
    visitor.home.puppet.words = says("Gladly.")
    await visitor.button("Instructions and sampling").click()
    await visitor.page.get_by_role("textbox", name="Instructions").fill("Be brief.")
    await visitor.page.get_by_role("textbox", name="Temperature").fill("0.3")
    await visitor.page.get_by_role("textbox", name="Seed").fill("7")
    await visitor.button("Done").click()
    await visitor.ask_and_wait("hello")
    sampling = visitor.home.puppet.requests[-1].sampling
    assert (sampling.temperature, sampling.seed) == (0.3, 7)
    assert (await visitor.home.last_turn()).system == "Be brief."
    await visitor.button("Details").click()
    details = visitor.page.get_by_role("dialog")
    await expect(details).to_contain_text("10 tokens, 4 from cache")
    await expect(details).to_contain_text("the model was done")
    await expect(details).to_contain_text("Temperature 0.3, Top-p 0.95, Seed 7, Instructions")
    await visitor.press("Escape")
    await visitor.ask_and_wait("and again")
    assert visitor.home.puppet.requests[-1].sampling.seed == 7
