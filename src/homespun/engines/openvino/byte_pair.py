"""Builds a byte-level byte-pair tokenizer from the vocabulary in a GGUF file (Radford et al. 2019).

The expressions below are part of the models: they say how text was cut before pairs were merged when they were trained.
"""

from __future__ import annotations

import tokenizers
from tokenizers import AddedToken, Regex
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.normalizers import NFC
from tokenizers.pre_tokenizers import ByteLevel, Digits, PreTokenizer, Sequence, Split

from homespun.core.errors import ModelUnreadable

from .codec import Codec
from .decoding import byte_level_spelling
from .weights import BytePairVocabulary, TokenKind

_GPT_2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
_LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_QWEN_2 = _LLAMA_3.replace(r"\p{N}{1,3}", r"\p{N}")
_PUNCTUATION = r"[\p{P}\$\+<=>\^~\|]+"


PRE_TOKENIZERS = ("smollm", "gpt-2", "llama-bpe", "qwen2", "default")
"""GGUF's names for the ways to cut text that are known here."""


def pre_tokenizer(name: str) -> PreTokenizer:
    """How text is cut into words, by GGUF's name for it. The byte level writes each byte as one visible character.

    Raises `ModelUnreadable` for a name that isn't one of `PRE_TOKENIZERS`.
    """
    gpt_2 = ByteLevel(add_prefix_space=False, use_regex=True)
    bytes_alone = ByteLevel(add_prefix_space=False, use_regex=False)
    match name:
        case "gpt-2":
            return gpt_2
        case "smollm":
            return Sequence([Digits(individual_digits=True), gpt_2])
        case "llama-bpe":
            return Sequence([_cut(_LLAMA_3), bytes_alone])
        case "qwen2":
            return Sequence([_cut(_QWEN_2), bytes_alone])
        case "default":
            cuts = (_PUNCTUATION, _GPT_2, r"\p{N}+", "[0-9][0-9][0-9]")
            return Sequence([*map(_cut, cuts), bytes_alone])
    raise ModelUnreadable(
        f"The model's text is cut in the way {name!r}, which isn't supported; "
        "smollm, gpt-2, llama-bpe, qwen2 and default are. Take the model in the safetensors format instead."
    )


def _cut(expression: str) -> PreTokenizer:
    return Split(Regex(expression), "isolated")


def build_byte_pair(vocabulary: BytePairVocabulary, *, bos_token: str | None) -> Codec:
    """Raises `ModelUnreadable` for a vocabulary that is inconsistent, or cut in a way that isn't supported."""
    if len(vocabulary.kinds) != len(vocabulary.tokens):
        raise ModelUnreadable("The tokenizer's lists of tokens and of their kinds differ in length: they are damaged.")
    tokenizer = tokenizers.Tokenizer(_model(vocabulary))
    tokenizer.pre_tokenizer = pre_tokenizer(vocabulary.pre_tokenizer)
    tokenizer.decoder = ByteLevelDecoder()
    if vocabulary.pre_tokenizer == "qwen2":
        tokenizer.normalizer = NFC()
    tokenizer.add_special_tokens([_added(token) for token in _of_kind(vocabulary, TokenKind.CONTROL)])
    tokenizer.add_tokens([_added(token) for token in _of_kind(vocabulary, TokenKind.USER_DEFINED)])
    bos_id = tokenizer.token_to_id(bos_token) if bos_token and vocabulary.adds_bos else None
    prefix = () if bos_id is None else (bos_id,)
    return Codec(tokenizer, byte_level_spelling, space_in_front=False, text_prefix=prefix)


def _model(vocabulary: BytePairVocabulary) -> BPE:
    ids = {token: token_id for token_id, token in enumerate(vocabulary.tokens)}
    merges: list[tuple[str, str]] = []
    for merge in vocabulary.merges:
        left, _, right = merge.partition(" ")
        if not (left in ids and right in ids and left + right in ids):
            raise ModelUnreadable(f"The tokenizer merges {merge[:60]!r}, which aren't tokens of it: it is damaged.")
        merges.append((left, right))
    return BPE(ids, merges, ignore_merges=vocabulary.pre_tokenizer == "llama-bpe")


def _of_kind(vocabulary: BytePairVocabulary, kind: TokenKind) -> list[str]:
    return [token for token, its in zip(vocabulary.tokens, vocabulary.kinds, strict=True) if its == kind]


def _added(token: str) -> AddedToken:
    return AddedToken(token, normalized=False)
