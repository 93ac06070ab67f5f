"""The scripted engine's tokens: a token is a word with the white space before it.

"Hello, big world\\n" is four tokens: "Hello,", " big", " world" and "\\n". A prompt of token ids counts what it has.
"""

from __future__ import annotations

import re
import zlib
from typing import assert_never

from homespun.core.events import TokenAlternative, TokenLogprob
from homespun.core.messages import ChatPrompt, Prompt, TextPrompt, TokenPrompt

_WORD = re.compile(r"\s*\S+|\s+\Z")
_VOCABULARY = 50_000


def words_of(text: str) -> list[str]:
    """The tokens that a text consists of; joined they are the text again."""
    return _WORD.findall(text)


def word_id(word: str) -> int:
    """A number for every token, always the same."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) % _VOCABULARY


def prompt_text(prompt: Prompt) -> str:
    """The prompt as this engine reads it: a line for each message."""
    match prompt:
        case ChatPrompt():
            return "".join(f"{message.role}: {message.content}\n" for message in prompt.messages)
        case TextPrompt():
            return prompt.text
        case TokenPrompt():
            return " ".join(f"<{token}>" for token in prompt.token_ids)
        case _:
            assert_never(prompt)


def count_words(prompt: Prompt) -> int:
    """The length of a prompt in this engine's tokens."""
    return len(words_of(prompt_text(prompt)))


def logprob_of(word: str, alternatives: int) -> TokenLogprob:
    """Made up, but well-formed: the word itself is likeliest, and its alternatives are made from it."""
    chosen = TokenAlternative(word_id(word), word.encode("utf-8", "surrogatepass"), -0.25)
    others = (f"{word}~{number}" for number in range(1, alternatives))
    made_up = (TokenAlternative(word_id(o), o.encode("utf-8", "surrogatepass"), -2.0 - n) for n, o in enumerate(others))
    return TokenLogprob(chosen, (chosen, *made_up) if alternatives else ())


def prompt_logprobs(text: str, alternatives: int) -> tuple[TokenLogprob, ...]:
    """The same for the words of a prompt; the first follows nothing."""
    first, *others = words_of(text) or [""]
    nothing_before = TokenLogprob(TokenAlternative(word_id(first), first.encode("utf-8", "surrogatepass"), 0.0), ())
    return (nothing_before, *(logprob_of(word, alternatives) for word in others)) if text else ()
