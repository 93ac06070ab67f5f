"""What is in a snapshot, as its manifest says; sha256 of that file is the snapshot's digest.

It holds no time and no path: the same labels, settings and code have the same digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from homespun import __version__
from homespun.core.errors import Unavailable

MANIFEST = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class FileOfLabels:
    """One file, beside the manifest."""

    sha256: str
    size_bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a snapshot, and what became of the rest."""

    last_turn: int
    """The number of the journal's last turn that was looked at."""
    settings: Mapping[str, Any]
    """Those of curation."""
    minimums: Mapping[str, int]
    """Of each kind; a snapshot has enough of one at least."""
    files: Mapping[str, FileOfLabels]
    """By name."""
    counts: Mapping[str, Mapping[str, int]]
    """How many labels of each kind are in each split."""
    sources: Mapping[str, int]
    """How many labels come from edits, comparisons and so on."""
    people: int
    """How many said something that is in it."""
    conversations: int
    agreement: float | None
    """How often people who judged the same answers said the same, before anything was dropped; None: nobody did. No
    model can agree with people more than they do with each other."""
    split_by: str
    """`person`, or `conversation` where that can't be."""
    dropped: Mapping[str, int]
    """How many labels aren't in it, by reason."""
    down_weighted: Mapping[str, int]
    """How many count for less, by reason."""
    scrubbed: Mapping[str, int]
    """How many pieces of personal data and secrets were replaced, by kind."""
    code: str = __version__
    """The version of Homespun that made it."""
    format: int = _FORMAT

    def encoded(self) -> bytes:
        """As it stands in the file; always the same for the same."""
        plain = msgspec.json.encode(asdict(self), order="sorted")
        return msgspec.json.format(plain, indent=2) + b"\n"


def digest_of(manifest: bytes) -> str:
    """The name of the snapshot with this manifest."""
    return hashlib.sha256(manifest).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot. Raises `Unavailable` unless it and all files are as they were made."""
    try:
        text = (folder / MANIFEST).read_bytes()
        manifest = msgspec.json.decode(text, type=Manifest)
        is_whole = digest_of(text) == folder.name and all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == file.sha256
            for name, file in manifest.files.items()
        )
    except (OSError, msgspec.DecodeError) as error:
        raise Unavailable(f"The snapshot in {folder} can't be read: {error}. Make another.") from error
    if not is_whole:
        raise Unavailable(f"The snapshot in {folder} was changed since it was made. Make another.")
    return manifest
