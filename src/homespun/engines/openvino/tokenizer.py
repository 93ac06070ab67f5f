"""Text to tokens and back; conversations to prompts.

Text from people never becomes a special token: `<|im_end|>` typed into a message is encoded as the letters it is. Only
the chat template, and a bare prompt that its sender wrote as a whole, can hold special tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from homespun.core.messages import Message

from .weights import TokenizerSpec


class IncrementalDecoder(Protocol):
    """Turns tokens into text as they come, never splitting a character."""

    def feed(self, token_id: int) -> str:
        """The characters that this token completes; special tokens give none."""
        ...

    def flush(self) -> str:
        """What is left at the end: a replacement character if a character was cut short."""
        ...


class Tokenizer:
    """A model's tokenizer. Safe to share between threads."""

    vocab_size: int
    """How many ids the model has; ids without a token of their own decode to nothing."""
    bos_id: int | None
    eos_ids: frozenset[int]
    """Generation ends at any of these."""
    special_ids: frozenset[int]
    """Ids that stand for structure, not text."""

    @classmethod
    def from_spec(cls, spec: TokenizerSpec) -> Tokenizer:
        """Raises `ModelUnreadable` if the spec describes no tokenizer that is supported."""
        raise NotImplementedError

    def encode(self, text: str, *, special: bool) -> list[int]:
        """The tokens of a text, none added. `special`: whether `<|im_start|>` in it is that token or plain letters.

        Raises `Invalid` for lone surrogates.
        """
        raise NotImplementedError

    def render_text(self, text: str) -> list[int]:
        """A bare prompt: bos where the model wants it, special tokens parsed (the sender wrote the whole of it)."""
        raise NotImplementedError

    def render_chat(self, messages: Sequence[Message]) -> list[int]:
        """The conversation in the model's chat template, ready for the assistant to speak.

        Raises `Invalid` where there is no template, or where it refuses these messages.
        """
        raise NotImplementedError

    def decoder(self) -> IncrementalDecoder:
        """A decoder for one answer."""
        raise NotImplementedError

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes that a token stands for; the name of a special token."""
        raise NotImplementedError
