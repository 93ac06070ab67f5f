"""What a scripted engine is to say, and where it is to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from homespun.core.messages import ChatPrompt, Prompt, Role

from .words import prompt_text, words_of

Script = str | Sequence[str] | Callable[[Prompt], str | Sequence[str]]
"""The answer to every prompt, or a function from the prompt to the answer.

A text is said a token at a time; a list is said piece by piece as it stands, however its pieces are cut.
"""


def last_words(prompt: Prompt) -> str:
    """What the user said last; of a bare prompt, all of it."""
    if not isinstance(prompt, ChatPrompt):
        return prompt_text(prompt)
    return next((message.content for message in reversed(prompt.messages) if message.role is Role.USER), "")


def echo(prompt: Prompt) -> str:
    """Says the last words back."""
    return f"You said: {last_words(prompt)}"


def pieces_for(script: Script, prompt: Prompt) -> list[str]:
    """The pieces of the answer to a prompt."""
    said = script if isinstance(script, (str, Sequence)) else script(prompt)
    return words_of(said) if isinstance(said, str) else list(said)


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """Holds every request before one of its pieces until the test opens it.

    `await gate.reached.wait()` returns when a request stands before it; `gate.opened.set()` lets it, and all that come
    later, through.
    """

    at_piece: int = 0
    """Counted over all choices of a request; 0 is before the first, when the request has begun."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
