"""What the lines of a file teach, and what is said of those that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from homespun.core.errors import Invalid
from homespun.core.messages import Message, Role
from homespun.tuning import TuningMethod
from homespun.tuning.examples import Demonstration, Example, Pair, Question, check_examples, read_examples

ASKED, ANSWERED = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}
PAIR = {
    "input": {"messages": [ASKED]},
    "preferred_output": [ANSWERED],
    "non_preferred_output": [{"role": "assistant", "content": "Eh"}],
}
SUPERVISED, DPO, REINFORCEMENT = TuningMethod.SUPERVISED, TuningMethod.DPO, TuningMethod.REINFORCEMENT


def read(folder: Path, line: Any, method: TuningMethod = SUPERVISED) -> list[Example]:
    path = folder / "file"
    path.write_bytes(line if isinstance(line, bytes) else json.dumps(line).encode())
    return list(read_examples(path, method, name="'a.jsonl'"))


def talk(*said: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(said)}


def test_an_answer_is_learned_from_all_that_was_said_before(tmp_path: Path) -> None:
    (example,) = read(tmp_path, talk({"role": "developer", "content": "Be kind."}, ASKED, ANSWERED))
    assert example == Demonstration((Message(Role.SYSTEM, "Be kind."), Message(Role.USER, "Hi")), "Hello")


def test_each_answer_is_learned_but_those_of_no_weight(tmp_path: Path) -> None:
    said = talk(ASKED, ANSWERED | {"weight": 0}, ASKED, ANSWERED | {"weight": 1}, ASKED, ANSWERED)
    assert [len(example.messages) for example in read(tmp_path, said)] == [3, 5]


def test_text_may_come_in_parts(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    (example,) = read(tmp_path, talk(ASKED, ANSWERED | {"content": parts}))
    assert isinstance(example, Demonstration)
    assert example.completion == "a\nb"


def test_a_pair_has_a_better_and_a_worse_answer(tmp_path: Path) -> None:
    assert read(tmp_path, PAIR, DPO) == [Pair((Message(Role.USER, "Hi"),), "Hello", "Eh")]


@pytest.mark.parametrize(("line", "words"), [
    (b"{", "it isn't JSON"),
    (b'{"messages": [{"role": "user", "content": "\xff"}]}', "it isn't UTF-8"),
    (b"[1]", "expected 'object', got 'array'"),
    (talk(), "expected 'array' of length >= 1 - at '$.messages'"),
    (talk(ASKED), "its last message has to be the assistant's"),
    (talk(ANSWERED), "there has to be a question"),
    (talk(ASKED | {"weight": 1}, ANSWERED), "only what the assistant says has a weight"),
    (talk(ASKED, ANSWERED | {"weight": 0.5}), "at '$.messages[1].weight'"),
    (talk(ASKED | {"role": "tool"}, ANSWERED), "invalid enum value 'tool' - at '$.messages[0].role'"),
    (talk(ASKED, ANSWERED | {"tool_calls": []}), "unknown field 'tool_calls'"),
    (talk(ASKED, {"role": "assistant"}), "missing required field 'content'"),
    (talk(ASKED | {"content": [{"type": "image_url", "text": ""}]}, ANSWERED), "invalid enum value 'image_url'"),
    (PAIR, "unknown field 'input'"),
])  # fmt: skip
def test_a_line_of_talk_that_is_wrong_is_said_to_be(tmp_path: Path, line: Any, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, line)
    assert caught.value.message.startswith("Line 1 of 'a.jsonl': ")
    assert words in caught.value.message
    assert caught.value.param == "training_file"


@pytest.mark.parametrize(("changes", "words"), [
    ({"input": {"messages": [ASKED, ANSWERED]}}, "its input has to end with what is to be answered"),
    ({"preferred_output": [ASKED]}, "both outputs have to be the assistant's"),
    ({"preferred_output": [ANSWERED, ANSWERED]}, "expected 'array' of length <= 1"),
    ({"non_preferred_output": [ANSWERED]}, "both outputs are the same"),
    ({"preferred_output": [ANSWERED | {"weight": 1}]}, "messages of preferences have no weight"),
    ({"tools": []}, "unknown field 'tools'"),
])  # fmt: skip
def test_a_preference_that_is_wrong_is_said_to_be(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, PAIR | changes, DPO)
    assert words in caught.value.message


def test_a_question_has_all_else_that_its_line_says_as_its_item(tmp_path: Path) -> None:
    line = talk(ASKED) | {"answer": "Grüß Gott", "of": {"year": 7, "names": [None, "x"]}}
    (question,) = read(tmp_path, line, REINFORCEMENT)
    assert isinstance(question, Question)
    assert question.messages == (Message(Role.USER, "Hi"),)
    assert json.loads(question.item) == {"answer": "Grüß Gott", "of": {"year": 7, "names": [None, "x"]}}


@pytest.mark.parametrize(("line", "words"), [
    (b"{", "it isn't JSON"),
    (b'{"messages": [{"role": "user", "content": "a"}], "answer": }', "it isn't JSON"),
    (b'{"answer": "\xff"}', "it isn't UTF-8"),
    ({"answer": "x"}, "missing required field 'messages'"),
    (talk() | {"answer": "x"}, "of length >= 1"),
    (talk(ASKED, ANSWERED) | {"answer": "x"}, "its last message has to be the user's"),
    (talk(ASKED | {"weight": 1}) | {"answer": "x"}, "have no weight"),
    (talk(ASKED) | {"answer": "x", "tools": []}, "'tools' is nothing that can be trained with"),
    (talk(ASKED), "the grader needs 'item.answer', which isn't there"),
    (talk(ASKED) | {"answer": None}, "the grader needs 'item.answer', which isn't there"),
    (talk(ASKED) | {"Answer": "x"}, "the grader needs 'item.answer', which isn't there"),
])  # fmt: skip
def test_a_question_that_is_wrong_is_said_to_be_with_its_line(tmp_path: Path, line: Any, words: str) -> None:
    path = tmp_path / "file"
    good = json.dumps(talk(ASKED) | {"answer": ""}).encode()
    path.write_bytes(good + b"\n" + (line if isinstance(line, bytes) else json.dumps(line).encode()))
    with pytest.raises(Invalid) as caught:
        check_examples(path, REINFORCEMENT, name="x", needed=[("answer",)])
    assert caught.value.message.startswith("Line 2 of x: ")
    assert words in caught.value.message
    assert caught.value.param == "training_file"


def test_lines_are_counted_from_one_blank_ones_too(tmp_path: Path) -> None:
    good = json.dumps(talk(ASKED, ANSWERED)).encode()
    with pytest.raises(Invalid, match=r"^Line 4 of"):
        read(tmp_path, good + b"\n\n" + good + b"\nbad\n")


def test_a_line_without_end_is_not_read_to_it(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="longer than 1048576 bytes"):
        read(tmp_path, b'{"messages": "' + b"x" * 2**21)


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_lines_has_nothing_to_learn(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Invalid, match="no lines"):
        read(tmp_path, content)


def test_a_file_of_no_weight_has_nothing_to_learn(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(json.dumps(talk(ASKED, ANSWERED | {"weight": 0})).encode())
    with pytest.raises(Invalid, match="the weight 0"):
        check_examples(path, SUPERVISED, name="x")
