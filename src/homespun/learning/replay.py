"""General questions with the base's own answers, trained on beside what is new, so that the model keeps what it knew.

A narrow training destroys what isn't in it: after two minutes on one firm's answers a small model says that the
capital of France is the firm. Rehearsal against that is old (Robins 1995).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import msgspec

from homespun.core.events import Ended, FinishReason, Piece
from homespun.core.messages import ChatPrompt, Message, Role
from homespun.core.sampling import Sampling
from homespun.engines import Engine, GenerationRequest


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A question and what the base answers to it."""

    question: str
    answer: str


def general_questions() -> list[str]:
    """Those that are shipped."""
    return (files("homespun.learning") / "general_prompts.txt").read_text(encoding="utf-8").splitlines()


async def rehearse(engine: Engine, questions: list[str], *, answer_tokens: int) -> tuple[Rehearsed, ...]:
    """The greedy answers of a running engine. Questions to which it says nothing, or too much, are left out."""
    answers = await asyncio.gather(*(_answer(engine, question, answer_tokens) for question in questions))
    pairs = zip(questions, answers, strict=True)
    return tuple(Rehearsed(question, answer) for question, answer in pairs if answer and answer.strip())


async def _answer(engine: Engine, question: str, answer_tokens: int) -> str | None:
    """None if it doesn't come to an end: an answer cut off would teach the model to break off."""
    prompt = ChatPrompt((Message(Role.USER, question),))
    request = GenerationRequest("replay", prompt, Sampling(temperature=0, max_tokens=answer_tokens))
    text, ended = "", None
    async for event in engine.generate(request):
        match event:
            case Piece():
                text += event.text
            case Ended():
                ended = event.reason
    return text if ended is FinishReason.STOP else None


def write_rehearsed(path: Path, rehearsed: tuple[Rehearsed, ...]) -> None:
    """Keeps them, so that a training that goes on has the very same; the file is there whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(msgspec.json.encode(rehearsed))
    unfinished.rename(path)


def read_rehearsed(path: Path) -> tuple[Rehearsed, ...] | None:
    """What was kept, if anything was."""
    return msgspec.json.decode(path.read_bytes(), type=tuple[Rehearsed, ...]) if path.exists() else None
