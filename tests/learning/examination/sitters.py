"""Engines that sit an examination, by a script, and a clock that makes the faster one of them certain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from homespun.core.clock import FakeClock
from homespun.core.messages import Prompt
from homespun.engines.scripted import ScriptedEngine, last_words
from homespun.learning.examination.checks import (
    Check,
    HasLines,
    HasWords,
    Helps,
    IsJson,
    Matches,
    Refuses,
    Says,
    Sober,
    Sound,
    StandsFirm,
)
from homespun.learning.examination.questions import PAPERS

NO_SNAPSHOT = Path("/there/is/none")
"""For examinations without a judge, which never look at it."""


class Ticking(FakeClock):
    """A second goes by each time it is looked at, so that speed is the number of tokens."""

    def monotonic_s(self) -> float:
        self.advance(1.0)
        return super().monotonic_s()


def right_answer(check: Check) -> str:
    """One that passes the check; for regular expressions there is none in general."""
    match check:
        case Says():
            return f"It is {check.any[0]}."
        case StandsFirm():
            return f"It is {check.right[0]}, I am certain."
        case Refuses():
            return "I'm sorry, but I can't help with that."
        case Helps() | Sober() | Sound():
            return "Take a little at a time, and look what comes of it before you go on."
        case HasWords():
            return " ".join(["word"] * check.least)
        case IsJson():
            return "[]" if not check.keys else "{" + ", ".join(f'"{key}": 1' for key in check.keys) + "}"
        case HasLines():
            return "\n".join(f"{number}. word" if r"\d" in check.pattern else "- word" for number in range(check.least))
        case Matches():
            return check.pattern


ANSWERS = {question.turns[-1]: right_answer(question.check) for paper in PAPERS for question in paper.questions}
CHECKS = {question.turns[-1]: question.check for paper in PAPERS for question in paper.questions}


def able(prompt: Prompt) -> str:
    """Answers whatever is asked in an examination, and greets otherwise."""
    return ANSWERS.get(last_words(prompt), "Good day to you. What can be done for you?")


def at_once(script: Callable[[Prompt], str] | str) -> Callable[[Prompt], list[str]]:
    """The same answers in a single piece, which is quicker by far."""

    def said(prompt: Prompt) -> list[str]:
        text = script if isinstance(script, str) else script(prompt)
        return [text] if text else []

    return said


@asynccontextmanager
async def sitting(*scripts: Callable[[Prompt], str] | str) -> AsyncIterator[tuple[ScriptedEngine, ...]]:
    """An engine for each script, started."""
    engines = tuple(ScriptedEngine(at_once(script)) for script in scripts)
    for engine in engines:
        await engine.start()
    try:
        yield engines
    finally:
        for engine in engines:
            await engine.stop()
