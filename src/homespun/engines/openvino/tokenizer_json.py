"""Builds a tokenizer from a Hugging Face tokenizer.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import tokenizers
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Metaspace

from homespun.core.errors import ModelUnreadable

from .codec import Codec, Spelling
from .decoding import byte_level_spelling, sentencepiece_spelling


def read_tokenizer_json(text: str) -> Codec:
    """Raises `ModelUnreadable` for a file that is damaged, or whose tokens can't be turned into bytes one by one."""
    try:
        library = tokenizers.Tokenizer.from_str(text)
    except Exception as error:  # the library raises nothing narrower
        raise ModelUnreadable(f"tokenizer.json can't be read: {error}") from error
    _check_model(library)
    library.no_padding()
    library.no_truncation()
    return Codec(
        library=library,
        spelling=_spelling(json.loads(text)),
        text_prefix=_text_prefix(library),
        space_in_front=_take_space_from_front(library),
    )


def _check_model(library: tokenizers.Tokenizer) -> None:
    model = library.model
    if not isinstance(model, BPE):
        raise ModelUnreadable(f"The tokenizer is of the kind {type(model).__name__}, which isn't supported; BPE is.")
    # Often this is the end-of-text token, which a rare letter in a message would become. Now that letter is left out.
    model.unk_token = None


def _spelling(description: dict[str, Any]) -> Spelling:
    kinds = set(_kinds(description.get("decoder") or {}))
    if "ByteLevel" in kinds:
        return byte_level_spelling
    if kinds & {"ByteFallback", "Metaspace"}:
        return sentencepiece_spelling
    raise ModelUnreadable(
        f"The tokenizer decodes by {', '.join(sorted(kinds)) or 'nothing'}, which isn't supported; "
        "ByteLevel, ByteFallback and Metaspace are."
    )


def _kinds(decoder: dict[str, Any]) -> Iterator[str]:
    yield str(decoder.get("type", ""))
    for part in decoder.get("decoders", ()):
        yield from _kinds(part)


def _text_prefix(library: tokenizers.Tokenizer) -> tuple[int, ...]:
    """What the file's post-processor puts before a text."""
    encoded = library.encode("a", add_special_tokens=True)
    marked = zip(encoded.ids, encoded.special_tokens_mask, strict=True)
    return tuple(token_id for token_id, _ in takewhile(lambda pair: pair[1], marked))


def _take_space_from_front(library: tokenizers.Tokenizer) -> bool:
    """Leaves the space before the first word to us: a prompt is encoded in segments, and only one of them is first."""
    cut = library.pre_tokenizer
    if not isinstance(cut, Metaspace) or cut.prepend_scheme != "first":
        return False
    cut.prepend_scheme = "never"
    return True
