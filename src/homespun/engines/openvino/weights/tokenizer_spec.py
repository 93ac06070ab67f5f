"""What a model's files say about its tokenizer, before one is built from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class TokenKind(IntEnum):
    """The kinds of token that GGUF tells apart, with its numbers."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    """Structure, never text: <|im_start|>."""
    USER_DEFINED = 4
    """Text that is always one token: <think>."""
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, slots=True)
class TokenizerJson:
    """The text of a Hugging Face tokenizer.json."""

    text: str


@dataclass(frozen=True, slots=True)
class BytePairVocabulary:
    """A byte-level byte-pair vocabulary as GGUF carries it: the index of a token is its id."""

    tokens: tuple[str, ...]
    kinds: tuple[int, ...]
    """A `TokenKind` for each token."""
    merges: tuple[str, ...]
    """Pairs with one space between, those to be merged first in front."""
    pre_tokenizer: str
    """GGUF's name for the way text is cut before pairs are merged: smollm, gpt-2, llama-bpe, qwen2, default."""
    adds_bos: bool
    """Whether a bare text begins with the bos token."""


@dataclass(frozen=True, slots=True)
class TokenizerSpec:
    """Everything that `Tokenizer.from_spec` needs."""

    vocabulary: TokenizerJson | BytePairVocabulary
    rows: int
    """How many ids the model has (rows of its embedding); may be more than the tokenizer has tokens."""
    chat_template: str | None
    special_tokens: Mapping[str, str]
    """From what chat templates call them (bos_token, eos_token) to the token's text."""
    eos_token_ids: frozenset[int]
