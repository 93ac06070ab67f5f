"""Which files of a release go into the folder that somebody asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

from homespun.engines.openvino.weights import Checkpoint, read_checkpoint
from homespun.engines.openvino.weights.layout import expected_tensors
from homespun.learning.base_model import WEIGHTS
from homespun.learning.hub_files import hub_files, write_files
from homespun.learning.safetensors_file import FloatArray, write_safetensors
from homespun.releases import Release

from .gguf_file import WeightType, gguf_size_bytes, write_gguf
from .model_card import model_card
from .new_folder import new_folder

OnProgress: TypeAlias = Callable[[int, int], None]
"""Takes how many bytes are written, and how many will be."""
_PIECE_BYTES = 8 << 20
_NOTE = "homespun.json"
"""Our own note beside an installed model, which is nothing to others."""
_ROOM_FOR_WORDS = 64 << 20
"""Bytes: for tokenizers and cards, which are small beside weights."""


class Format(StrEnum):
    """What other programs load."""

    HF = "hf"
    """A folder as on the Hugging Face hub: weights as safetensors, just those that were signed."""
    GGUF = "gguf"
    """One file, as llama.cpp and those that are built on it load it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A release that was found to be what was signed."""

    release: Release
    weights: Path
    """What an engine loads for it: a folder of safetensors, or a .gguf file."""
    card: Mapping[str, Any] | None
    """Its examination."""


def export_release(
    source: Source, target: Path, form: Format, on_progress: OnProgress, *, kind: WeightType = WeightType.F16
) -> None:
    """Makes the folder `target`, whole or not at all: the model, and a README.md that says where it comes from.

    What lies there in the wanted format is copied, byte for byte; `kind` is for a GGUF file that has to be written.
    Raises what `new_folder` raises, and `ModelUnreadable` for what the format can't hold.
    """
    if form is Format.HF and source.weights.is_dir():
        files = [path for path in sorted(source.weights.iterdir()) if path.name != _NOTE]
        _copy_files(source, files, target, on_progress)
    elif form is Format.GGUF and source.weights.is_file():
        _copy_files(source, [source.weights], target, on_progress, gguf=source.weights.name)
    else:
        with closing(read_checkpoint(source.weights)) as model:
            if form is Format.GGUF:
                _export_gguf(source, model, target, kind, on_progress)
            else:
                _export_folder(source, model, target, on_progress)


def _copy_files(
    source: Source, files: Sequence[Path], target: Path, on_progress: OnProgress, *, gguf: str = ""
) -> None:
    written = _Written(sum(path.stat().st_size for path in files), on_progress)
    with new_folder(target, written.total + _ROOM_FOR_WORDS) as folder:
        for path in files:
            _copy(path, folder / path.name, written)
        _write_card(folder, source, gguf)


def _export_folder(source: Source, model: Checkpoint, target: Path, on_progress: OnProgress) -> None:
    shapes = expected_tensors(model.config)
    written = _Written(4 * sum(map(prod, shapes.values())), on_progress)
    with new_folder(target, written.total + _ROOM_FOR_WORDS) as folder:
        write_files(folder, hub_files(model))
        write_safetensors(folder / WEIGHTS, shapes, _tensors(model, written))
        _write_card(folder, source, "")


def _export_gguf(source: Source, model: Checkpoint, target: Path, kind: WeightType, on_progress: OnProgress) -> None:
    release = source.release
    name = f"{release.model}-{release.number}-{kind.upper()}.gguf"
    written = _Written(gguf_size_bytes(model.config, kind), on_progress)
    about = {"general.name": release.name, "homespun.release": release.digest, "homespun.base": release.base_digest}
    with new_folder(target, written.total + _ROOM_FOR_WORDS) as folder:
        write_gguf(folder / name, model, kind, about, written.add)
        _write_card(folder, source, name)


def _write_card(folder: Path, source: Source, gguf: str) -> None:
    write_files(folder, {"README.md": model_card(source.release, source.card, gguf)})


def _tensors(model: Checkpoint, written: _Written) -> Iterator[tuple[str, FloatArray]]:
    for name in model.names():
        values = model.tensor(name)
        yield name, values
        written.add(values.nbytes)


def _copy(source: Path, target: Path, written: _Written) -> None:
    with source.open("rb") as old, target.open("wb") as new:
        while piece := old.read(_PIECE_BYTES):
            new.write(piece)
            written.add(len(piece))


class _Written:
    """Counts bytes and tells of them."""

    def __init__(self, total: int, on_progress: OnProgress) -> None:
        self.total = total
        self._done = 0
        self._on_progress = on_progress

    def add(self, more: int) -> None:
        self._done += more
        self._on_progress(self._done, self.total)
