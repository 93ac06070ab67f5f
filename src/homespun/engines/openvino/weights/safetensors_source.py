"""The tensors of a folder of safetensors files. Format: huggingface.co/docs/safetensors.

Read with NumPy alone: the format is a length, a JSON header and raw numbers; bfloat16 is the upper half of a float32.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from homespun.core.errors import ModelUnreadable

from .checkpoint import FloatArray
from .fields import parse_object, read_text

SUPPORTED = {"F32": 4, "F16": 2, "BF16": 2}
"""Bytes of one number of each supported type."""
_MAX_HEADER = 100_000_000
"""As the format's own library has it."""
_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True, slots=True)
class _Place:
    file: Path
    kind: str
    shape: tuple[int, ...]
    start: int
    """Bytes from the beginning of the file."""
    size: int
    """Bytes."""


class SafetensorsSource:
    """A `TensorSource` over the *.safetensors of a folder, mapped into memory; they have the right names already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _weight_files(folder)
        self._places: dict[str, _Place] = {}
        for file in self._files:
            self._add(_places(file))
        self._data: dict[Path, npt.NDArray[np.uint8]] | None = {
            file: np.memmap(file, np.uint8, mode="r") for file in self._files
        }

    def _add(self, places: dict[str, _Place]) -> None:
        if twice := self._places.keys() & places.keys():
            raise ModelUnreadable(f"The tensor {min(twice)} is in two of the folder's files. Keep one set of weights.")
        self._places |= places

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """See `TensorSource`."""
        return {name: place.shape for name, place in self._places.items()}

    def read(self, name: str) -> FloatArray:
        """See `TensorSource`."""
        assert self._data is not None, "closed"
        place = self._places[name]
        raw = self._data[place.file][place.start : place.start + place.size]
        return _widened(raw, place.kind).reshape(place.shape)

    def digest(self) -> str:
        """See `TensorSource`: config.json counts too, for the same weights mean another model under another."""
        total = hashlib.sha256()
        for file in (self._folder / "config.json", *self._files):
            with file.open("rb") as content:
                total.update(hashlib.file_digest(content, "sha256").digest())
        return total.hexdigest()

    def close(self) -> None:
        """See `TensorSource`."""
        self._data = None


def _weight_files(folder: Path) -> list[Path]:
    """Those that the index names; without an index, model.safetensors, or else all there are."""
    if (folder / _INDEX).exists():
        return sorted(_indexed(folder))
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelUnreadable(f"The folder {folder} holds no *.safetensors. Other formats of weights aren't supported.")
    return [file for file in files if file.name == "model.safetensors"] or files


def _indexed(folder: Path) -> Iterable[Path]:
    index = parse_object(read_text(folder / _INDEX, most_bytes=_MAX_HEADER), _INDEX)
    weight_map = index.get("weight_map")
    names = set(weight_map.values()) if isinstance(weight_map, dict) and weight_map else {None}
    for name in names:
        if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
            raise ModelUnreadable(f"{_INDEX} names {name!r}, which isn't a file of this folder. Fetch the model again.")
        yield folder / name


def _places(file: Path) -> dict[str, _Place]:
    """Where each tensor lies, all checked against the file's size."""
    size = file.stat().st_size
    with file.open("rb") as content:
        length = int.from_bytes(content.read(8), "little")
        if size < 8 or length > min(_MAX_HEADER, size - 8):
            raise ModelUnreadable(f"{file.name} isn't a whole safetensors file: it is damaged. Fetch it again.")
        header = parse_object(content.read(length), f"The header of {file.name}")
    header.pop("__metadata__", None)
    return {name: _place(file, name, entry, 8 + length, size) for name, entry in header.items()}


def _place(file: Path, name: str, entry: Any, begin: int, file_size: int) -> _Place:
    match entry:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(start), int(end)]} if _whole(shape):
            if not 0 <= start <= end <= file_size - begin:
                raise ModelUnreadable(f"{file.name} ends before its tensor {name} does: it is truncated.")
            if kind not in SUPPORTED:
                raise ModelUnreadable(f"The tensor {name} is written as {kind}; {', '.join(SUPPORTED)} are supported.")
            if end - start != prod(shape) * SUPPORTED[kind]:
                raise ModelUnreadable(f"{file.name} gives its tensor {name} a size that contradicts its shape.")
            return _Place(file, kind, tuple(shape), begin + start, end - start)
    raise ModelUnreadable(f"{file.name} describes its tensor {name} in a way that isn't the format's: it is damaged.")


def _whole(shape: list[Any]) -> bool:
    return all(isinstance(length, int) and length >= 0 for length in shape)


def _widened(raw: npt.NDArray[np.uint8], kind: str) -> FloatArray:
    match kind:
        case "F32":
            return np.array(raw.view("<f4"), np.float32)
        case "F16":
            return raw.view("<f2").astype(np.float32)
    return (raw.view("<u2").astype(np.uint32) << 16).view(np.float32)
