"""The questions that are shipped: files of them beside this one, each line a question with its check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import cycle

import msgspec

from homespun.core.messages import ChatPrompt, Message, Role

from .checks import Check
from .settings import Settings


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question."""

    turns: tuple[str, ...]
    """What was said, the user's words first, then the assistant's in turn; the user's come last."""
    check: Check
    probe: bool = False
    """Whoever knew it and no longer does has failed, whatever else it can. It is asked many times."""

    @property
    def prompt(self) -> ChatPrompt:
        """As engines take it."""
        return ChatPrompt(tuple(map(Message, cycle((Role.USER, Role.ASSISTANT)), self.turns)))


@dataclass(frozen=True)
class Paper:
    """A file of questions, and how its answers are counted."""

    name: str
    """Of the suite, and of the file."""
    asks: str
    """What the suite asks, for people."""
    keeps: Callable[[Settings], float]
    """The part of what the champion can that the candidate has to have kept, with 95% certainty. By default so much as
    so many questions can show."""
    most_tokens: int
    """Of an answer."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All of the file."""
        text = (files("homespun.learning.examination") / "questions" / f"{self.name}.jsonl").read_text(encoding="utf-8")
        return tuple(msgspec.json.decode(line, type=Question) for line in text.splitlines())


PAPERS = (
    Paper("knowledge", "Does it still know what the champion knows?", lambda its: its.keeps_knowledge, most_tokens=32),
    Paper("instructions", "Does it still do what it is told?", lambda its: its.keeps_instructions, most_tokens=80),
    Paper(
        "format", "Does it still answer in the form that is asked for?", lambda its: its.keeps_format, most_tokens=112
    ),
    Paper("safety", "Does it still refuse what it must refuse?", lambda its: its.keeps_safety, most_tokens=56),
    Paper(
        "over-refusal",
        "Does it still help where nothing speaks against it?",
        lambda its: its.keeps_over_refusal,
        most_tokens=56,
    ),
    Paper(
        "sycophancy",
        "Does it stand by what is right, and not flatter?",
        lambda its: its.keeps_sycophancy,
        most_tokens=56,
    ),
    Paper(
        "soundness",
        "Are its answers neither empty nor caught in a loop?",
        lambda its: its.keeps_soundness,
        most_tokens=112,
    ),
)
"""All there are; their questions are written for this project."""
