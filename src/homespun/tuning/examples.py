"""Lines of a file of examples, in OpenAI's formats, as what training learns from.

    supervised  {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "...", "weight": 1}]}
    dpo         {"input": {"messages": [...]}, "preferred_output": [{"role": "assistant", "content": "..."}],
                 "non_preferred_output": [{"role": "assistant", "content": "..."}]}
    reinforcement
                {"messages": [{"role": "user", "content": "..."}], "answer": "...", "<whatever the grader needs>": 1}

A file is read line by line and checked whole before a job is taken on: what is wrong is said with its line's number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from homespun.core.errors import Invalid
from homespun.core.messages import Message, Role
from homespun.learning.grading import ItemPath, text_at

from .values import TuningMethod

_LONGEST_LINE = 2**20
"""In bytes."""
_NOT_OF_ITEMS = frozenset({"tools", "parallel_tool_calls", "functions"})
"""In OpenAI's format they tell what the model is given, not what it is graded by."""
_ROLES = {"system": Role.SYSTEM, "developer": Role.SYSTEM, "user": Role.USER, "assistant": Role.ASSISTANT}


@dataclass(frozen=True, slots=True)
class Demonstration:
    """This is what to say then."""

    messages: tuple[Message, ...]
    """All that was said before."""
    completion: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One answer is better than another."""

    messages: tuple[Message, ...]
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class Question:
    """Answer this; a grader says how well."""

    messages: tuple[Message, ...]
    item: str
    """All else that the line says, as JSON: what the grader has to know."""


Example: TypeAlias = Demonstration | Pair | Question


class _TextPart(Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["text"]
    text: str


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | Annotated[list[_TextPart], Meta(min_length=1)]
    weight: Literal[0, 1] | None = None

    def as_message(self) -> Message:
        content = self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)
        return Message(_ROLES[self.role], content)


_Talk = Annotated[list[_Said], Meta(min_length=1)]
_Output = Annotated[list[_Said], Meta(min_length=1, max_length=1)]


class _ChatLine(Struct, frozen=True, forbid_unknown_fields=True):
    messages: _Talk


class _Input(Struct, frozen=True, forbid_unknown_fields=True):
    messages: _Talk


class _PreferenceLine(Struct, frozen=True, forbid_unknown_fields=True):
    input: _Input
    preferred_output: _Output
    non_preferred_output: _Output


class _QuestionLine(Struct, frozen=True):
    """Beside the messages there may be anything."""

    messages: _Talk


_chat_decoder = msgspec.json.Decoder(_ChatLine)
_preference_decoder = msgspec.json.Decoder(_PreferenceLine)
_question_decoder = msgspec.json.Decoder(_QuestionLine)
_item_decoder = msgspec.json.Decoder(dict[str, Any])


def read_examples(
    path: Path,
    method: TuningMethod,
    *,
    name: str,
    needed: Collection[ItemPath] = (),
    param: str = "training_file",
) -> Iterator[Example]:
    """What the file's lines teach. Raises `Invalid`, naming the line and what is wrong with it.

    `name` is what people call the file, `param` what it was given for; `needed` are fields that a grader has to find in
    each line.
    """
    with path.open("rb") as file:
        number, is_empty = 0, True
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            if not line.strip():
                continue
            is_empty = False
            try:
                yield from _taught(line, method, needed)
            except (msgspec.DecodeError, ValueError) as error:
                raise Invalid(f"Line {number} of {name}: {_words(error)}", param=param) from None
        if is_empty:
            raise Invalid(f"{name} has no lines. Put an example on each.", param=param)


def check_examples(
    path: Path,
    method: TuningMethod,
    *,
    name: str,
    needed: Collection[ItemPath] = (),
    param: str = "training_file",
) -> int:
    """How many examples there are. Raises as `read_examples`, and `Invalid` where there is nothing to learn."""
    count = sum(1 for _ in read_examples(path, method, name=name, needed=needed, param=param))
    if not count:
        raise Invalid(f"{name} has nothing to learn: all its answers have the weight 0.", param=param)
    return count


def _taught(line: bytes, method: TuningMethod, needed: Collection[ItemPath]) -> Sequence[Example]:
    """Raises `ValueError` with what is wrong."""
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"it is longer than {_LONGEST_LINE} bytes.")
    match method:
        case TuningMethod.SUPERVISED:
            return _demonstrations(_chat_decoder.decode(line).messages)
        case TuningMethod.DPO:
            return (_pair(_preference_decoder.decode(line)),)
        case TuningMethod.REINFORCEMENT:
            every = _item_decoder.decode(line)
            return (_question(_question_decoder.decode(line).messages, every, needed),)


def _demonstrations(talk: Sequence[_Said]) -> Sequence[Demonstration]:
    """Each answer of the assistant's is learned, unless its weight is 0."""
    for said in talk:
        if said.weight is not None and said.role != "assistant":
            raise ValueError("only what the assistant says has a weight.")
    if talk[-1].role != "assistant":
        raise ValueError("its last message has to be the assistant's: that is what is learned.")
    messages = [said.as_message() for said in talk]
    learned = [at for at, said in enumerate(talk) if said.role == "assistant" and said.weight != 0]
    if 0 in learned:
        raise ValueError("before the assistant's first answer there has to be a question.")
    return [Demonstration(tuple(messages[:at]), messages[at].content) for at in learned]


def _pair(line: _PreferenceLine) -> Pair:
    asked = line.input.messages
    chosen, rejected = line.preferred_output[0], line.non_preferred_output[0]
    if any(said.weight is not None for said in (*asked, chosen, rejected)):
        raise ValueError("messages of preferences have no weight.")
    if asked[-1].role == "assistant":
        raise ValueError("its input has to end with what is to be answered, not with an answer.")
    if chosen.role != "assistant" or rejected.role != "assistant":
        raise ValueError("both outputs have to be the assistant's.")
    better, worse = chosen.as_message().content, rejected.as_message().content
    if better == worse:
        raise ValueError("both outputs are the same, so neither can be preferred.")
    return Pair(tuple(said.as_message() for said in asked), better, worse)


def _question(talk: Sequence[_Said], line: dict[str, Any], needed: Collection[ItemPath]) -> Question:
    if any(said.weight is not None for said in talk):
        raise ValueError("messages of questions have no weight.")
    if talk[-1].role != "user":
        raise ValueError("its last message has to be the user's: that is what is answered.")
    for name in line.keys() & _NOT_OF_ITEMS:
        raise ValueError(f"{name!r} is nothing that can be trained with here. Leave it out.")
    item = {name: value for name, value in line.items() if name != "messages"}
    for path in needed:
        try:
            text_at(item, path)
        except KeyError:
            raise ValueError(f"the grader needs 'item.{'.'.join(path)}', which isn't there.") from None
    return Question(tuple(said.as_message() for said in talk), msgspec.json.encode(item).decode())


def _words(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return "it isn't UTF-8."
        case msgspec.ValidationError():
            words = str(error).replace("`", "'")
            return f"{words[:1].lower()}{words[1:]}."
        case msgspec.DecodeError():
            return f"it isn't JSON: {error}."
    return str(error)
