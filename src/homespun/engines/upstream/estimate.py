"""How many tokens a prompt has, where no tokenizer is at hand: a rule of thumb, and known to be one."""

from __future__ import annotations

from typing import assert_never

from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt

_LETTERS_PER_TOKEN = 4
_TOKENS_PER_MESSAGE = 4


def estimated_tokens(prompt: Prompt) -> int:
    """Four ASCII letters to a token, any other character one, and four for what a template puts around a message.

    English comes out about right and Chinese too long, which is the safer side. Token ids are counted exactly.
    """
    match prompt:
        case ChatPrompt():
            return _TOKENS_PER_MESSAGE + sum(_TOKENS_PER_MESSAGE + _of(m.content) for m in prompt.messages)
        case TextPrompt():
            return _of(prompt.text)
        case TokenPrompt():
            return len(prompt.token_ids)
        case _:
            assert_never(prompt)


def _of(text: str) -> int:
    ascii_letters = sum(map(str.isascii, text))
    return -(-ascii_letters // _LETTERS_PER_TOKEN) + len(text) - ascii_letters
