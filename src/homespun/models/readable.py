"""Whether what was fetched is a model that can be read, judged by headers alone.

The engine parses the files once more, in a process of its own; this check tells people at once, and keeps what could
never be loaded out of the store.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from homespun.core.errors import ModelUnreadable

from .choosing import CONFIG, SHARD_INDEX, TOKENIZER
from .gguf_header import check_gguf
from .safetensors_header import check_config, check_safetensors
from .supported import SUPPORTED

_MAX_INDEX_BYTES = 64 << 20


class Format(StrEnum):
    """The formats that models are kept in."""

    GGUF = "gguf"
    SAFETENSORS = "safetensors"


@dataclass(frozen=True, slots=True)
class Weights:
    """What an engine is to load."""

    format: Format
    path: Path
    """The .gguf file, or the folder with config.json, tokenizer.json and the safetensors."""


def check_file(path: Path) -> None:
    """Raises `ModelUnreadable` for a file that is none of a supported model's."""
    match path.suffix.lower():
        case ".gguf":
            check_gguf(path)
        case ".safetensors":
            check_safetensors(path)
        case _ if path.name == CONFIG:
            check_config(path)


def find_weights(folder: Path) -> Weights:
    """The weights among files that `check_file` has passed. Raises `ModelUnreadable` where some are missing."""
    if ggufs := sorted(path for path in folder.iterdir() if path.suffix.lower() == ".gguf"):
        return Weights(Format.GGUF, ggufs[0])
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelUnreadable(f"There is no {name} beside the weights. {SUPPORTED}")
    for name in _shards(folder):
        if not (folder / name).is_file():
            raise ModelUnreadable(f"There is no {name}, though {SHARD_INDEX} names it: the model is incomplete.")
    return Weights(Format.SAFETENSORS, folder)


def _shards(folder: Path) -> set[str]:
    if (folder / "model.safetensors").is_file():
        return set()
    index = folder / SHARD_INDEX
    try:
        if index.stat().st_size > _MAX_INDEX_BYTES:
            raise ValueError("too large")
        return set(json.loads(index.read_bytes())["weight_map"].values())
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise ModelUnreadable(f"The weights are in parts, and there is no {SHARD_INDEX} that names them.") from None
