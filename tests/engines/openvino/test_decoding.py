"""Tokens become text at once, but never half a character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from homespun.engines.openvino.decoding import (
    IncrementalDecoder,
    byte_level_characters,
    byte_level_spelling,
    byte_table,
    sentencepiece_spelling,
)

ONE_TOKEN_PER_BYTE = [bytes([byte]) for byte in range(256)]


@given(st.text(st.characters(codec="utf-8")))
def test_gives_each_character_with_its_last_byte(text: str) -> None:
    decoder = IncrementalDecoder(ONE_TOKEN_PER_BYTE)
    for character in text:
        *first, last = character.encode()
        assert [decoder.feed(byte) for byte in first] == [""] * len(first)
        assert decoder.feed(last) == character
    assert decoder.flush() == ""


@given(st.binary())
def test_gives_what_python_makes_of_any_bytes(content: bytes) -> None:
    decoder = IncrementalDecoder(ONE_TOKEN_PER_BYTE)
    assert "".join(map(decoder.feed, content)) + decoder.flush() == content.decode(errors="replace")


def test_a_character_cut_short_ends_as_a_replacement() -> None:
    decoder = IncrementalDecoder(ONE_TOKEN_PER_BYTE)
    assert [decoder.feed(byte) for byte in "好".encode()[:2]] == ["", ""]
    assert decoder.flush() == "\ufffd"


def test_reads_the_byte_alphabet_of_gpt_2() -> None:
    assert len(set(byte_level_characters())) == 256
    assert byte_level_spelling("ĠhelloĊ") == b" hello\n"
    assert byte_level_spelling("å¥½") == "好".encode()
    assert byte_level_spelling("好") == "好".encode()


def test_reads_the_spelling_of_sentencepiece() -> None:
    assert sentencepiece_spelling("▁hello▁") == b" hello "
    assert sentencepiece_spelling("<0xE5>") == b"\xe5"
    assert sentencepiece_spelling("<0xE5>a") == b"<0xE5>a"


def test_ids_without_a_token_stand_for_nothing() -> None:
    assert byte_table({"Ġa": 0, "x": 9}, {2: "Ġ", 8: "y"}, byte_level_spelling, 4) == [b" a", b"", "Ġ".encode(), b""]
