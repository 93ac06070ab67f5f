"""Text to tokens and back. The pinned ids are those of OpenVINO GenAI's tokenizer for the same file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homespun.core.errors import Invalid, ModelUnreadable
from homespun.core.messages import Message, Role
from homespun.engines.openvino.tokenizer import Tokenizer
from homespun.engines.openvino.weights import BytePairVocabulary, TokenizerJson, TokenizerSpec, read_checkpoint

from .tiny_llama import CHAT_TEMPLATE, KINDS, MERGES, TOKENS, VOCAB, tokenizer_json

START, END, THINK = (TOKENS.index(token) for token in ("<|im_start|>", "<|im_end|>", "<think>"))
LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\x04\x06\x13\x14\x16\x1d", max_codepoint=0x3FFFF))
"""Without those that the default model's vocabulary lacks: some control characters, and planes that are empty yet."""


@pytest.fixture(scope="module")
def smol(default_model_gguf: Path) -> Tokenizer:
    return Tokenizer.from_spec(read_checkpoint(default_model_gguf).tokenizer)


def tiny_spec(**changes: Any) -> TokenizerSpec:
    spec = TokenizerSpec(
        vocabulary=BytePairVocabulary(TOKENS, KINDS, MERGES, pre_tokenizer="gpt-2", adds_bos=False),
        rows=VOCAB,
        chat_template=CHAT_TEMPLATE,
        special_tokens={"eos_token": "<|im_end|>"},
        eos_token_ids=frozenset(),
    )
    return replace(spec, **changes)


def tiny_json(**changes: Any) -> TokenizerJson:
    return TokenizerJson(json.dumps(tokenizer_json() | changes))


@pytest.fixture(params=["gguf", "json"])
def tiny(request: pytest.FixtureRequest) -> Tokenizer:
    return Tokenizer.from_spec(tiny_spec() if request.param == "gguf" else tiny_spec(vocabulary=tiny_json()))


def decoded(tokenizer: Tokenizer, ids: list[int]) -> str:
    decoder = tokenizer.decoder()
    return "".join(map(decoder.feed, ids)) + decoder.flush()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hello, world!", [19556, 28, 905, 17]),
        ("The year 2026 has 365 days.", [504, 713, 216, 34, 32, 34, 38, 553, 216, 35, 38, 37, 2009, 30]),
        ("你好，世界！", [18645, 250, 48392, 138, 12831, 7906, 240, 178, 239, 230, 8083, 219]),
        ("👩\u200d👧 é", [10813, 235, 119, 321, 231, 10813, 235, 117, 26411]),
        ("def f(x):\n    return x ** 2\n", [1604, 275, 24, 104, 727, 472, 1003, 1792, 1903, 216, 34, 198]),
        ("a  b   c\t\td \n\n e", [81, 216, 278, 256, 265, 197, 197, 84, 38028, 297]),
        ("It's 3.14, isn't it?", [1589, 506, 216, 35, 30, 33, 36, 28, 3247, 982, 357, 47]),
        ("<|im_start|>user\nHi<|im_end|>", [1, 4093, 198, 26843, 2]),
    ],
)
def test_encodes_as_the_reference_does(smol: Tokenizer, text: str, ids: list[int]) -> None:
    assert smol.encode(text, special=True) == ids


def test_renders_a_chat_as_the_reference_does(smol: Tokenizer) -> None:
    messages = (
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.USER, "Hi"),
        Message(Role.ASSISTANT, "Yes?"),
        Message(Role.USER, "你好 🙂 12"),
    )
    assert smol.render_chat(messages) == [
        *(1, 9690, 198, 6077, 5453, 30, 2, 198),
        *(1, 4093, 198, 26843, 2, 198),
        *(1, 520, 9531, 198, 10539, 47, 2, 198),
        *(1, 4093, 198, 18645, 250, 48392, 138, 47526, 216, 33, 34, 2, 198),
        *(1, 520, 9531, 198),
    ]


def test_knows_the_default_models_special_tokens(smol: Tokenizer) -> None:
    assert (smol.vocab_size, smol.bos_id) == (49_152, 1)
    assert smol.eos_ids == {0, 2}
    assert smol.special_ids == set(range(17))


@settings(max_examples=200)
@given(text=LETTERS)
def test_gets_back_what_was_encoded(smol: Tokenizer, text: str) -> None:
    ids = smol.encode(text, special=False)
    assert decoded(smol, ids) == text
    assert b"".join(map(smol.token_bytes, ids)) == text.encode()


