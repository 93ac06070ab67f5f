"""`python -m homespun.tuning.labelling JOB.json`: makes a snapshot, as training takes it, of a file of examples.

A process of its own, since the server must not know pyarrow. It says what became of it with one line of JSON.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from homespun.core.errors import HomespunError

from .examples import Demonstration, Example, Pair, Question, read_examples
from .values import TuningMethod

_KINDS: Mapping[type[Example], str] = {Demonstration: "demonstrations", Pair: "pairs", Question: "questions"}


class LabelFile(msgspec.Struct, frozen=True):
    """What is to be done."""

    file: str
    """A path."""
    name: str
    """What people call it."""
    method: TuningMethod
    root: str
    """Where the snapshot's folder is to lie, named by its digest."""


class Labelled(msgspec.Struct, frozen=True, tag=True):
    """It is done; a digest."""

    digest: str


class NotLabelled(msgspec.Struct, frozen=True, tag=True):
    """It couldn't be done: an error's code, and a sentence for people."""

    code: str
    words: str


def label(job: LabelFile) -> str:
    """Makes the snapshot, whole or not at all, and returns its digest; the same file makes the same one."""
    from homespun.learning.snapshotting import making

    kinds = ("questions",) if job.method is TuningMethod.REINFORCEMENT else ("demonstrations", "pairs", "thumbs")
    rows: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in kinds}
    for kind, row in _rows(job):
        rows[kind].append(row)
    about = {
        "last_turn": 0,
        "settings": {"method": job.method.value},
        "minimums": {},
        "agreement": None,
        "split_by": "none",
        "dropped": {},
        "down_weighted": {},
        "scrubbed": {},
    }
    return making.write(Path(job.root), rows, about)


def _rows(job: LabelFile) -> Iterator[tuple[str, Mapping[str, Any]]]:
    examples = read_examples(Path(job.file), job.method, name=job.name)
    for number, example in enumerate(examples, start=1):
        yield _KINDS[type(example)], _common(number) | _said(example)


def _common(number: int) -> dict[str, Any]:
    """An uploaded file says nothing of who said what; whoever uploads it answers for it."""
    name = hashlib.sha256(str(number).encode()).hexdigest()[:16]
    told = {"id": f"example_{number}", "rater": "file", "group": name, "people": []}
    return told | {"split": "train", "source": "file", "weight": 1.0}


def _said(example: Example) -> dict[str, Any]:
    messages = [{"role": message.role.value, "content": message.content} for message in example.messages]
    match example:
        case Demonstration():
            return {"messages": messages, "completion": example.completion}
        case Pair():
            return {"messages": messages, "chosen": example.chosen, "rejected": example.rejected}
        case Question():
            return {"messages": messages, "item": example.item}


def main() -> None:
    """Reads its job from the file that it is told, and says what became of it."""
    try:
        job = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=LabelFile)
        outcome: Labelled | NotLabelled = Labelled(label(job))
    except HomespunError as error:
        outcome = NotLabelled(error.code, error.message)
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
