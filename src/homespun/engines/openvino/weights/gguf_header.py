"""Reads the header of a GGUF file: metadata, and where each tensor lies.

A header is input from outside: every number in it is checked against the file's size before it is believed. This module
knows the container; it must not know what a llama is. Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

from homespun.core.errors import ModelUnreadable

MetadataValue = int | float | bool | str | list["int | float | bool | str"]
Metadata = dict[str, MetadataValue]

_MAGIC = b"GGUF"
_MAX_TENSORS = 100_000
_MAX_FIELDS = 10_000
_MAX_DIMENSIONS = 4
_DEFAULT_ALIGNMENT = 32
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
"""GGUF's numbers for its value types, and struct's words for them."""


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lies in the file, and how it is written there."""

    name: str
    shape: tuple[int, ...]
    """As NumPy orders it, the fastest dimension last; GGUF writes it the other way round."""
    kind: GGMLQuantizationType
    start: int
    """Bytes from the beginning of the file."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """All that a GGUF file says before its tensors' data."""

    metadata: Metadata
    tensors: tuple[TensorPlace, ...]


def read_header(path: Path) -> GgufHeader:
    """Raises `ModelUnreadable` for anything that isn't a whole, sensible GGUF file."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise ModelUnreadable(f"{path.name} is empty. Fetch it again.")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _HeaderReader(path.name, data).header()


class _HeaderReader:
    """Goes through the header from front to back. A read beyond the end means that the file was cut short."""

    def __init__(self, name: str, data: mmap.mmap) -> None:
        self._name = name
        self._data = data
        self._position = 0

    def header(self) -> GgufHeader:
        if self._bytes(4) != _MAGIC:
            raise self._wrong("isn't a GGUF file")
        version = self._number("<I")
        if version not in (2, 3):
            raise self._wrong(f"has GGUF version {version:,}; versions 2 and 3, little-endian, are supported")
        tensors, fields = self._count(_MAX_TENSORS, "tensors"), self._count(_MAX_FIELDS, "metadata fields")
        metadata = {self._string(): self._value() for _ in range(fields)}
        unplaced = [self._tensor() for _ in range(tensors)]
        return GgufHeader(metadata, self._placed(unplaced, self._alignment(metadata)))

    def _wrong(self, what: str) -> ModelUnreadable:
        return ModelUnreadable(f"{self._name} {what}.")

    def _bytes(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._data):
            raise self._wrong("ends in the middle of its header: it is truncated or damaged. Fetch it again")
        found = self._data[self._position : end]
        self._position = end
        return found

    def _number(self, form: str) -> int:
        (value,) = struct.unpack(form, self._bytes(struct.calcsize(form)))
        return int(value)

    def _count(self, most: int, what: str) -> int:
        count = self._number("<Q")
        if count > most:
            raise self._wrong(f"claims to have {count:,} {what}: it is damaged. At most {most:,} are supported")
        return count

    def _string(self) -> str:
        try:
            return self._bytes(self._number("<Q")).decode()
        except UnicodeDecodeError:
            raise self._wrong("has a name or text in its header that isn't UTF-8: it is damaged") from None

    def _value(self) -> MetadataValue:
        kind = self._number("<I")
        if kind == _ARRAY:
            return self._array()
        return self._string() if kind == _STRING else self._scalars(kind, 1)[0]

    def _array(self) -> MetadataValue:
        kind, count = self._number("<I"), self._number("<Q")
        if kind == _STRING:
            self._check_room(count, 8)
            return [self._string() for _ in range(count)]
        return list(self._scalars(kind, count))

    def _scalars(self, kind: int, count: int) -> tuple[int | float | bool, ...]:
        if kind not in _SCALARS:
            raise self._wrong(f"has a metadata field of the unknown type {kind:,}: it is damaged or too new")
        self._check_room(count, struct.calcsize(_SCALARS[kind]))
        form = f"<{count}{_SCALARS[kind][1]}"
        return struct.unpack(form, self._bytes(struct.calcsize(form)))

    def _check_room(self, count: int, least_size: int) -> None:
        if count > (len(self._data) - self._position) // least_size:
            raise self._wrong(f"claims a list of {count:,} values, more than the file has room for: it is damaged")

    def _alignment(self, metadata: Metadata) -> int:
        alignment = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20 or alignment & (alignment - 1):
            raise self._wrong(f"has the alignment {alignment}, which isn't a power of two")
        return alignment

    def _tensor(self) -> TensorPlace:
        """A tensor whose `start` still counts from the beginning of the data."""
        name = self._string()
        dimensions = self._number("<I")
        if not 1 <= dimensions <= _MAX_DIMENSIONS:
            raise self._wrong(f"has a tensor {name!r} with {dimensions:,} dimensions: it is damaged")
        shape = tuple(self._number("<Q") for _ in range(dimensions))[::-1]
        kind = self._kind(name, self._number("<I"))
        per_block, block_size = GGML_QUANT_SIZES[kind]
        if shape[-1] % per_block:
            raise self._wrong(f"has a tensor {name!r} whose rows of {shape[-1]:,} aren't whole blocks of {per_block}")
        return TensorPlace(name, shape, kind, self._number("<Q"), prod(shape) // per_block * block_size)

    def _kind(self, name: str, number: int) -> GGMLQuantizationType:
        try:
            return GGMLQuantizationType(number)
        except ValueError:
            raise self._wrong(f"has a tensor {name!r} of the unknown type {number:,}") from None

    def _placed(self, tensors: list[TensorPlace], alignment: int) -> tuple[TensorPlace, ...]:
        begin = -(-self._position // alignment) * alignment
        return tuple(self._place(tensor, begin) for tensor in tensors)

    def _place(self, tensor: TensorPlace, begin: int) -> TensorPlace:
        start = begin + tensor.start
        if start + tensor.size > len(self._data):
            raise self._wrong(
                f"ends before its tensor {tensor.name!r} does: it is truncated or damaged. Fetch it again"
            )
        return TensorPlace(tensor.name, tensor.shape, tensor.kind, start, tensor.size)
