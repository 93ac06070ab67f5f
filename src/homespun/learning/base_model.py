"""The pinned base that every training starts from: a Hugging Face folder, made from the installed model.

Made by our own reader, so that it holds just the numbers that are served; no PyTorch. The folder's digest names it: a
training that finds another digest than it was told refuses to begin.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from homespun.engines.openvino.weights import Checkpoint, read_checkpoint
from homespun.engines.openvino.weights.layout import expected_tensors
from homespun.models import make_durable, move_durably

from .hub_files import HUB_FILES, hub_files, write_files
from .safetensors_file import FloatArray, write_safetensors

WEIGHTS = "model.safetensors"
_ORIGIN = "homespun.json"
"""Says which weights a folder was made from."""


def export_base(checkpoint: Path, folder: Path) -> str:
    """Makes `folder` from a .gguf file or a folder of safetensors, weights in float32. Returns `folder_digest` of it.

    A folder that was made from the same weights stays; one from others is replaced. It is there whole or not at all.
    Raises `ModelUnreadable` for a model that can't be read or told in such files, `OSError` for a full disk.
    """
    with closing(read_checkpoint(checkpoint)) as model:
        if _origin(folder) != model.digest:
            with beside(folder) as unfinished:
                _describe(model, checkpoint, unfinished)
                write_safetensors(unfinished / WEIGHTS, expected_tensors(model.config), _tensors(model))
    return folder_digest(folder)


def folder_digest(folder: Path) -> str:
    """sha256, in hex, over the names and contents of all files of a folder, folders within it left out."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        with file.open("rb") as content:
            total.update(f"{file.name} {hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder` that takes its name, and its place, durably, when the block ends well."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        if folder.exists():
            shutil.rmtree(folder)
        make_durable(unfinished)
        move_durably(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _describe(model: Checkpoint, checkpoint: Path, folder: Path) -> None:
    """All files but the weights: those of a folder as they are, those of a GGUF file made from its metadata."""
    if checkpoint.is_dir():
        copy_description(checkpoint, folder)
    else:
        write_files(folder, hub_files(model))
    write_files(folder, {_ORIGIN: json.dumps({"weights": model.digest}) + "\n"})


def copy_description(source: Path, folder: Path) -> None:
    """Copies what tells of a model, its weights left out."""
    for name in HUB_FILES:
        if (source / name).exists():
            shutil.copyfile(source / name, folder / name)


def _tensors(model: Checkpoint) -> Iterator[tuple[str, FloatArray]]:
    for name in model.names():
        yield name, model.tensor(name)


def _origin(folder: Path) -> str | None:
    """The digest of the weights that an existing folder was made from."""
    try:
        return str(json.loads((folder / _ORIGIN).read_text())["weights"])
    except FileNotFoundError:
        return None
