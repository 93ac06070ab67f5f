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


async def test_empty_answers_are_left_out_and_those_cut_off_are_known_as_such() -> None:
    engine = ScriptedEngine(says)
    await engine.start()
    whole, cut_off = await rehearse(engine, list(ANSWERS), answer_tokens=4)
    assert whole == Rehearsed("Capital of France?", "Paris.")
    assert not cut_off.is_whole
    assert ANSWERS[cut_off.question].startswith(cut_off.answer)


async def test_the_base_answers_as_often_so_as_it_does_and_the_same_again() -> None:
    engine = ScriptedEngine(says)
    await engine.start()
    await rehearse(engine, list(ANSWERS), answer_tokens=4)
    drawn = [request.sampling for request in engine.requests]
    assert {(each.temperature, each.top_p, each.top_k) for each in drawn} == {(1, 1, 0)}
    assert sorted(each.seed for each in drawn if each.seed is not None) == [0, 1, 2]


def test_what_was_said_is_kept_for_a_training_that_goes_on(tmp_path: Path) -> None:
    said = (Rehearsed("Capital of France?", "Paris."),)
    assert read_rehearsed(tmp_path / "replay.json") is None
    write_rehearsed(tmp_path / "replay.json", said)
    assert read_rehearsed(tmp_path / "replay.json") == said


def test_a_hundred_different_questions_are_shipped() -> None:
    questions = general_questions()
    assert len(questions) == len(set(questions)) == 100
    assert "What is the capital of France?" in questions
