"""Text to tokens and back; conversations to prompts.

Text from people never becomes a special token: `<|im_end|>` typed into a message is encoded as the letters it is. Only
the chat template, and a bare prompt that its sender wrote as a whole, can hold special tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

from homespun.core.errors import Invalid, ModelUnreadable
from homespun.core.messages import Message

from .byte_pair import build_byte_pair
from .chat_template import ChatTemplate, Segment, special_token_pattern
from .codec import Codec
from .decoding import IncrementalDecoder, byte_table
from .tokenizer_json import read_tokenizer_json
from .weights import BytePairVocabulary, TokenizerSpec

__all__ = ["IncrementalDecoder", "Tokenizer"]

ENDINGS = ("<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|endoftext|>", "<|end_of_text|>")
"""Special tokens that end an answer whether or not the model's files say so, for some forget to."""


class Tokenizer:
    """A model's tokenizer. Made once and not changed: safe to share between threads.

    Raises `ModelUnreadable` where the tokenizer or the chat template is damaged or not supported.
    """

    vocab_size: int
    """How many ids the model has; those without a token of their own decode to nothing."""
    bos_id: int | None
    """What a text begins with, where the model has such a token."""
    eos_ids: frozenset[int]
    """Generation ends at any of these."""
    special_ids: frozenset[int]
    """Ids that stand for structure, not text."""

    def __init__(self, codec: Codec, spec: TokenizerSpec) -> None:
        self._codec = codec
        self._codec.library.encode_special_tokens = True  # in text, they are text; see `_segments`
        added = codec.library.get_added_tokens_decoder()
        special = {its.content: token_id for token_id, its in added.items() if its.special and token_id < spec.rows}
        self.vocab_size = spec.rows
        self.special_ids = frozenset(special.values())
        self.bos_id = special.get(spec.special_tokens.get("bos_token", ""))
        self.eos_ids = _eos_ids(spec, special)
        self._special = special
        self._special_pattern = special_token_pattern(tuple(special))
        self._chat = ChatTemplate(spec.chat_template, special, spec.special_tokens) if spec.chat_template else None
        vocabulary = codec.library.get_vocab(with_added_tokens=True)
        _check_ids(vocabulary, {its.content for its in added.values() if its.special}, spec.rows)
        self._bytes = byte_table(
            vocabulary, {token_id: its.content for token_id, its in added.items()}, codec.spelling, spec.rows
        )
        self._visible = [b"" if token_id in self.special_ids else its for token_id, its in enumerate(self._bytes)]

    @classmethod
    def from_spec(cls, spec: TokenizerSpec) -> Tokenizer:
        """Builds it from what a model's files say."""
        if isinstance(spec.vocabulary, BytePairVocabulary):
            return cls(build_byte_pair(spec.vocabulary, bos_token=spec.special_tokens.get("bos_token")), spec)
        return cls(read_tokenizer_json(spec.vocabulary.text), spec)

    def encode(self, text: str, *, special: bool) -> list[int]:
        """The tokens of a text, none added. `special`: whether `<|im_start|>` in it is that token or plain letters.

        Raises `Invalid` for lone surrogates. Lets other threads run while it works.
        """
        _check_unicode(text, "prompt")
        return self._encode(self._segments(text) if special else [text])

    def render_text(self, text: str) -> list[int]:
        """A bare prompt: bos where the model wants it, special tokens parsed, for the sender wrote the whole of it.

        Raises `Invalid` for lone surrogates.
        """
        ids = self.encode(text, special=True)
        prefix = list(self._codec.text_prefix)
        return ids if prefix and ids[: len(prefix)] == prefix else prefix + ids

    def render_chat(self, messages: Sequence[Message]) -> list[int]:
        """The conversation in the model's chat template, ready for the assistant to speak.

        Raises `Invalid` for lone surrogates, where there is no template, or where it refuses these messages.
        """
        if self._chat is None:
            raise Invalid("This model has no chat template. Ask it for completions instead.", param="messages")
        for message in messages:
            _check_unicode(message.content, "messages")
        return self._encode(self._chat.render(messages))

    def decoder(self) -> IncrementalDecoder:
        """A decoder for one answer."""
        return IncrementalDecoder(self._visible)

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes that a token stands for; the name of a special token."""
        return self._bytes[token_id]

    def _segments(self, text: str) -> list[Segment]:
        return [self._special.get(part, part) for part in self._special_pattern.split(text) if part]

    def _encode(self, segments: Sequence[Segment]) -> list[int]:
        """Segments of text are encoded each for itself, as a special token between them would part them anyway."""
        texts = [segment for segment in segments if isinstance(segment, str)]
        if texts and texts[0] is segments[0]:
            texts[0] = self._at_the_front(texts[0])
        encoded = iter(self._codec.library.encode_batch_fast(texts, add_special_tokens=False))
        ids: list[int] = []
        for segment in segments:
            ids.extend([segment] if isinstance(segment, int) else next(encoded).ids)
        return ids

    def _at_the_front(self, text: str) -> str:
        needs_space = self._codec.space_in_front and text and not text.startswith((" ", "\u2581"))
        return " " + text if needs_space else text


def _eos_ids(spec: TokenizerSpec, special: dict[str, int]) -> frozenset[int]:
    named = (spec.special_tokens.get("eos_token", ""), *ENDINGS)
    known = {token_id for token_id in spec.eos_token_ids if 0 <= token_id < spec.rows}
    return frozenset(known | {special[text] for text in named if text in special})


def _check_ids(vocabulary: dict[str, int], never_made: set[str], rows: int) -> None:
    """Special tokens beyond the model's embedding do no harm; any other would be looked up where nothing is."""
    beyond = [text for text, token_id in vocabulary.items() if token_id >= rows and text not in never_made]
    if beyond:
        raise ModelUnreadable(f"The tokenizer has {beyond[0]!r} and other tokens beyond the {rows:,} the model knows.")


def _check_unicode(text: str, param: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Invalid(
            f"The text isn't valid Unicode: character {error.start} is a lone surrogate, half of one.", param=param
        ) from None
