"""Tokens to bytes, and bytes to text as they come.

A table made once says which bytes every token stands for, so that a token costs one look-up, wherever it stands and
however long the answer is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from itertools import count

from .codec import Spelling


class IncrementalDecoder:
    """Turns the tokens of one answer into text, never splitting a character.

    `table`: the bytes of each token, by id. Bytes that aren't UTF-8 become U+FFFD, the replacement character.
    """

    __slots__ = ("_decode", "_table")

    def __init__(self, table: Sequence[bytes]) -> None:
        self._table = table
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def feed(self, token_id: int) -> str:
        """The characters that this token completes; special tokens give none."""
        return self._decode(self._table[token_id])

    def flush(self) -> str:
        """What is left at the end: a replacement character if a character was cut short."""
        return self._decode(b"", final=True)


def byte_level_characters() -> list[str]:
    """The characters that GPT-2's vocabulary writes bytes as, by byte.

    Printable characters of Latin-1 stand for their own byte; the other bytes, in order, are written as U+0100 onwards.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = count(0x100)
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


_BYTES = {character: byte for byte, character in enumerate(byte_level_characters())}
_ONE_BYTE = re.compile("<0x([0-9A-Fa-f]{2})>")


def byte_level_spelling(token: str) -> bytes:
    """Each character is one byte; a token that has others was added as plain text."""
    try:
        return bytes(_BYTES[character] for character in token)
    except KeyError:
        return token.encode()


def sentencepiece_spelling(token: str) -> bytes:
    """A low line U+2581 is a space, <0x0A> is a byte, all else is itself."""
    if byte := _ONE_BYTE.fullmatch(token):
        return bytes.fromhex(byte[1])
    return token.replace("\u2581", " ").encode()


def byte_table(vocabulary: Mapping[str, int], added: Mapping[int, str], spelling: Spelling, rows: int) -> list[bytes]:
    """The bytes of every id below `rows`; added tokens are spelled as they are, and ids without a token are empty."""
    table = [b""] * rows
    for token, token_id in vocabulary.items():
        if token_id < rows:
            table[token_id] = spelling(token)
    for token_id, text in added.items():
        if token_id < rows:
            table[token_id] = text.encode()
    return table
