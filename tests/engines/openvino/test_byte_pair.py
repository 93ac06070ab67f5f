"""How text is cut before pairs are merged, for each name that GGUF has for it."""

from __future__ import annotations

import pytest

from homespun.engines.openvino.byte_pair import build_byte_pair
from homespun.engines.openvino.weights import BytePairVocabulary

from .tiny_llama import KINDS, MERGES, TOKENS

TEXT = "It's 1234 ÷ x\r\n\r\n  IT'S"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gpt-2", ["It", "'s", " 1234", " ÷", " x", "\r\n\r\n ", " IT", "'", "S"]),
        ("smollm", ["It", "'s", " ", "1", "2", "3", "4", " ÷", " x", "\r\n\r\n ", " IT", "'", "S"]),
        ("llama-bpe", ["It", "'s", " ", "123", "4", " ÷", " x", "\r\n\r\n", " ", " IT", "'S"]),
        ("qwen2", ["It", "'s", " ", "1", "2", "3", "4", " ÷", " x", "\r\n\r\n", " ", " IT", "'S"]),
        ("default", ["It", "'", "s", " ", "123", "4", " ÷", " x", "\r\n\r\n ", " IT", "'", "S"]),
    ],
)
def test_cuts_text_as_the_vocabulary_was_made(name: str, words: list[str]) -> None:
    codec = build_byte_pair(BytePairVocabulary(TOKENS, KINDS, MERGES, name, adds_bos=False), bos_token=None)
    pre_tokenizer = codec.library.pre_tokenizer
    assert pre_tokenizer is not None
    assert [codec.spelling(word).decode() for word, _ in pre_tokenizer.pre_tokenize_str(TEXT)] == words


def test_qwen_composes_letters_with_their_accents() -> None:
    codec = build_byte_pair(BytePairVocabulary(TOKENS, KINDS, MERGES, "qwen2", adds_bos=False), bos_token=None)
    assert codec.library.encode("e\u0301").ids == codec.library.encode("é").ids


def test_llama_3_takes_a_word_that_is_a_token_whole() -> None:
    vocabulary = BytePairVocabulary((*TOKENS, "abc"), (*KINDS, 1), MERGES, "llama-bpe", adds_bos=False)
    assert build_byte_pair(vocabulary, bos_token=None).library.encode("abc").ids == [len(TOKENS)]
