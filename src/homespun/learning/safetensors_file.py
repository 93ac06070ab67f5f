"""Writes weights as one safetensors file. Format: huggingface.co/docs/safetensors.

A length, a JSON header, and the raw numbers in the header's order. Tensors are taken one at a time, so that a model is
never in memory twice. The same weights always make the same bytes. This module must not know what a model is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

_ALIGNMENT = 8
"""Bytes: the data begins at a multiple of it, so that a reader can map it into memory."""


def write_safetensors(
    path: Path, shapes: Mapping[str, tuple[int, ...]], tensors: Iterable[tuple[str, FloatArray]]
) -> None:
    """Writes float32 `tensors`, which come in the order of `shapes`, and sees that they are on the disk."""
    with path.open("wb") as file:
        file.write(_header(shapes))
        for (name, shape), (found, values) in zip(shapes.items(), tensors, strict=True):
            assert (found, values.shape) == (name, shape), f"{found} {values.shape} where {name} {shape} was promised"
            file.write(np.ascontiguousarray(values, "<f4").data)
        file.flush()
        os.fsync(file.fileno())


def _header(shapes: Mapping[str, tuple[int, ...]]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shapes.items():
        end = offset + 4 * prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text
