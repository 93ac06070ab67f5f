"""A tokenizer of the `tokenizers` library, with what the library doesn't tell about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tokenizers

Spelling = Callable[[str], bytes]
"""From how a vocabulary writes a token to the bytes that the token stands for."""


@dataclass(frozen=True, slots=True)
class Codec:
    """What `Tokenizer` is made of; built by `byte_pair` or `tokenizer_json`."""

    library: tokenizers.Tokenizer
    spelling: Spelling
    space_in_front: bool
    """Whether the first word of a text is written as if a space stood before it, as in SentencePiece."""
    text_prefix: tuple[int, ...]
    """The special tokens, if any, that stand before a bare text: bos."""
