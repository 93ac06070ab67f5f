"""A model as it lies in the store, and the note beside its files that says what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from homespun.core.errors import ModelNotFound, ModelUnreadable

from .readable import Format

NOTE = "homespun.json"
"""Written last, before the folder gets its name."""


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """One of a model's files, as it was when it was installed."""

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that is there, whole and verified."""

    name: str
    path: Path
    """The model's folder."""
    weights: Path
    """What an engine loads: the .gguf file, or the folder."""
    format: Format
    source: str
    """Where it came from, as `homespun models pull` takes it."""
    files: tuple[InstalledFile, ...]
    pulled_at: datetime

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)


class _Note(msgspec.Struct, frozen=True):
    """The JSON beside the files. Paths aren't in it, so that a data directory may be moved."""

    format: Format
    source: str
    files: tuple[InstalledFile, ...]
    pulled_at: datetime


def write_note(
    folder: Path, format: Format, source: str, files: tuple[InstalledFile, ...], pulled_at: datetime
) -> None:
    """Says what `folder` holds."""
    note = _Note(format=format, source=source, files=files, pulled_at=pulled_at)
    (folder / NOTE).write_bytes(msgspec.json.format(msgspec.json.encode(note), indent=2))


def read_installed(folder: Path) -> InstalledModel:
    """The model in `folder`. Raises `ModelNotFound`, or `ModelUnreadable` where files are missing or cut short."""
    if not folder.is_dir():
        raise ModelNotFound(f"{folder.name} is not installed. `homespun models pull {folder.name}` fetches it.")
    try:
        note = msgspec.json.decode((folder / NOTE).read_bytes(), type=_Note)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelUnreadable(f"What {folder} holds is no installed model ({error}). Pull or remove it.") from error
    for file in note.files:
        _check_present(folder, file)
    gguf = next((folder / file.name for file in note.files if note.format is Format.GGUF), folder)
    return InstalledModel(folder.name, folder, gguf, note.format, note.source, note.files, note.pulled_at)


def _check_present(folder: Path, file: InstalledFile) -> None:
    path = folder / file.name
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        raise ModelUnreadable(
            f"{file.name} of the model {folder.name} is missing or cut short. "
            f"`homespun models pull {folder.name}` fetches it again."
        )
