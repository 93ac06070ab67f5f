"""General questions and the base's answers to them."""

from __future__ import annotations

from pathlib import Path

from homespun.core.messages import Prompt
from homespun.engines.scripted import ScriptedEngine, prompt_text
from homespun.learning.replay import Rehearsed, general_questions, read_rehearsed, rehearse, write_rehearsed

ANSWERS = {
    "Capital of France?": "Paris.",
    "Anything?": " ",
    "The whole of history?": "First there was nothing and then",
}


def says(prompt: Prompt) -> str:
    return next(answer for question, answer in ANSWERS.items() if question in prompt_text(prompt))


async def test_answers_that_are_empty_or_cut_off_are_left_out() -> None:
    engine = ScriptedEngine(says)
    await engine.start()
    assert await rehearse(engine, list(ANSWERS), answer_tokens=4) == (Rehearsed("Capital of France?", "Paris."),)


async def test_the_base_is_asked_for_what_it_says_most_likely() -> None:
    engine = ScriptedEngine(says)
    await engine.start()
    await rehearse(engine, ["Capital of France?"], answer_tokens=4)
    assert engine.requests[0].sampling.temperature == 0


def test_what_was_said_is_kept_for_a_training_that_goes_on(tmp_path: Path) -> None:
    said = (Rehearsed("Capital of France?", "Paris."),)
    assert read_rehearsed(tmp_path / "replay.json") is None
    write_rehearsed(tmp_path / "replay.json", said)
    assert read_rehearsed(tmp_path / "replay.json") == said


def test_a_hundred_different_questions_are_shipped() -> None:
    questions = general_questions()
    assert len(questions) == len(set(questions)) == 100
    assert "What is the capital of France?" in questions
