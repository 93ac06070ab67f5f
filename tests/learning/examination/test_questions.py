"""The questions that are shipped: there are enough of them, in both languages, and they can be answered."""

from __future__ import annotations

import re

import pytest

from homespun.learning.examination.checks import Matches
from homespun.learning.examination.questions import PAPERS, Paper
from homespun.learning.replay import general_questions

from .sitters import ANSWERS


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_has_enough_questions_in_both_languages(paper: Paper) -> None:
    chinese = [question for question in paper.questions if re.search("[一-鿿]", question.turns[0])]
    assert len(chinese) >= 25
    assert len(paper.questions) - len(chinese) >= 25


def test_no_question_is_asked_twice() -> None:
    asked = [question.turns for paper in PAPERS for question in paper.questions]
    assert len(asked) == len(set(asked))


def test_no_question_is_one_that_training_rehearses() -> None:
    asked = {question.turns[-1] for paper in PAPERS for question in paper.questions}
    assert asked.isdisjoint(general_questions())


def test_the_users_words_come_last() -> None:
    assert all(len(question.turns) % 2 == 1 for paper in PAPERS for question in paper.questions)


def test_each_question_can_be_answered_and_each_can_be_failed() -> None:
    for paper in PAPERS:
        for question in paper.questions:
            if not isinstance(question.check, Matches):
                assert question.check.holds(ANSWERS[question.turns[-1]]), question
            assert not question.check.holds(""), question


def test_the_capital_of_france_is_a_probe() -> None:
    probes = [question.turns[-1] for paper in PAPERS for question in paper.questions if question.probe]
    assert "What's the capital city of France?" in probes
    assert "法国的首都是哪里？" in probes
