"""General questions with the base's own answers, trained on beside what is new, so that the model keeps what it knew.

A narrow training destroys what isn't in it: after two minutes on one firm's answers a small model says that the
capital of France is the firm. Rehearsal against that is old (Robins 1995). The answers are drawn at temperature 1, so
that they are what the base says as often as it says it: to learn from them changes nothing about the base, on average
(self-distillation). Likeliest answers would teach it to be surer than it was, and a small model that is too sure loops.
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

from .disk import write_durably


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A question and what the base answers to it."""

    question: str
    answer: str
    is_whole: bool = True
    """False: it was cut off. It is learned from without an end, so that the model isn't taught to break off."""


def general_questions() -> list[str]:
    """Those that are shipped."""
    return (files("homespun.learning") / "general_prompts.txt").read_text(encoding="utf-8").splitlines()


async def rehearse(engine: Engine, questions: list[str], *, answer_tokens: int) -> tuple[Rehearsed, ...]:
    """The answers of a running engine, each drawn with a seed. Questions to which it says nothing are left out."""
    numbered = enumerate(questions)
    answers = await asyncio.gather(*(_answer(engine, question, answer_tokens, seed) for seed, question in numbered))
    return tuple(each for each in answers if each.answer.strip())


async def _answer(engine: Engine, question: str, answer_tokens: int, seed: int) -> Rehearsed:
    prompt = ChatPrompt((Message(Role.USER, question),))
    request = GenerationRequest("replay", prompt, Sampling(temperature=1, seed=seed, max_tokens=answer_tokens))
    text, ended = "", None
    async for event in engine.generate(request):
        match event:
            case Piece():
                text += event.text
            case Ended():
                ended = event.reason
    return Rehearsed(question, text, is_whole=ended is FinishReason.STOP)


def write_rehearsed(path: Path, rehearsed: tuple[Rehearsed, ...]) -> None:
    """Keeps them, so that a training that goes on has the very same; the file is there whole or not at all."""
    write_durably(path, msgspec.json.encode(rehearsed))


def read_rehearsed(path: Path) -> tuple[Rehearsed, ...] | None:
    """What was kept, if anything was."""
    return msgspec.json.decode(path.read_bytes(), type=tuple[Rehearsed, ...]) if path.exists() else None
