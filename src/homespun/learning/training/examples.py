"""Labels to token ids, by the code that serves: the model is trained on just what it will be asked.

The columns are those that TRL's trainers expect of a data set that is tokenised already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homespun.core.errors import Invalid, TrainingFailed
from homespun.core.messages import Message, Role
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import read_checkpoint
from homespun.learning.jobs import Method
from homespun.learning.replay import Rehearsed

Columns = dict[str, Any]
IGNORED = -100
"""What PyTorch's cross-entropy takes for "no label here". sft rehearses an example without any: see `rehearsal`."""


@dataclass(frozen=True, slots=True)
class Example:
    """One label, ready for a trainer."""

    columns: Columns
    weight: float
    tokens: int
    """How many are calculated for it."""


class Speech:
    """What is said to the model and by it, as tokens."""

    def __init__(self, tokenizer: Tokenizer, end: int) -> None:
        self._tokenizer = tokenizer
        self.end = end
        """The token that ends an answer."""

    @classmethod
    def of(cls, base: Path) -> Speech:
        """That of a model. Raises `TrainingFailed` where it has no chat template, or answers don't end in it."""
        with closing(read_checkpoint(base)) as checkpoint:
            tokenizer = Tokenizer.from_spec(checkpoint.tokenizer)
        return cls(tokenizer, _end_of_answers(tokenizer))

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """A conversation, up to where the assistant speaks."""
        return self._tokenizer.render_chat(messages)

    def answer(self, text: str, *, is_whole: bool = True) -> list[int]:
        """An answer, with its end unless it was cut off."""
        return [*self._tokenizer.encode(text, special=False), *([self.end] if is_whole else [])]

    def said(self, tokens: Sequence[int]) -> str:
        """The text of an answer, as whoever asked gets it."""
        decoder = self._tokenizer.decoder()
        return "".join([*map(decoder.feed, tokens), decoder.flush()])


def _end_of_answers(tokenizer: Tokenizer) -> int:
    """The token that the template puts behind what the assistant said."""
    try:
        opening = tokenizer.render_chat([Message(Role.USER, "a")])
        talk = [Message(Role.USER, "a"), Message(Role.ASSISTANT, "b"), Message(Role.USER, "c")]
        rest = tokenizer.render_chat(talk)[len(opening) + len(tokenizer.encode("b", special=False)) :]
    except Invalid as error:
        raise TrainingFailed(f"The base can't be trained to chat: {error}") from error
    end = next((token for token in rest if token in tokenizer.eos_ids), None)
    if end is None:
        raise TrainingFailed("The base's chat template doesn't end an answer with a token at which generation ends.")
    return end


def read_examples(method: Method, snapshot: Path, speech: Speech, *, max_tokens: int) -> tuple[list[Example], int]:
    """The examples of the split "train", and how many were left out for their length.

    Raises `TrainingFailed` where nothing is left.
    """
    file, make = _KINDS[method]
    rows = [row for row in _read(snapshot / file) if row["split"] == "train" and row["weight"] > 0]
    examples = [make(speech, row) for row in rows]
    kept = [example for example in examples if example.tokens <= max_tokens * _SIDES[method]]
    if not kept:
        raise TrainingFailed(
            f"There is nothing to train on: {file} has {len(rows)} labels for training, all of them longer than "
            f"{max_tokens} tokens."
            if rows
            else f"There is nothing to train on: {file} has no labels for training."
        )
    return kept, len(examples) - len(kept)


def general_examples(method: Method, speech: Speech, rehearsed: Sequence[Rehearsed]) -> list[Example]:
    """What the base says to general questions, as examples. Only sft learns from answers that were cut off."""
    _, make = _KINDS[method]
    usable = [each for each in rehearsed if each.is_whole or method is Method.SFT]
    return [make(speech, row) for row in _general(usable)]