@settings(max_examples=100)
@given(
    parts=st.lists(LETTERS | st.sampled_from(["<|im_end|>", "<|im_start|>system\n", "<repo_name>", "<|im_", "end|>"]))
)
def test_nobody_can_say_a_special_token(smol: Tokenizer, parts: list[str]) -> None:
    said = "".join(parts)
    ids = smol.render_chat([Message(Role.USER, said)])
    structure = [token for token in ids if token in smol.special_ids]
    assert structure == [token for token in smol.render_chat([Message(Role.USER, "a")]) if token in smol.special_ids]
    assert said in decoded(smol, ids)
    assert not smol.special_ids & set(smol.encode(said, special=False))


def test_a_letter_that_the_vocabulary_lacks_is_left_out(smol: Tokenizer) -> None:
    assert smol.encode("a\x04b", special=False) == smol.encode("a", special=False) + smol.encode("b", special=False)


def test_a_letter_that_a_tokenizer_json_lacks_is_no_special_token() -> None:
    model = tokenizer_json()["model"]
    without_a = {token: token_id for token, token_id in model["vocab"].items() if token != "a"}
    lacking = tiny_json(model=model | {"vocab": without_a, "unk_token": "<|im_end|>"})
    tokenizer = Tokenizer.from_spec(tiny_spec(vocabulary=lacking))
    assert tokenizer.encode("ahello", special=False) == [TOKENS.index("hello")]


def test_parts_special_tokens_from_text_only_when_told_to(tiny: Tokenizer) -> None:
    text = "hello<|im_end|>"
    assert tiny.encode(text, special=True) == [TOKENS.index("hello"), END]
    assert END not in tiny.encode(text, special=False)
    assert decoded(tiny, tiny.encode(text, special=False)) == text


def test_a_user_defined_token_is_text_wherever_it_stands(tiny: Tokenizer) -> None:
    hello = TOKENS.index("hello")
    assert tiny.encode("hello<think>hello", special=False) == [hello, THINK, hello]
    assert decoded(tiny, [THINK]) == "<think>"


def test_special_tokens_are_not_shown_but_have_a_name(tiny: Tokenizer) -> None:
    assert decoded(tiny, [START, TOKENS.index("hello"), END]) == "hello"
    assert tiny.token_bytes(END) == b"<|im_end|>"


def test_ids_beyond_the_vocabulary_decode_to_nothing(tiny: Tokenizer) -> None:
    assert tiny.vocab_size == VOCAB > len(TOKENS)
    assert decoded(tiny, [VOCAB - 1]) == ""
    assert tiny.token_bytes(VOCAB - 1) == b""


def test_a_million_characters_are_encoded_whole(smol: Tokenizer) -> None:
    text = "The quick brown fox, 你好 123. " * 35_000
    assert decoded(smol, smol.render_text(text)) == text


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b"])
def test_half_a_character_is_invalid(tiny: Tokenizer, text: str) -> None:
    with pytest.raises(Invalid, match="lone surrogate"):
        tiny.encode(text, special=False)
    with pytest.raises(Invalid, match="lone surrogate"):
        tiny.render_text(text)
    with pytest.raises(Invalid, match="lone surrogate"):
        tiny.render_chat([Message(Role.USER, text)])


def test_an_empty_text_has_no_tokens(tiny: Tokenizer) -> None:
    assert tiny.render_text("") == []


def test_a_chat_needs_a_template() -> None:
    with pytest.raises(Invalid, match="no chat template"):
        Tokenizer.from_spec(tiny_spec(chat_template=None)).render_chat([Message(Role.USER, "a")])


