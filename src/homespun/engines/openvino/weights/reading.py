"""Tells which format a model's files are in, and reads them."""

from __future__ import annotations

from pathlib import Path

from homespun.core.errors import ModelUnreadable

from .checkpoint import Checkpoint
from .gguf_model import read_gguf
from .safetensors_model import read_safetensors


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads the headers of a .gguf file, or of a folder with config.json, tokenizer.json and *.safetensors.

    Raises `ModelUnreadable`, naming what is wrong and what is supported.
    """
    try:
        return read_safetensors(path) if path.is_dir() else read_gguf(path)
    except OSError as error:
        raise ModelUnreadable(f"{path} can't be read: {error.strerror or error}.") from error