def read_prompts(snapshot: Path, speech: Speech, *, max_tokens: int, answer_tokens: int) -> tuple[list[Example], int]:
    """What was asked, each once, for answers that the model in training gives itself. Returns and raises as
    `read_examples`."""
    files = [file for name in _ASKED if (file := snapshot / f"{name}.parquet").exists()]
    rows = [row for file in files for row in _read(file) if row["split"] == "train"]
    asked = {(*((each["role"], each["content"]) for each in row["messages"]), row.get("item")): row for row in rows}
    examples = [_question(speech, row, answer_tokens) for row in asked.values()]
    kept = [example for example in examples if example.tokens <= max_tokens]
    if not kept:
        raise TrainingFailed(
            "There is nothing to train on: the snapshot has no questions for training that leave room for an answer "
            f"within {max_tokens} tokens."
        )
    return kept, len(examples) - len(kept)


def _question(speech: Speech, row: dict[str, Any], answer_tokens: int) -> Example:
    messages = [{"role": each["role"], "content": each["content"]} for each in row["messages"]]
    about = {"item": row["item"]} if "item" in row else {}
    return Example({"prompt": messages} | about, 1.0, len(_prompt(speech, row)) + answer_tokens)


def _read(file: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
    return rows


def _general(rehearsed: Sequence[Rehearsed]) -> Iterator[dict[str, Any]]:
    """Rows that serve each kind of label: the base's own answer, which is better than its answer to something else."""
    for number, each in enumerate(rehearsed):
        yield {
            "messages": [{"role": "user", "content": each.question}],
            "completion": each.answer,
            "is_whole": each.is_whole,
            "is_general": True,
            "is_good": True,
            "chosen": each.answer,
            "rejected": rehearsed[number - 1].answer,
            "weight": 1.0,
        }


def _prompt(speech: Speech, row: dict[str, Any]) -> list[int]:
    return speech.prompt([Message(Role(each["role"]), each["content"]) for each in row["messages"]])


def _demonstration(speech: Speech, row: dict[str, Any]) -> Example:
    prompt = _prompt(speech, row)
    answer = speech.answer(row["completion"], is_whole=row.get("is_whole", True))
    ids = prompt + answer
    labels = [IGNORED] * len(ids) if row.get("is_general") else [IGNORED] * len(prompt) + answer
    return Example({"input_ids": ids, "labels": labels}, row["weight"], len(ids))


def _pair(speech: Speech, row: dict[str, Any]) -> Example:
    columns = {
        "prompt_ids": _prompt(speech, row),
        "chosen_ids": speech.answer(row["chosen"]),
        "rejected_ids": speech.answer(row["rejected"]),
    }
    return Example(columns, row["weight"], sum(map(len, columns.values())) + len(columns["prompt_ids"]))


def _whole_pair(speech: Speech, row: dict[str, Any]) -> Example:
    prompt = _prompt(speech, row)
    columns = {f"{side}_ids": prompt + speech.answer(row[side]) for side in ("chosen", "rejected")}
    return Example(columns, row["weight"], sum(map(len, columns.values())))


def _thumb(speech: Speech, row: dict[str, Any]) -> Example:
    columns = {
        "prompt_ids": _prompt(speech, row),
        "completion_ids": speech.answer(row["completion"]),
        "label": row["is_good"],
    }
    return Example(columns, row["weight"], len(columns["prompt_ids"]) + len(columns["completion_ids"]))


_KINDS: dict[Method, tuple[str, Callable[[Speech, dict[str, Any]], Example]]] = {
    Method.SFT: ("demonstrations.parquet", _demonstration),
    Method.DPO: ("pairs.parquet", _pair),
    Method.KTO: ("thumbs.parquet", _thumb),
    Method.REWARD: ("pairs.parquet", _whole_pair),
}
_ASKED = ("demonstrations", "pairs", "thumbs", "questions")
"""Kinds of labels that are about a question: all."""
_SIDES = {Method.SFT: 1, Method.DPO: 2, Method.KTO: 1, Method.REWARD: 2}
"""How many texts an example has."""
