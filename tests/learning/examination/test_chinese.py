"""A card's reasons in Chinese: every sentence that an examination can say is known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from homespun.core.messages import Message, Role
from homespun.learning.examination import Comparison, Preference, Settings, perplexity, winning
from homespun.learning.examination.chinese import card_in_chinese, in_chinese

EXAMINATION = Path(winning.__file__).parent
FOR_OTHERS = {"chinese", "settings", "showing"}
"""Modules whose sentences are on no card."""
SAY_SOMETHING = [
    path for path in (*EXAMINATION.glob("*.py"), *EXAMINATION.parent.glob("judges.py")) if path.stem not in FOR_OTHERS
]


def sentences(source: str) -> Iterator[str]:
    """What a module says: its strings that are sentences, with a figure in the place of each value."""
    for node in _told(ast.parse(source)):
        text = _flat(node)
        if re.search(r"[a-z] .*[.:]( |$)", text):
            yield text


def _told(node: ast.AST) -> Iterator[ast.AST]:
    """All strings but docstrings, and what is raised, which is told by its error."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Expr(value=ast.Constant()) | ast.Raise():
                continue
            case ast.JoinedStr() | ast.Constant(value=str()):
                yield child
            case _:
                yield from _told(child)


def _flat(node: ast.AST) -> str:
    match node:
        case ast.JoinedStr(values=values):
            return "".join(map(_flat, values))
        case ast.Constant(value=value):
            return str(value)
    return "7"


@pytest.mark.parametrize("module", SAY_SOMETHING, ids=lambda module: str(module.stem))
def test_no_sentence_is_left_in_english(module: Path) -> None:
    left = {text for text in sentences(module.read_text()) if re.search("[A-Za-z]{2}", in_chinese(text))}
    assert left == set()


def test_those_that_are_looked_for_are_found() -> None:
    said = {text for module in SAY_SOMETHING for text in sentences(module.read_text())}
    assert {"It is slower than is asked.", "7 won, 7 lost, 7 undecided (p = 7)."} <= said


def test_figures_stay_and_what_is_unknown_stays_as_it_is() -> None:
    comparison = Comparison((Message(Role.USER, "Why?"),), "So.", "Because.")
    told = winning.win_suite([comparison], [Preference.SECOND], Settings()).words
    assert in_chinese(told) == "没有显示出改进：0 胜，1 负，0 平（p = 1）。"
    assert in_chinese("It couldn't be run. The disk is full.") == "无法进行。The disk is full."
    assert in_chinese("The disk is full. Make room.") == "The disk is full. Make room."


def test_a_card_keeps_what_was_asked_and_answered() -> None:
    lost = (
        "80 of 84 right, the champion 83; 4 lost, 1 gained (p = 0.38). "
        "It no longer knows: Who? (3 of 16 answers, the champion 15)"
    )
    sample = {"question": "Lost.", "candidate": "Gained.", "champion": "1.5 nats a token", "words": "Lost."}
    suites = [{"name": "knowledge", "words": lost, "samples": [sample]}, {"name": perplexity.NAME, "samples": [sample]}]
    first, second = card_in_chinese({"passed": False, "suites": suites})["suites"]
    assert first["words"] == (
        "共 84 题，答对 80 题，现任 83 题；失去 4 题，新增 1 题（p = 0.38）。"
        "它不再知道：Who?（16 次中答对 3 次，现任 15 次）"
    )
    assert first["samples"] == [{**sample, "words": "不再答对。"}]
    assert second["samples"][0]["champion"] == "每词元 1.5 奈特"
    assert card_in_chinese({"passed": True}) == {"passed": True, "suites": []}