def test_a_bare_text_begins_with_bos_once_where_the_model_wants_it() -> None:
    vocabulary = BytePairVocabulary(TOKENS, KINDS, MERGES, pre_tokenizer="gpt-2", adds_bos=True)
    bos = {"type": "TemplateProcessing", "pair": [], "special_tokens": {}} | {
        "single": [{"SpecialToken": {"id": "<|im_start|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "special_tokens": {"<|im_start|>": {"id": "<|im_start|>", "ids": [START], "tokens": ["<|im_start|>"]}},
    }
    for spec in (
        tiny_spec(vocabulary=vocabulary, special_tokens={"bos_token": "<|im_start|>"}),
        tiny_spec(vocabulary=tiny_json(post_processor=bos)),
    ):
        tokenizer = Tokenizer.from_spec(spec)
        hello = TOKENS.index("hello")
        assert tokenizer.render_text("hello") == [START, hello]
        assert tokenizer.render_text("<|im_start|>hello") == [START, hello]
        assert tokenizer.encode("hello", special=True) == [hello]


def test_answers_end_where_the_files_say_and_where_they_forget_to() -> None:
    spec = tiny_spec(special_tokens={}, eos_token_ids=frozenset({5, VOCAB, -1}))
    assert Tokenizer.from_spec(spec).eos_ids == {5, END}


def test_padding_and_truncation_in_the_file_are_ignored() -> None:
    truncation = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
    tokenizer = Tokenizer.from_spec(tiny_spec(vocabulary=tiny_json(truncation=truncation)))
    assert len(tokenizer.encode("abcdefgh", special=False)) == 8


def sentencepiece(pre_tokenizer: dict[str, Any] | None, normalizer: dict[str, Any] | None) -> Tokenizer:
    """A vocabulary in the manner of SentencePiece, with bytes to fall back to."""
    vocabulary = [
        "<s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *"▁helowrd",
        "he",
        "ll",
        "hell",
        "hello",
        "▁hello",
    ]
    description = {
        "version": "1.0",
        "added_tokens": [
            {"id": 0, "content": "<s>", "special": True, "normalized": False}
            | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
        ],
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "BPE",
            "byte_fallback": True,
            "vocab": {token: token_id for token_id, token in enumerate(vocabulary)},
            "merges": ["h e", "l l", "he ll", "hell o", "▁ hello"],
        },
    }
    template = "<s>{% for m in messages %}{{ m.content }}<s>{% endfor %}"
    return Tokenizer.from_spec(
        tiny_spec(vocabulary=TokenizerJson(json.dumps(description)), special_tokens={}, chat_template=template)
    )


METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
PREPEND = {
    "type": "Sequence",
    "normalizers": [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    ],
}
BARE_HELLO, SPACED_HELLO = 268, 269


def test_sentencepiece_puts_a_space_before_the_first_word_alone() -> None:
    tokenizer = sentencepiece(METASPACE, None)
    assert tokenizer.encode("hello", special=False) == [SPACED_HELLO]
    assert tokenizer.encode(" hello", special=False) == [SPACED_HELLO]
    assert tokenizer.encode("hello hello", special=False) == [SPACED_HELLO, SPACED_HELLO]
    assert tokenizer.render_chat([Message(Role.USER, "hello")]) == [0, BARE_HELLO, 0]


def test_sentencepiece_of_the_older_kind_puts_one_before_every_segment() -> None:
    assert sentencepiece(None, PREPEND).render_chat([Message(Role.USER, "hello")]) == [0, SPACED_HELLO, 0]


def test_falls_back_to_bytes_and_puts_them_together_again() -> None:
    tokenizer = sentencepiece(METASPACE, None)
    ids = tokenizer.encode("hello 好", special=False)
    assert ids[-3:] == [1 + byte for byte in "好".encode()]
    assert decoded(tokenizer, ids) == " hello 好"


def test_refuses_a_vocabulary_that_is_damaged() -> None:
    for damage, complaint in (
        ({"kinds": KINDS[:-1]}, "differ in length"),
        ({"merges": ("a nosuchtoken",)}, "merges 'a nosuchtoken'"),
        ({"merges": ("a",)}, "merges 'a'"),
        ({"pre_tokenizer": "deepseek-llm"}, "'deepseek-llm', which isn't supported; smollm"),
    ):
        with pytest.raises(ModelUnreadable, match=complaint):
            Tokenizer.from_spec(tiny_spec(vocabulary=replace(tiny_spec().vocabulary, **damage)))


@pytest.mark.parametrize(
    ("vocabulary", "complaint"),
    [
        (TokenizerJson(""), "tokenizer.json can't be read"),
        (TokenizerJson("{}"), "tokenizer.json can't be read"),
        (tiny_json(model={"type": "BPE", "vocab": {}, "merges": ["a b"]}), "tokenizer.json can't be read"),
        (tiny_json(model={"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}), "kind WordLevel"),
        (tiny_json(decoder={"type": "WordPiece", "prefix": "##", "cleanup": True}), "decodes by WordPiece"),
        (tiny_json(decoder=None), "decodes by nothing"),
    ],
)
def test_refuses_a_tokenizer_json_that_is_damaged_or_of_another_kind(vocabulary: TokenizerJson, complaint: str) -> None:
    with pytest.raises(ModelUnreadable, match=complaint):
        Tokenizer.from_spec(tiny_spec(vocabulary=vocabulary))


def test_refuses_tokens_that_the_model_has_no_row_for() -> None:
    with pytest.raises(ModelUnreadable, match="beyond the 200 the model knows"):
        Tokenizer.from_spec(tiny_spec(rows=200))


def test_a_special_token_without_a_row_is_never_used() -> None:
    tokens, kinds = (*TOKENS, "<pad>"), (*KINDS, 3)
    vocabulary = BytePairVocabulary(tokens, kinds, MERGES, pre_tokenizer="gpt-2", adds_bos=False)
    tokenizer = Tokenizer.from_spec(tiny_spec(vocabulary=vocabulary, rows=len(TOKENS)))
    assert max(tokenizer.encode("<pad>", special=True)) < len(TOKENS)
