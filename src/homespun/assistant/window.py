"""Makes a conversation fit the model's window: the oldest exchanges go first, instructions and question stay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate

from homespun.core.messages import ChatPrompt, Message, Role

CountTokens = Callable[[ChatPrompt], Awaitable[int]]

_TEMPLATE_TOKENS = 256
"""More than chat templates add of their own, instructions of theirs included."""
_MESSAGE_TOKENS = 16
"""More than chat templates add around a message."""


async def fit(prompt: ChatPrompt, *, budget_tokens: int, count_tokens: CountTokens) -> ChatPrompt:
    """The prompt without as many of its oldest exchanges as it takes to be at most `budget_tokens` long.

    Counting costs a rendering and an encoding, so what is short without doubt isn't counted, and how much must go is
    estimated from the first count; two or three counts do. If the question alone is too long it is returned all the
    same: to say so is the engine's part.
    """
    if _surely_fits(prompt, budget_tokens):
        return prompt
    instructions, exchanges = _parts(prompt.messages)
    tokens = await count_tokens(prompt)
    while tokens > budget_tokens and len(exchanges) > 1:
        exchanges = exchanges[_how_many_to_drop(exchanges, tokens, budget_tokens) :]
        prompt = ChatPrompt((*instructions, *(message for exchange in exchanges for message in exchange)))
        tokens = await count_tokens(prompt)
    return prompt


def _surely_fits(prompt: ChatPrompt, budget_tokens: int) -> bool:
    """No tokenizer makes more tokens of a text than it has bytes."""
    longest = sum(len(message.content.encode()) + _MESSAGE_TOKENS for message in prompt.messages)
    return longest + _TEMPLATE_TOKENS <= budget_tokens


def _parts(messages: Sequence[Message]) -> tuple[list[Message], list[list[Message]]]:
    """The instructions at the front, and the exchanges: a question with the answers that follow it."""
    first = next((i for i, message in enumerate(messages) if message.role is not Role.SYSTEM), len(messages))
    exchanges: list[list[Message]] = []
    for message in messages[first:]:
        if message.role is Role.USER or not exchanges:
            exchanges.append([])
        exchanges[-1].append(message)
    return list(messages[:first]), exchanges


def _how_many_to_drop(exchanges: Sequence[Sequence[Message]], tokens: int, budget_tokens: int) -> int:
    """At least one, never the last; as many as hold the share of the text by which the prompt is too long."""
    sizes = [sum(len(message.content) + _MESSAGE_TOKENS for message in exchange) for exchange in exchanges]
    surplus = (tokens - budget_tokens) / tokens * sum(sizes)
    needed = sum(dropped < surplus for dropped in accumulate(sizes)) + 1
    return min(needed, len(exchanges) - 1)
