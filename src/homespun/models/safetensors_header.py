"""Looks into safetensors, and into the config.json beside them: whether they are whole and of a kind that can be read.

Format: 8 bytes with the length of a JSON header, the header, the tensors. Only the header is read, within caps.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

from homespun.core.errors import ModelUnreadable

from .supported import ARCHITECTURES, SAFETENSORS_TYPES, SUPPORTED

_MAX_HEADER_BYTES = 32 << 20
"""A thousand layers would need some 10 MB."""
_MAX_DIMENSIONS = 8
_MAX_CONFIG_BYTES = 1 << 20


def check_config(path: Path) -> None:
    """Raises `ModelUnreadable` for a config.json of an architecture that isn't supported."""
    if path.stat().st_size > _MAX_CONFIG_BYTES:
        raise _unreadable(path, "is larger than any model's configuration")
    architecture = _json(path, path.read_bytes()).get("model_type")
    if architecture not in ARCHITECTURES:
        raise _unreadable(path, f"is of a model of the architecture {str(architecture)[:60]!r}")


def check_safetensors(path: Path) -> None:
    """Raises `ModelUnreadable` for what isn't a whole safetensors file with supported types."""
    with path.open("rb") as file:
        header_bytes = int.from_bytes(file.read(8), "little")
        if not 2 <= header_bytes <= min(_MAX_HEADER_BYTES, path.stat().st_size - 8):
            raise _unreadable(path, "isn't a safetensors file, or is cut short")
        header = _json(path, file.read(header_bytes))
    data_bytes = path.stat().st_size - 8 - header_bytes
    for name, tensor in header.items():
        if name != "__metadata__":
            _check_tensor(path, name, tensor, data_bytes)


def _check_tensor(path: Path, name: str, tensor: Any, data_bytes: int) -> None:
    try:
        kind, shape, (begin, end) = tensor["dtype"], tensor["shape"], tensor["data_offsets"]
        per_weight = SAFETENSORS_TYPES.get(kind)
        if per_weight is None:
            raise _unreadable(path, f"has the tensor {name[:100]!r} in the type {str(kind)[:20]}")
        is_sound = 0 <= begin <= end <= data_bytes and end - begin == _count(shape) * per_weight
    except (TypeError, KeyError, ValueError):
        is_sound = False
    if not is_sound:
        raise _unreadable(path, f"says of its tensor {name[:100]!r} what can't be: it is cut short or damaged")


def _count(shape: list[int]) -> int:
    """How many weights; checked first, because multiplying what a stranger wrote may never end."""
    if len(shape) > _MAX_DIMENSIONS or not all(type(size) is int and 0 <= size < 1 << 48 for size in shape):
        raise ValueError("no shape")
    return prod(shape)


def _json(path: Path, data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _unreadable(path, "holds no JSON object where there should be one: it is damaged")
    return found


def _unreadable(path: Path, what: str) -> ModelUnreadable:
    return ModelUnreadable(f"{path.name} {what}. {SUPPORTED}")
