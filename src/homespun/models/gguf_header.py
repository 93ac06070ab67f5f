"""Looks into the header of a GGUF file, only far enough to say whether it is whole and of a kind that can be read.

A header is input from outside: counts and lengths are checked against caps and against the file before they are
believed, and the tensors themselves are never read. Format: github.com/ggml-org/ggml, docs/gguf.md.
"""

from __future__ import annotations

import struct
from math import prod
from pathlib import Path
from typing import BinaryIO

from homespun.core.errors import ModelUnreadable

from .supported import ARCHITECTURES, GGUF_TYPES, SUPPORTED

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MAX_HEADER_BYTES = 64 << 20
"""The vocabulary is in it; the largest in use take some 20 MB."""
_MAX_TENSORS = 100_000
_MAX_FIELDS = 10_000
_MAX_DIMENSIONS = 4
_DEFAULT_ALIGNMENT = 32
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""From GGUF's numbers for its value types to their bytes."""
_UINT32, _STRING, _ARRAY = 4, 8, 9
_BLOCKS = {number: (weights, size) for number, weights, size in GGUF_TYPES.values()}


def check_gguf(path: Path) -> None:
    """Raises `ModelUnreadable` for what isn't a whole GGUF file with a supported architecture and supported tensors."""
    with path.open("rb") as file:
        _Header(path.name, file, path.stat().st_size).check()


class _Header:
    """Goes through a header once, from front to back."""

    def __init__(self, name: str, file: BinaryIO, file_bytes: int) -> None:
        self._name = name
        self._file = file
        self._file_bytes = file_bytes
        self._left = min(file_bytes, _MAX_HEADER_BYTES)
        self._told: dict[str, str | int] = {}
        """The few metadata fields that matter here."""

    def check(self) -> None:
        if self._take(4) != _MAGIC:
            raise self._unreadable("isn't a GGUF file")
        if (version := self._number("<I")) not in _VERSIONS:
            raise self._unreadable(f"has GGUF version {version}, not 2 or 3 in little-endian order")
        tensors = self._count(_MAX_TENSORS)
        for _ in range(self._count(_MAX_FIELDS)):
            self._field()
        self._check_architecture()
        self._check_data_ends_in_file(max([self._tensor() for _ in range(tensors)], default=0))

    def _check_architecture(self) -> None:
        architecture = self._told.get("general.architecture", "none")
        if architecture not in ARCHITECTURES:
            raise self._unreadable(f"is of the architecture {str(architecture)[:60]!r}")
        if self._told.get("tokenizer.ggml.model") != "gpt2":
            raise self._unreadable("has a tokenizer that isn't byte-level byte-pair encoding")

    def _check_data_ends_in_file(self, data_bytes: int) -> None:
        alignment = self._told.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
            raise self._unreadable("has an impossible alignment")
        begin = -(-self._file.tell() // alignment) * alignment
        if begin + data_bytes > self._file_bytes:
            raise self._unreadable("ends before its last tensor does: it is cut short")

    def _unreadable(self, what: str) -> ModelUnreadable:
        return ModelUnreadable(f"{self._name} {what}. {SUPPORTED}")

    def _take(self, size: int) -> bytes:
        self._left -= size
        if self._left < 0:
            raise self._unreadable("ends within its header: it is cut short or damaged")
        return self._file.read(size)

    def _skip(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self._unreadable("ends within its header: it is cut short or damaged")
        self._file.seek(size, 1)

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(form, self._take(struct.calcsize(form)))
        return int(value)

    def _count(self, most: int) -> int:
        if (count := self._number("<Q")) > most:
            raise self._unreadable(f"claims a count of {count:,}: it is damaged")
        return count

    def _text(self) -> str:
        return self._take(self._number("<Q")).decode(errors="replace")

    def _field(self) -> None:
        key, kind = self._text(), self._number("<I")
        if key in {"general.architecture", "tokenizer.ggml.model"} and kind == _STRING:
            self._told[key] = self._text()
        elif key == "general.alignment" and kind == _UINT32:
            self._told[key] = self._number("<I")
        else:
            self._skip_value(kind)

    def _skip_value(self, kind: int) -> None:
        if kind == _ARRAY:
            self._skip_array(self._number("<I"), self._number("<Q"))
        elif kind == _STRING:
            self._skip(self._number("<Q"))
        else:
            self._skip(self._size(kind))

    def _skip_array(self, kind: int, count: int) -> None:
        """Arrays of arrays are in the format, but in no model; they would allow any depth."""
        if kind == _STRING:
            for _ in range(count):
                self._skip(self._number("<Q"))
        else:
            self._skip(self._size(kind) * count)

    def _size(self, kind: int) -> int:
        if kind not in _SIZES:
            raise self._unreadable(f"has a metadata field of type {kind}: it is damaged or too new")
        return _SIZES[kind]

    def _tensor(self) -> int:
        """Where the tensor ends, in bytes from the beginning of the data."""
        name, dimensions = self._text(), self._number("<I")
        if not 1 <= dimensions <= _MAX_DIMENSIONS:
            raise self._unreadable(f"has a tensor of {dimensions:,} dimensions: it is damaged")
        weights = prod(self._number("<Q") for _ in range(dimensions))
        if (kind := self._number("<I")) not in _BLOCKS:
            raise self._unreadable(f"has the tensor {name[:100]!r} in the type number {kind}")
        per_block, block_bytes = _BLOCKS[kind]
        return self._number("<Q") + weights // per_block * block_bytes
