"""A tokenizer.json as a GGUF file tells it: tokens with their kinds, merges, and a name for the way text is cut."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tokenizers

from homespun.core.errors import ModelUnreadable
from homespun.engines.openvino.byte_pair import PRE_TOKENIZERS, build_byte_pair, pre_tokenizer
from homespun.engines.openvino.tokenizer_json import read_tokenizer_json
from homespun.engines.openvino.weights import BytePairVocabulary, TokenizerSpec, TokenKind

_PROBE = (
    "Hello, it's we'LL I'M 1 22 333 4444 123456 x12y3.14\r\n\r\n\n  two\t three   \n—«ça» $a+b=c|d~e <|im_end|>"
    "你好，世界！１２３ 한국어 ١٢٣ e\u0301 \u00a0 camelCase HTTPServer _under_score ... ??!! https://a.b/c?d=e&f #1 "
    "\U0001f600\U0001f469\u200d\U0001f680 ''' \"\"\" {}[]()  "
)
"""Each way to cut text cuts something of it differently; llama.cpp's converter tells them apart by such a text, too."""


def byte_pair_vocabulary(spec: TokenizerSpec) -> BytePairVocabulary:
    """Raises `ModelUnreadable` for a tokenizer that GGUF readers would not build just so."""
    if isinstance(spec.vocabulary, BytePairVocabulary):
        return spec.vocabulary
    theirs = read_tokenizer_json(spec.vocabulary.text)
    vocabulary = _vocabulary(json.loads(spec.vocabulary.text), theirs.library, spec, bool(theirs.text_prefix))
    ours = build_byte_pair(vocabulary, bos_token=spec.special_tokens.get("bos_token"))
    if _ids(ours.library) != _ids(theirs.library) or ours.text_prefix != theirs.text_prefix:
        raise _cannot("its tokens come out otherwise")
    return vocabulary


def _vocabulary(
    told: Mapping[str, Any],
    library: tokenizers.Tokenizer,
    spec: TokenizerSpec,
    adds_bos: bool,  # noqa: FBT001
) -> BytePairVocabulary:
    texts = {token_id: text for text, token_id in library.get_vocab(with_added_tokens=True).items()}
    added = {token["id"]: bool(token["special"]) for token in told.get("added_tokens", ())}
    return BytePairVocabulary(
        tokens=tuple(texts.get(token_id, f"[PAD{token_id}]") for token_id in range(spec.rows)),
        kinds=tuple(_kind(token_id, texts, added) for token_id in range(spec.rows)),
        merges=tuple(pair if isinstance(pair, str) else " ".join(pair) for pair in told["model"]["merges"]),
        pre_tokenizer=_pre_tokenizer(library),
        adds_bos=adds_bos,
    )


def _kind(token_id: int, texts: Mapping[int, str], added: Mapping[int, bool]) -> TokenKind:
    if token_id not in texts:
        return TokenKind.UNUSED
    if token_id not in added:
        return TokenKind.NORMAL
    return TokenKind.CONTROL if added[token_id] else TokenKind.USER_DEFINED


def _pre_tokenizer(library: tokenizers.Tokenizer) -> str:
    if library.pre_tokenizer is not None:
        cuts = _cuts(library.pre_tokenizer)
        for name in PRE_TOKENIZERS:
            if _cuts(pre_tokenizer(name)) == cuts:
                return name
    raise _cannot("it cuts text in a way that none of GGUF's known names stands for")


def _cuts(cutter: tokenizers.pre_tokenizers.PreTokenizer) -> list[str]:
    return [part for part, _ in cutter.pre_tokenize_str(_PROBE)]


def _ids(library: tokenizers.Tokenizer) -> list[int]:
    return list(library.encode(_PROBE, add_special_tokens=False).ids)


def _cannot(why: str) -> ModelUnreadable:
    return ModelUnreadable(f"The model's tokenizer can't be told in a GGUF file: {why}. Export it as hf.")
